import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import { Deferred, fail, Failure, succeed } from "../../../reactor/deferred/mod.ts";

/** As many as no stack could hold. */
const MANY = 100_000;

Deno.test("DEFER-34 Deferred waits for a Deferred that a callback returns", () => {
  const log: unknown[] = [];
  const outer = new Deferred<void>();
  const inner = new Deferred<string>();
  outer.addCallback(() => inner).addCallback((value) => log.push(value));
  outer.callback();
  assertEquals(log, []);
  inner.callback("hello");
  assertEquals(log, ["hello"]);
});

Deno.test("DEFER-36 Deferred waits for a Deferred that an errback returns", () => {
  const log: unknown[] = [];
  const inner = new Deferred<string>();
  fail(new Error()).addErrback(() => inner).addCallback((value) => log.push(value));
  assertEquals(log, []);
  inner.callback("hello");
  assertEquals(log, ["hello"]);
});

Deno.test("DEFER-37 Deferred waits for a paused Deferred although that has a result", () => {
  const log: unknown[] = [];
  const paused = succeed("hello");
  paused.pause();
  succeed(0).addCallback(() => paused).addCallback((value) => log.push(value));
  assertEquals(log, []);
  paused.unpause();
  assertEquals(log, ["hello"]);
});

Deno.test("DEFER-38 Deferred that is paused does not hold up the one it waited for", () => {
  const log: unknown[] = [];
  const inner = new Deferred<string>();
  const outer = new Deferred<void>();
  outer.addCallback(() => inner).addCallback((value) => log.push("outer", value));
  outer.callback();
  outer.pause();
  inner.addCallback((value) => log.push("inner", value));
  inner.callback("hello");
  inner.addCallback(() => log.push("inner again"));
  assertEquals(log, ["inner", undefined, "inner again"]);
  outer.unpause();
  assertEquals(log, ["inner", undefined, "inner again", "outer", "hello"]);
});

Deno.test("DEFER-52 Deferred runs callbacks of an inner one before the outer goes on", () => {
  const log: unknown[] = [];
  const inner = new Deferred<string>();
  const outer = new Deferred<void>();
  inner.addCallback((value) => {
    log.push("inner");
    return `${value}!`;
  });
  outer.addCallback(() => inner).addCallback((value) => log.push("outer", value));
  outer.callback();
  inner.callback("hello");
  assertEquals(log, ["inner", "outer", "hello!"]);
});

Deno.test("DEFER-53 Deferred goes on although the inner one had callbacks before", () => {
  const log: unknown[] = [];
  const inner = new Deferred<number>();
  const outer = new Deferred<void>();
  inner.addCallback((value) => value + 1).addCallback((value) => {
    log.push(value);
    return value + 1;
  });
  outer.addCallback(() => inner);
  outer.callback();
  outer.addCallback((value) => log.push(value));
  inner.callback(1);
  assertEquals(log, [2, 3]);
});

Deno.test("DEFER-54 Deferred runs a callback added later to the outer after the inner's", () => {
  const log: string[] = [];
  const gate = new Deferred<void>();
  const outer = new Deferred<void>();
  outer.addCallback(() => {
    const inner = new Deferred<void>();
    inner.addCallback(() => {
      log.push("inner 1");
      return gate;
    }).addCallback(() => log.push("inner 2"));
    inner.callback();
    return inner;
  });
  outer.addCallback(() => log.push("outer"));
  outer.callback();
  assertEquals(log, ["inner 1"]);
  gate.callback();
  assertEquals(log, ["inner 1", "inner 2", "outer"]);
});

Deno.test("Deferred goes on before callbacks that were added to the inner one after it waited", () => {
  const log: string[] = [];
  const inner = new Deferred<void>();
  const outer = new Deferred<void>();
  outer.addCallback(() => inner);
  outer.callback();
  inner.addCallback(() => log.push("inner"));
  outer.addCallback(() => log.push("outer"));
  inner.callback();
  assertEquals(log, ["outer", "inner"]);
});

Deno.test("DEFER-55 Deferred puts a callback that a callback adds at the end", () => {
  const log: number[] = [];
  const deferred = new Deferred<void>();
  deferred.addCallback(() => {
    deferred.addCallback(() => log.push(3));
    log.push(1);
  });
  deferred.addCallback(() => log.push(2));
  deferred.callback();
  assertEquals(log, [1, 2, 3]);
});

Deno.test("DEFER-56 Deferred does not nest callbacks", () => {
  const log: string[] = [];
  const deferred = new Deferred<void>();
  deferred.addCallback(() => {
    log.push("begin");
    deferred.addCallback(() => log.push("added"));
    log.push("end");
  });
  deferred.callback();
  assertEquals(log, ["begin", "end", "added"]);
});

Deno.test("DEFER-57 Deferred sends what an added callback throws to the right errback", () => {
  const log: unknown[] = [];
  const deferred = new Deferred<void>();
  deferred.addCallback(() => {
    deferred.addCallback(() => {
      throw new RangeError("added");
    });
    deferred.addErrback(({ value }) => log.push(String(value)));
  });
  deferred.callback();
  assertEquals(log, ["RangeError: added"]);
});

Deno.test("DEFER-58 Deferred takes the result of one that has fired and leaves it undefined", () => {
  const first = succeed(11);
  const second = succeed(0).addCallback(() => first);
  assertEquals([first.result, second.result], [undefined, 11]);
});

Deno.test("DEFER-59 Deferred takes the result of one that fires later", () => {
  const first = new Deferred<number>();
  const second = succeed(0).addCallback(() => first);
  assertEquals([second.called, second.result], [true, undefined]);
  first.callback(11);
  assertEquals([first.result, second.result], [undefined, 11]);
});

Deno.test("DEFER-60 Deferred takes a failure: the one it came from has none unhandled", () => {
  using ledger = new ErrorLedger();
  const error = new RangeError("taken");
  const first = fail(error);
  assertEquals(ledger.size, 1);
  const log: unknown[] = [];
  const second = succeed(0).addCallback(() => first);
  assertEquals(first.result, undefined);
  assertEquals(ledger.size, 1);
  second.addErrback(({ value }) => log.push(value));
  assertEquals(ledger.size, 0);
  assertStrictEquals(log[0], error);
});

Deno.test("DEFER-61 Deferred takes a failure that comes later", () => {
  using ledger = new ErrorLedger();
  const first = new Deferred<number>();
  const second = succeed(0).addCallback(() => first);
  first.errback(new RangeError("taken"));
  assertEquals(ledger.size, 1);
  assertEquals(first.result, undefined);
  second.addErrback(() => {});
  assertEquals(ledger.size, 0);
});

Deno.test("DEFER-62 Deferred chains through: third waits for second waits for first", () => {
  const first = new Deferred<number>();
  const second = succeed(0).addCallback(() => first);
  const third = succeed(0).addCallback(() => second);
  const fourth = succeed(0).addCallback(() => third);
  assert(!(fourth.result instanceof Deferred));
  first.callback(7);
  const results = [first, second, third, fourth].map((deferred) => deferred.result);
  assertEquals(results, [undefined, undefined, undefined, 7]);
});

Deno.test("DEFER-63 Deferred goes on when the inner one waited in turn", () => {
  const log: unknown[] = [];
  const outer = new Deferred<void>();
  const middle = new Deferred<void>();
  const inner = new Deferred<number>();
  middle.addCallback(() => inner);
  outer.addCallback(() => middle).addCallback((value) => log.push(value));
  outer.callback();
  middle.callback();
  assertEquals(log, []);
  inner.callback(5);
  assertEquals(log, [5]);
});

Deno.test("DEFER-64 Deferred goes on when the inner ones had callbacks of their own", () => {
  const log: unknown[] = [];
  const outer = new Deferred<void>();
  const middle = new Deferred<void>();
  const inner = new Deferred<number>();
  inner.addCallback((value) => value + 1);
  middle.addCallback(() => inner).addCallback((value) => value * 10);
  outer.addCallback(() => middle).addCallback((value) => log.push(value));
  outer.callback();
  middle.callback();
  inner.callback(1);
  assertEquals(log, [20]);
});

Deno.test("DEFER-65 Deferred.chainDeferred() records what the other waits for", () => {
  const first = new Deferred<number>();
  const second = new Deferred<number>();
  second.chainDeferred(first);
  assertStrictEquals(first.waitingOn, second);
});

Deno.test("DEFER-66 Deferred.chainDeferred() clears the record when the result is there", () => {
  const first = new Deferred<number>();
  const second = new Deferred<number>();
  second.chainDeferred(first);
  second.callback(1);
  assertStrictEquals(first.waitingOn, null);
  assertEquals([first.result, second.result], [1, undefined]);
});

Deno.test("DEFER-67 Deferred records the Deferred that a callback returned", () => {
  const inner = new Deferred<number>();
  const outer = succeed(0).addCallback(() => inner);
  assertStrictEquals(outer.waitingOn, inner);
  inner.callback(1);
  assertStrictEquals(outer.waitingOn, null);
});

// Twisted warns and waits for ever; here the warning is the failure.
Deno.test("DEFER-68, DEFER-69 Deferred fails when a callback returns the Deferred itself", () => {
  const log: unknown[] = [];
  const deferred: Deferred<unknown> = new Deferred();
  deferred.addCallback(() => deferred).addErrback(({ value }) => log.push(String(value)));
  deferred.callback(0);
  assertEquals(log, [
    "TypeError: Cannot chain a Deferred: what a callback returned is its own Deferred",
  ]);
});

Deno.test("DEFER-73 Deferred needs no stack for many that each wait for the one before", () => {
  const first = new Deferred<string>();
  let last = first;
  for (let i = 0; i < MANY; i++) {
    const previous = last;
    last = succeed("").addCallback(() => previous);
  }
  first.callback("passed on");
  assertEquals(last.result, "passed on");
});

Deno.test("Deferred needs no stack for many that are resumed from the outside in", () => {
  const deferreds = Array.from({ length: MANY }, () => new Deferred<void>());
  deferreds.forEach((deferred, i) => {
    const next = deferreds[i + 1];
    if (next !== undefined) deferred.addCallback(() => next);
  });
  for (const deferred of deferreds) deferred.callback();
  assertEquals(deferreds[0]?.waitingOn, null);
});

Deno.test("Deferred.chainDeferred() needs no stack for many in a row", () => {
  const deferreds = Array.from({ length: MANY }, () => new Deferred<string>());
  deferreds.forEach((deferred, i) => {
    const next = deferreds[i + 1];
    if (next !== undefined) deferred.chainDeferred(next);
  });
  deferreds[0]?.callback("passed on");
  assertEquals(deferreds.at(-1)?.result, "passed on");
});

Deno.test("Deferred.cancel() needs no stack for many that each wait for the one before", () => {
  const first = new Deferred<string>();
  let last = first;
  for (let i = 0; i < MANY; i++) {
    const previous = last;
    last = succeed("").addCallback(() => previous);
  }
  last.addErrback(() => "cancelled");
  last.cancel();
  assertEquals(last.result, "cancelled");
});

Deno.test("Deferred needs no stack for many callbacks, nor time that grows with their number", () => {
  const deferred: Deferred<number> = new Deferred();
  for (let i = 0; i < MANY; i++) deferred.addCallback((value) => succeed(value + 1));
  deferred.callback(0);
  assertEquals(deferred.result, MANY);
});

Deno.test("DEFER-74 Deferred calls callbacks added to a middle one after it was chained", () => {
  const log: unknown[] = [];
  const first = new Deferred<number>();
  const second = succeed(0).addCallback(() => first);
  const third = succeed(0).addCallback(() => second);
  second.addCallback((value) => log.push("second", value));
  third.addCallback((value) => log.push("third", value));
  first.callback(1);
  assertEquals(log, ["third", 1, "second", undefined]);
});

Deno.test("Deferred.chainDeferred() leaves AlreadyCalledError behind when the other has fired", () => {
  const log: unknown[] = [];
  succeed(1).chainDeferred(succeed(2)).addErrback(({ type }) => log.push(type?.name));
  assertEquals(log, ["AlreadyCalledError"]);
});

Deno.test("Deferred.chainDeferred() runs the other's callbacks before its own later ones", () => {
  const log: string[] = [];
  const first = new Deferred<void>();
  const second = new Deferred<void>();
  first.chainDeferred(second).addCallback(() => log.push("first"));
  second.addCallback(() => log.push("second"));
  first.callback();
  assertEquals(log, ["second", "first"]);
});

Deno.test("Deferred waits for one whose callback runs just now", () => {
  const log: unknown[] = [];
  const inner = new Deferred<number>();
  inner.addCallback((value) => {
    succeed(0).addCallback(() => inner).addCallback((taken) => log.push("outer", taken));
    log.push("inner returns");
    return value + 1;
  });
  inner.callback(1);
  assertEquals(log, ["inner returns", "outer", 2]);
});

Deno.test("Deferred goes on with a result that is a promise without waiting for it", () => {
  const promise = Promise.resolve(1);
  const deferred = new Deferred<Promise<number>>();
  deferred.callback(promise);
  assertStrictEquals(deferred.addErrback(() => {}).result, promise);
});

Deno.test("Deferred waits for a promise that a callback returns", async () => {
  const log: unknown[] = [];
  const deferred = succeed(1)
    .addCallback((value) => Promise.resolve(value + 1))
    .addCallback((value) => log.push(value))
    .addCallback(() => Promise.reject(new RangeError("x")))
    .addErrback((failure) => log.push(failure.type));
  assertEquals(log, []);
  await deferred;
  assertEquals(log, [2, RangeError]);
});

Deno.test("Deferred.observe() sees a result and a failure and leaves them in place", () => {
  const log: unknown[] = [];
  const failure = new Failure(2);
  succeed(1).observe((result) => void log.push(result)).addCallback((value) => log.push(value));
  fail(failure).observe((result) => void log.push(result)).addErrback((same) => log.push(same));
  assertEquals(log, [1, 1, failure, failure]);
});

Deno.test("Deferred.observe() makes a failure of what the observer throws", () => {
  const log: unknown[] = [];
  succeed(1).observe(() => {
    throw new RangeError("x");
  }).addErrback(({ type }) => log.push(type));
  assertEquals(log, [RangeError]);
});
