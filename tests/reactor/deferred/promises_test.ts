import { AsyncLocalStorage } from "node:async_hooks";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  CancelledError,
  Deferred,
  ensureDeferred,
  fail,
  maybeDeferred,
  NotACoroutineError,
  succeed,
} from "../../../reactor/deferred/mod.ts";

/** Waits for what follows the settling of a promise. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 5; i++) await null;
}

Deno.test("DEFER-49 maybeDeferred() adapts what an async function returns", async () => {
  const deferred = maybeDeferred(async (value: number) => {
    await null;
    return value + 1;
  }, 1);
  assert(deferred instanceof Deferred);
  assertEquals(await deferred, 2);
});

Deno.test("DEFER-50 maybeDeferred() adapts a promise that a plain function returns", async () => {
  assertEquals(await maybeDeferred(() => Promise.resolve("foo")), "foo");
});

Deno.test("DEFER-51 maybeDeferred() makes a failure of what an async function throws", async () => {
  const log: unknown[] = [];
  await maybeDeferred(async () => {
    await null;
    throw new RangeError();
  }).addErrback(({ type }) => log.push(type));
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-79 Deferred.fromPromise() delivers what an async function returns", async () => {
  const inner = new Deferred<number>();
  const deferred = Deferred.fromPromise((async () => (await inner) + 1)());
  inner.callback(1);
  assertEquals(await deferred, 2);
});

Deno.test("DEFER-80, DEFER-179 Deferred.fromPromise() throws NotACoroutineError otherwise", () => {
  for (const value of [1, null, undefined, "text", {}]) {
    assertThrows(() => Deferred.fromPromise(value as never), NotACoroutineError);
  }
  assertThrows(() => Deferred.fromPromise(() => 1 as never), NotACoroutineError);
  assert(new NotACoroutineError() instanceof TypeError);
});

Deno.test("DEFER-161 ensureDeferred() returns a Deferred as it is", () => {
  const deferred = new Deferred<number>();
  assertStrictEquals(ensureDeferred(deferred), deferred);
});

Deno.test("DEFER-162 ensureDeferred() throws NotACoroutineError otherwise", () => {
  for (const value of [1, null, undefined, "text", {}]) {
    assertThrows(() => ensureDeferred(value as never), NotACoroutineError);
  }
});

Deno.test("DEFER-163 ensureDeferred() adapts what an async function returns", async () => {
  const deferred = ensureDeferred((async () => await 7)());
  assert(deferred instanceof Deferred);
  assertEquals(await deferred, 7);
});

Deno.test("DEFER-164 ensureDeferred() runs a generator", () => {
  const inner = new Deferred<number>();
  const deferred = ensureDeferred((function* (): Generator<Deferred<number>, number, never> {
    return (yield* inner) + 1;
  })());
  inner.callback(1);
  assertEquals(deferred.result, 2);
});

// Twisted's asFuture takes the result away; observing never does here.
Deno.test("DEFER-166 Deferred.asPromise() resolves with the result and leaves it in place", async () => {
  const deferred = new Deferred<number>();
  const promise = deferred.asPromise();
  deferred.callback(7);
  assertEquals([await promise, deferred.result], [7, 7]);
});

Deno.test("DEFER-167 Deferred.asPromise() cancels the Deferred when its signal aborts", async () => {
  let calls = 0;
  const deferred = new Deferred<number>(() => calls++);
  const controller = new AbortController();
  const promise = deferred.asPromise({ signal: controller.signal });
  const reason = new RangeError("enough");
  controller.abort(reason);
  assertStrictEquals(await assertRejects(() => promise), reason);
  assertEquals(calls, 1);
  deferred.addErrback(({ type }) => assertStrictEquals(type, CancelledError));
});

Deno.test("DEFER-168 Deferred.asPromise() stays rejected although the canceller gives a result", async () => {
  const deferred = new Deferred<number>((self) => self.callback(7));
  const controller = new AbortController();
  const promise = deferred.asPromise({ signal: controller.signal });
  controller.abort();
  await assertRejects(() => promise, DOMException);
  assertEquals(deferred.result, 7);
});

Deno.test("Deferred.asPromise() is rejected at once when its signal has aborted", async () => {
  const deferred = new Deferred<number>();
  await assertRejects(() => deferred.asPromise({ signal: AbortSignal.abort() }), DOMException);
  assert(deferred.called);
});

Deno.test("Deferred.asPromise() resolves with a result that was there before the abort", async () => {
  assertEquals(await succeed(7).asPromise({ signal: AbortSignal.abort() }), 7);
});

Deno.test("Deferred.asPromise() does not listen to the signal once it is settled", () => {
  const deferred = new Deferred<number>(() => {});
  const inner = new Deferred<number>();
  const controller = new AbortController();
  const promise = deferred.asPromise({ signal: controller.signal });
  deferred.addCallback(() => inner);
  deferred.callback(1);
  controller.abort();
  assertEquals(inner.called, false);
  return promise.then((value) => assertEquals(value, 1));
});

Deno.test("DEFER-169 Deferred.asPromise() rejects with the very error of the failure", async () => {
  const error = new RangeError("x");
  const deferred = new Deferred<number>();
  const promise = deferred.asPromise();
  deferred.errback(error);
  assertStrictEquals(await assertRejects(() => promise), error);
});

Deno.test("DEFER-170 Deferred.fromPromise() delivers the result or the failure", async () => {
  assertEquals(await Deferred.fromPromise(Promise.resolve(7)), 7);
  const error = new RangeError("x");
  const failed = Deferred.fromPromise(Promise.reject(error));
  assertStrictEquals(await assertRejects(() => failed), error);
});

Deno.test("DEFER-171 Deferred.fromPromise() fails with CancelledError when the promise was aborted", async () => {
  const abort = new DOMException("gone", "AbortError");
  const error = await assertRejects(
    () => Deferred.fromPromise(Promise.reject(abort)),
    CancelledError,
  );
  assertStrictEquals(error.cause, abort);
});

Deno.test("DEFER-172 Deferred.fromPromise() aborts what the promise stands for when cancelled", async () => {
  let signal: AbortSignal | undefined;
  const deferred = Deferred.fromPromise((given) => {
    signal = given;
    return new Promise<number>((_, reject) => {
      given.addEventListener("abort", () => reject(given.reason));
    });
  });
  const log: unknown[] = [];
  deferred.addErrback(({ type }) => log.push(type));
  deferred.cancel();
  assertEquals([signal?.aborted, log], [true, [CancelledError]]);
  await microtasks();
  assertEquals(log, [CancelledError]);
});

Deno.test("Deferred.fromPromise() drops the result of a promise after cancel()", async () => {
  const deferred = Deferred.fromPromise(Promise.resolve(7));
  const log: unknown[] = [];
  deferred.addBoth((result) => log.push(String(result)));
  deferred.cancel();
  await microtasks();
  assertEquals(log.length, 1);
});

Deno.test("Deferred.fromPromise() makes a failure of what its function throws", async () => {
  const deferred = Deferred.fromPromise<number>(() => {
    throw new RangeError("x");
  });
  await assertRejects(() => deferred, RangeError, "x");
});

Deno.test("DEFER-178 Deferred awaited keeps the context of the async function", async () => {
  const storage = new AsyncLocalStorage<string>();
  const deferred = new Deferred<void>();
  const done = storage.run("mine", async () => {
    await deferred;
    return storage.getStore();
  });
  storage.run("the one who fires", () => deferred.callback());
  assertEquals(await done, "mine");
});

Deno.test("Deferred awaited twice gives its result to both and to a later callback", async () => {
  const deferred = new Deferred<number>();
  const both = Promise.all([deferred, deferred]);
  deferred.callback(7);
  assertEquals(await both, [7, 7]);
  const log: number[] = [];
  deferred.addCallback((value) => log.push(value));
  assertEquals(log, [7]);
});

Deno.test("Deferred awaited throws the very error of its failure", async () => {
  const error = new RangeError("x");
  assertStrictEquals(await assertRejects(async () => await fail(error)), error);
});

Deno.test("Deferred awaited sees the result at its place of the chain", async () => {
  const deferred: Deferred<number> = new Deferred();
  const before = deferred.asPromise();
  const after = deferred.addCallback((value) => value + 1).asPromise();
  deferred.callback(1);
  assertEquals([await before, await after], [1, 2]);
});

/** A thenable that does what no promise does. */
function thenable(then: (resolve: (value: unknown) => void) => void): PromiseLike<unknown> {
  return { then } as unknown as PromiseLike<unknown>;
}

Deno.test("Deferred takes an error of then() for the failure of what a callback returned", async () => {
  const bad = () =>
    thenable(() => {
      throw new RangeError("then");
    });
  const failing = [
    succeed(1).addCallback(bad),
    maybeDeferred(bad),
    Deferred.fromPromise(bad()),
    Deferred.fromPromise(bad),
  ];
  for (const deferred of failing) {
    await assertRejects(() => deferred.asPromise(), RangeError, "then");
  }
});

Deno.test("Deferred takes the first result of a thenable, and waits for a thenable in it", async () => {
  const twice = () =>
    thenable((resolve) => {
      resolve(1);
      resolve(2);
    });
  assertEquals(await succeed(0).addCallback(twice), 1);
  assertEquals(await Deferred.fromPromise(twice()), 1);
  const nested = () => thenable((resolve) => resolve(succeed("inner")));
  assertEquals(await succeed(0).addCallback(nested), "inner");
  assertEquals(await Deferred.fromPromise(nested()), "inner");
});

Deno.test("Deferred.asPromise() leaves the Deferred alone once it is settled, whatever its signal does", async () => {
  for (const isFired of [true, false]) {
    const controller = new AbortController();
    const first = new Deferred<number>();
    if (isFired) first.callback(1);
    const promise = first.asPromise({ signal: controller.signal });
    if (!isFired) first.callback(1);
    const later = new Deferred<number>();
    const log: unknown[] = [];
    first.addCallback(() => later).addBoth((result) => log.push(result));
    controller.abort();
    later.callback(2);
    assertEquals([await promise, log], [1, [2]]);
  }
});
