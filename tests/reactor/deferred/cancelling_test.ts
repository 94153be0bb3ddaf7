import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import {
  AlreadyCalledError,
  CancelledError,
  Deferred,
  succeed,
} from "../../../reactor/deferred/mod.ts";

/** Writes down the results and the classes of the failures that come out. */
function watch<T>(deferred: Deferred<T>): unknown[] {
  const log: unknown[] = [];
  deferred.addCallbacks((result) => void log.push(result), ({ type }) => void log.push(type));
  return log;
}

Deno.test("DEFER-103 Deferred.cancel() fails with CancelledError without a canceller", () => {
  const deferred = new Deferred();
  const log = watch(deferred);
  deferred.cancel();
  assertEquals(log, [CancelledError]);
});

Deno.test("DEFER-104 Deferred.callback() is dropped once after cancel(), then throws", () => {
  const deferred = new Deferred<void>();
  watch(deferred);
  deferred.cancel();
  deferred.callback();
  assertThrows(() => deferred.callback(), AlreadyCalledError);
  assertThrows(() => deferred.errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-105 Deferred.errback() is dropped once after cancel(), then throws", () => {
  const deferred = new Deferred<void>();
  watch(deferred);
  deferred.cancel();
  deferred.errback(new Error());
  assertThrows(() => deferred.callback(), AlreadyCalledError);
  assertThrows(() => deferred.errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-106 Deferred.cancel() again after a dropped callback() does nothing", () => {
  const deferred = new Deferred<number>();
  const log = watch(deferred);
  deferred.cancel();
  deferred.callback(1);
  deferred.cancel();
  assertEquals(log, [CancelledError]);
  assertThrows(() => deferred.callback(1), AlreadyCalledError);
});

Deno.test("DEFER-107 Deferred.cancel() again after a dropped errback() does nothing", () => {
  const deferred = new Deferred<number>();
  const log = watch(deferred);
  deferred.cancel();
  deferred.errback(new Error());
  deferred.cancel();
  assertEquals(log, [CancelledError]);
  assertThrows(() => deferred.errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-108 Deferred.cancel() twice is harmless without a canceller", () => {
  const deferred = new Deferred<number>();
  const log = watch(deferred);
  deferred.cancel();
  deferred.cancel();
  assertEquals(log, [CancelledError]);
});

Deno.test("DEFER-109 Deferred.cancel() calls the canceller once, and fails if that gave nothing", () => {
  let calls = 0;
  const deferred = new Deferred<number>(() => calls++);
  const log = watch(deferred);
  deferred.cancel();
  deferred.cancel();
  assertEquals([calls, log], [1, [CancelledError]]);
});

Deno.test("DEFER-110 Deferred drops no late result if there was a canceller", () => {
  const deferred = new Deferred<number>(() => {});
  watch(deferred);
  deferred.cancel();
  assertThrows(() => deferred.callback(1), AlreadyCalledError);
  assertThrows(() => deferred.errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-111 Deferred.cancel() hands the Deferred to the canceller", () => {
  const given: unknown[] = [];
  const deferred = new Deferred<number>((deferred) => given.push(deferred));
  watch(deferred);
  deferred.cancel();
  assertStrictEquals(given[0], deferred);
});

Deno.test("DEFER-112 Deferred.cancel() does nothing after a result", () => {
  let calls = 0;
  const deferred = new Deferred<string>(() => calls++);
  const log = watch(deferred);
  deferred.callback("result");
  deferred.cancel();
  assertEquals([calls, log], [0, ["result"]]);
});

Deno.test("DEFER-113 Deferred.cancel() does nothing after a failure", () => {
  let calls = 0;
  const deferred = new Deferred<string>(() => calls++);
  const log = watch(deferred);
  deferred.errback(new RangeError());
  deferred.cancel();
  assertEquals([calls, log], [0, [RangeError]]);
});

Deno.test("DEFER-114 Deferred.cancel() keeps the error of the canceller", () => {
  const deferred = new Deferred<string>((self) => self.errback(new RangeError()));
  const log = watch(deferred);
  deferred.cancel();
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-115 Deferred.cancel() keeps the result of the canceller", () => {
  const deferred = new Deferred<string>((self) => self.callback("in spite of it"));
  const log = watch(deferred);
  deferred.cancel();
  assertEquals(log, ["in spite of it"]);
});

Deno.test("DEFER-116 Deferred.cancel() goes to the Deferred that the chain waits for", () => {
  const cancelled: string[] = [];
  const inner = new Deferred<string>(() => cancelled.push("inner"));
  const outer = new Deferred<void>(() => cancelled.push("outer"));
  const log = watch(outer.addCallback(() => inner));
  outer.callback();
  outer.cancel();
  assertEquals([cancelled, log], [["inner"], [CancelledError]]);
});

Deno.test("Deferred.cancel() throws what the canceller throws and leaves the chain waiting", () => {
  const deferred = new Deferred<number>(() => {
    throw new RangeError("canceller");
  });
  assertThrows(() => deferred.cancel(), RangeError, "canceller");
  assertFalse(deferred.called);
  const log = watch(deferred);
  deferred.callback(1);
  assertEquals(log, [1]);
});

Deno.test("Deferred.cancel() cancels the wait for a promise", () => {
  const deferred = succeed(0).addCallback(() => new Promise<void>(() => {}));
  const log = watch(deferred);
  deferred.cancel();
  assertEquals(log, [CancelledError]);
});

Deno.test("Deferred.cancel() in a callback of a chain that goes on does nothing", () => {
  const deferred = new Deferred<number>();
  deferred.addCallback((value) => {
    deferred.cancel();
    return value + 1;
  });
  const log = watch(deferred);
  deferred.callback(1);
  assertEquals(log, [2]);
  assert(deferred.called);
});

Deno.test("Deferred.cancel() inside of the canceller leaves the result to that", () => {
  const deferred = new Deferred<string>((self) => {
    self.cancel();
    self.callback("partial");
  });
  const log = watch(deferred);
  deferred.cancel();
  assertEquals(log, ["partial"]);
  assertThrows(() => deferred.callback("again"), AlreadyCalledError);
});

Deno.test("Deferred.cancel() again after the canceller has thrown cancels", () => {
  const deferred = new Deferred<string>(() => {
    throw new RangeError("canceller");
  });
  const log = watch(deferred);
  assertThrows(() => deferred.cancel(), RangeError, "canceller");
  assertEquals(log, []);
  deferred.cancel();
  assertEquals(log, [CancelledError]);
});

Deno.test("Deferred fails when a callback returns one that waits for it", () => {
  for (const between of [0, 1, 3]) {
    const first = new Deferred<unknown>();
    const log: unknown[] = [];
    let last: Deferred<unknown> = first;
    first.addCallback(() => {
      // Each of these waits for the one before, and so for the first, whose callback runs.
      for (let index = 0; index <= between; index++) {
        const before = last;
        last = succeed(undefined).addCallback(() => before);
      }
      return last;
    });
    first.addErrback(({ value }) => void log.push((value as Error).message));
    first.callback(undefined);
    assertEquals(log, [
      "Cannot chain a Deferred: what a callback returned waits for its own Deferred",
    ]);
    last.cancel();
    assertEquals(last.waitingOn, null);
  }
});

Deno.test("Deferred that is waited for may wait for one that waits for another", () => {
  const [first, other] = [new Deferred<string>(), new Deferred<string>()];
  const log: unknown[] = [];
  const middle = succeed(undefined).addCallback(() => other);
  let outer: Deferred<string> | null = null;
  first.addCallback(() => {
    outer = succeed(undefined).addCallback(() => first);
    return middle;
  });
  first.callback("ignored");
  other.callback("result");
  watch(outer as unknown as Deferred<string>).forEach((seen) => log.push(seen));
  assertEquals(log, ["result"]);
});
