import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import {
  CancelledError,
  Deferred,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  NotAcquiredError,
  QueueOverflow,
  QueueUnderflow,
} from "../../../reactor/deferred/mod.ts";

Deno.test("DEFER-125 DeferredLock serves first come, first served, run() and cancel() included", () => {
  const lock = new DeferredLock();
  const log: unknown[] = [];
  lock.acquire().addCallback((same) => log.push(same === lock));
  assert(lock.locked);
  const second = lock.acquire();
  second.addErrback(({ type }) => log.push(type));
  lock.acquire().addCallback(() => log.push("third"));
  second.cancel();
  assertEquals(log, [true, CancelledError]);
  lock.release();
  assertEquals(log, [true, CancelledError, "third"]);
  lock.release();
  assertFalse(lock.locked);
  assertThrows(() => lock.release(), NotAcquiredError, "DeferredLock");

  const job = new Deferred<string>();
  lock.run((given: string) => {
    log.push(given);
    return job;
  }, "argument").addCallback((result) => log.push(result));
  assert(lock.locked);
  job.callback("result");
  assertFalse(lock.locked);
  lock.run(() => {
    throw new RangeError();
  }).addErrback(({ type }) => log.push(type));
  assertFalse(lock.locked);
  assertEquals(log.slice(3), ["argument", "result", RangeError]);
});

Deno.test("DEFER-126 DeferredLock.acquire() cancelled after it was acquired stays acquired", () => {
  const lock = new DeferredLock();
  lock.acquire().cancel();
  assert(lock.locked);
});

Deno.test("DEFER-127 DeferredLock.acquire() cancelled while it waits fails and gives up its place", () => {
  const lock = new DeferredLock();
  const log: unknown[] = [];
  lock.acquire();
  const waiting = lock.acquire();
  waiting.addErrback(({ type }) => log.push(type));
  waiting.cancel();
  assertEquals([log, lock.waiting], [[CancelledError], 0]);
  lock.release();
  assertFalse(lock.locked);
});

Deno.test("DEFER-128 DeferredSemaphore hands out its tokens, then serves first come, first served", () => {
  const log: unknown[] = [];
  const semaphore = new DeferredSemaphore(3);
  for (const name of ["a", "b", "c", "d", "e"]) {
    semaphore.acquire().addCallback(() => log.push(name));
  }
  assertEquals([log, semaphore.tokens, semaphore.limit], [["a", "b", "c"], 0, 3]);
  semaphore.release();
  semaphore.release();
  assertEquals(log, ["a", "b", "c", "d", "e"]);
  for (let i = 0; i < 3; i++) semaphore.release();
  assertEquals(semaphore.tokens, 3);
  assertThrows(() => semaphore.release(), NotAcquiredError, "DeferredSemaphore");

  const jobs = [1, 2, 3, 4].map(() => new Deferred<void>());
  const started: number[] = [];
  jobs.forEach((job, i) => {
    semaphore.run(() => {
      started.push(i);
      return job;
    });
  });
  assertEquals(started, [0, 1, 2]);
  jobs[1]?.callback();
  assertEquals(started, [0, 1, 2, 3]);
});

Deno.test("DEFER-129 DeferredSemaphore throws RangeError with fewer than one token", () => {
  for (const tokens of [0, -1, 1.5, NaN]) {
    assertThrows(() => new DeferredSemaphore(tokens), RangeError, `is ${tokens}`);
  }
});

Deno.test("DEFER-130 DeferredSemaphore.acquire() cancelled after it was acquired stays acquired", () => {
  const semaphore = new DeferredSemaphore(1);
  semaphore.acquire().cancel();
  assertEquals(semaphore.tokens, 0);
});

Deno.test("DEFER-131 DeferredSemaphore.acquire() cancelled while it waits fails", () => {
  const log: unknown[] = [];
  const semaphore = new DeferredSemaphore(1);
  semaphore.acquire();
  const waiting = semaphore.acquire();
  waiting.addErrback(({ type }) => log.push(type));
  waiting.cancel();
  assertEquals([log, semaphore.waiting], [[CancelledError], 0]);
});

Deno.test("DEFER-132 DeferredQueue feeds those who wait in order and keeps its limits", () => {
  const log: number[] = [];
  const queue = new DeferredQueue<number>({ size: 2, backlog: 2 });
  for (let i = 0; i < 2; i++) queue.get().addCallback((item) => log.push(item));
  assertThrows(() => queue.get(), QueueUnderflow);
  queue.put(1);
  assertEquals(log, [1]);
  queue.put(2);
  assertEquals(log, [1, 2]);
  queue.put(3);
  queue.put(4);
  assertThrows(() => queue.put(5), QueueOverflow);
  assertEquals([queue.pending, queue.waiting], [2, 0]);
  for (let i = 0; i < 2; i++) queue.get().addCallback((item) => log.push(item));
  assertEquals(log, [1, 2, 3, 4]);

  const noSize = new DeferredQueue<number>({ size: 0 });
  assertThrows(() => noSize.put(1), QueueOverflow);
  const noBacklog = new DeferredQueue<number>({ backlog: 0 });
  assertThrows(() => noBacklog.get(), QueueUnderflow);
  assertThrows(() => new DeferredQueue({ size: -1 }), RangeError);
  assertThrows(() => new DeferredQueue({ backlog: NaN }), RangeError);
});

Deno.test("DEFER-133 DeferredQueue.get() cancelled after it got an object does nothing", () => {
  const queue = new DeferredQueue<number>();
  queue.put(1);
  const got = queue.get();
  got.cancel();
  assertEquals(got.result, 1);
});

Deno.test("DEFER-134 DeferredQueue.get() cancelled while it waits takes no object away", () => {
  const log: unknown[] = [];
  const queue = new DeferredQueue<number>();
  const cancelled = queue.get();
  cancelled.addErrback(({ type }) => log.push(type));
  cancelled.cancel();
  queue.put(1);
  queue.get().addCallback((item) => log.push(item));
  assertEquals(log, [CancelledError, 1]);
});

Deno.test("DeferredQueue keeps the order of many objects", () => {
  const queue = new DeferredQueue<number>();
  const got: unknown[] = [];
  for (let i = 0; i < 100; i++) {
    queue.put(2 * i);
    queue.put(2 * i + 1);
    got.push(queue.get().result);
  }
  while (queue.pending > 0) got.push(queue.get().result);
  assertEquals(got, Array.from({ length: 200 }, (_, i) => i));
});

Deno.test("DEFER-175 DeferredLock is held to the end of a block with using", async () => {
  const lock = new DeferredLock();
  {
    using token = await lock.acquire();
    assertStrictEquals(token, lock);
    assert(lock.locked);
  }
  assertFalse(lock.locked);
});

Deno.test("DEFER-176 DeferredSemaphore is held to the end of a block with using", async () => {
  const semaphore = new DeferredSemaphore(3);
  {
    using _first = await semaphore.acquire();
    using _second = await semaphore.acquire();
    assertEquals(semaphore.tokens, 1);
  }
  assertEquals(semaphore.tokens, 3);
});

Deno.test("DEFER-177 DeferredLock is released when a block with using throws", async () => {
  const lock = new DeferredLock();
  const log: unknown[] = [];
  try {
    using _token = await lock.acquire();
    throw new RangeError("some specific exception");
  } catch (error) {
    log.push(String(error));
  }
  assertEquals(log, ["RangeError: some specific exception"]);
  assertFalse(lock.locked);
});

Deno.test("DeferredLock.run() of many functions that finish at once needs no stack", () => {
  const lock = new DeferredLock();
  let done = 0;
  lock.acquire();
  for (let index = 0; index < 20_000; index++) lock.run(() => done++);
  lock.release();
  assertEquals([done, lock.locked, lock.waiting], [20_000, false, 0]);
});

Deno.test("DeferredSemaphore.release() inside a callback hands on to one who is still there", () => {
  const semaphore = new DeferredSemaphore(1);
  const log: unknown[] = [];
  semaphore.acquire();
  semaphore.acquire().addCallback(() => {
    semaphore.release();
    log.push("released");
    left.cancel();
  });
  const left = semaphore.acquire();
  left.addErrback(({ type }) => log.push(type));
  const last = semaphore.acquire().addCallback(() => log.push("last"));
  semaphore.release();
  assertEquals(log, ["released", CancelledError, "last"]);
  assertEquals([semaphore.tokens, semaphore.waiting, last.called], [0, 0, true]);
  semaphore.release();
  assertThrows(() => semaphore.release(), NotAcquiredError);
});

Deno.test("DeferredSemaphore.release() gives a token back once, though its taker has left meanwhile", () => {
  const semaphore = new DeferredSemaphore(1);
  const log: unknown[] = [];
  semaphore.acquire();
  semaphore.acquire().addCallback(() => {
    semaphore.release();
    left.cancel();
    // There is one token only, and it was given back.
    semaphore.release();
  }).addErrback(({ type }) => log.push(type));
  const left = semaphore.acquire();
  left.addErrback(() => {});
  semaphore.acquire().addCallback(() => log.push("last"));
  semaphore.release();
  assertEquals(log, [NotAcquiredError, "last"]);
  assertEquals([semaphore.tokens, semaphore.waiting], [0, 0]);
});

Deno.test("DeferredLock.release() inside a callback frees the lock at once if nobody waits", () => {
  const lock = new DeferredLock();
  const log: boolean[] = [];
  lock.acquire();
  lock.acquire().addCallback(() => {
    lock.release();
    log.push(lock.locked);
  });
  lock.release();
  assertEquals(log, [false]);
});
