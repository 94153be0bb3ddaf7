import { AsyncLocalStorage } from "node:async_hooks";
import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import {
  Deferred,
  ensureDeferred,
  fail,
  Failure,
  inlineCallbacks,
  succeed,
} from "../../../reactor/deferred/mod.ts";

/** As many as no stack could hold. */
const MANY = 100_000;

/** Takes the failure of a Deferred and returns its value. */
function errorOf(deferred: Deferred<unknown>): unknown {
  let taken: unknown;
  deferred.addErrback((failure) => {
    taken = failure;
  });
  assert(taken instanceof Failure, "The Deferred has not failed");
  return taken.value;
}

Deno.test("INL-01 inlineCallbacks() gives results to yield, throws failures, returns the result", () => {
  const first = new Deferred<string>();
  const second = new Deferred<string>();
  const log: unknown[] = [];
  const run = inlineCallbacks(function* () {
    log.push(yield* first);
    try {
      yield* second;
    } catch (error) {
      log.push(String(error));
    }
    return "WOOSH";
  });
  const result = run();
  first.callback("hello");
  second.errback(new RangeError("x"));
  assertEquals([log, result.result], [["hello", "RangeError: x"], "WOOSH"]);
});

Deno.test("INL-02 inlineCallbacks() waits for what an async function returns", async () => {
  const run = inlineCallbacks(function* () {
    const value: number = yield (async () => {
      await null;
      return 7;
    })();
    return value + 1;
  });
  assertEquals(await run(), 8);
});

Deno.test("INL-03 inlineCallbacks() fails with what the generator does not catch", () => {
  const error = new RangeError("x");
  const run = inlineCallbacks(function* () {
    yield* succeed(1);
    throw error;
  });
  assertStrictEquals(errorOf(run()), error);
});

Deno.test("INL-04 inlineCallbacks() delivers undefined if nothing is yielded or returned", () => {
  const result = inlineCallbacks(function* () {})();
  assertEquals([result.called, result.result], [true, undefined]);
});

Deno.test("INL-05 inlineCallbacks() goes on normally after a failure was caught", () => {
  const run = inlineCallbacks(function* () {
    try {
      yield fail(new RangeError());
    } catch {
      // Caught, and nothing more.
    }
  });
  assertEquals(run().result, undefined);
});

Deno.test("INL-06 inlineCallbacks() goes on normally after a later failure was caught", () => {
  const inner = new Deferred<void>();
  const run = inlineCallbacks(function* () {
    try {
      yield inner;
    } catch {
      // Caught, and nothing more.
    }
    return "done";
  });
  const result = run();
  inner.errback(new RangeError());
  assertEquals(result.result, "done");
});

Deno.test("INL-07 inlineCallbacks() goes on normally after an async function's failure", async () => {
  const run = inlineCallbacks(function* () {
    try {
      yield (async () => {
        await null;
        throw new RangeError();
      })();
    } catch (error) {
      return String(error);
    }
    return "not reached";
  });
  assertEquals(await run(), "RangeError");
});

Deno.test("INL-08 inlineCallbacks() needs no stack for many Deferreds that have fired", () => {
  const run = inlineCallbacks(function* () {
    let sum = 0;
    for (let i = 0; i < MANY; i++) sum += yield* succeed(1);
    return sum;
  });
  assertEquals(run().result, MANY);
});

Deno.test("INL-09 inlineCallbacks() needs no stack for many plain values", () => {
  const run = inlineCallbacks(function* (): Generator<number, number, number> {
    let sum = 0;
    for (let i = 0; i < MANY; i++) sum += yield 1;
    return sum;
  });
  assertEquals(run().result, MANY);
});

Deno.test("INL-10 inlineCallbacks() gives a plain value back at once", () => {
  const value = { plain: true };
  const run = inlineCallbacks(function* (): Generator<unknown, unknown, unknown> {
    return yield value;
  });
  assertStrictEquals(run().result, value);
});

Deno.test("INL-11 inlineCallbacks() delivers undefined for a bare return", () => {
  const run = inlineCallbacks(function* () {
    yield 5;
    return;
  });
  assertEquals(run().result, undefined);
});

Deno.test("INL-13 inlineCallbacks() throws TypeError for a function that returns no generator", () => {
  function noGenerator(): never {
    return 1 as never;
  }
  assertThrows(() => inlineCallbacks(noGenerator)(), TypeError, "noGenerator");
  assertThrows(() => inlineCallbacks(() => undefined as never)(), TypeError, "no generator");
});

Deno.test("INL-18 inlineCallbacks() delivers what the generator returns, and passes arguments", () => {
  const run = inlineCallbacks(function* (a: number, b: number) {
    yield null;
    return a * b;
  });
  assertEquals(run(6, 7).result, 42);
});

// -- Several levels, which wait for one Deferred --

type Child = (start: string, deferreds: Deferred<string>[]) => Deferred<string> | Promise<string>;

const inlineChild: Child = inlineCallbacks(
  function* (start: string, deferreds: Deferred<string>[]) {
    let text = start;
    for (const deferred of deferreds) text += yield* deferred;
    return text;
  },
);

async function asyncChild(start: string, deferreds: Deferred<string>[]): Promise<string> {
  let text = start;
  for (const deferred of deferreds) text += await deferred;
  return text;
}

/** Two levels above a child. */
function stack(child: Child, deferreds: Deferred<string>[]): Deferred<string> {
  const middle = inlineCallbacks(function* (): Generator<unknown, string, string> {
    return `${yield child("(", deferreds)})`;
  });
  return inlineCallbacks(function* (): Generator<unknown, string, string> {
    return `[${yield middle()}]`;
  })();
}

Deno.test("INL-19 inlineCallbacks() resumes all levels when the innermost Deferred fires", () => {
  const deferred = new Deferred<string>();
  const result = stack(inlineChild, [deferred]);
  assertFalse(result.called);
  deferred.callback("a");
  assertEquals(result.result, "[(a)]");
});

Deno.test("INL-20 inlineCallbacks() resumes all levels through an async function", async () => {
  const deferred = new Deferred<string>();
  const result = stack(asyncChild, [deferred]);
  deferred.callback("a");
  assertEquals(await result, "[(a)]");
});

Deno.test("INL-21 inlineCallbacks() waits several times on all levels", () => {
  const [a, b] = [new Deferred<string>(), new Deferred<string>()];
  const result = stack(inlineChild, [a, b]);
  a.callback("a");
  assertFalse(result.called);
  b.callback("b");
  assertEquals(result.result, "[(ab)]");
});

Deno.test("INL-22 inlineCallbacks() waits several times through an async function", async () => {
  const [a, b] = [new Deferred<string>(), new Deferred<string>()];
  const result = stack(asyncChild, [a, b]);
  b.callback("b");
  a.callback("a");
  assertEquals(await result, "[(ab)]");
});

Deno.test("INL-23 inlineCallbacks() sees the result of callbacks added before the yield", () => {
  const run = inlineCallbacks(function* () {
    const inner = inlineCallbacks(function* () {
      return yield* succeed(1);
    })();
    return yield* inner.addCallback((value) => value + 1);
  });
  assertEquals(run().result, 2);
});

Deno.test("INL-24 inlineCallbacks() sees the result of callbacks on one that waits", () => {
  const gate = new Deferred<number>();
  const run = inlineCallbacks(function* () {
    const inner = inlineCallbacks(function* () {
      return yield* gate;
    })();
    return yield* inner.addCallback((value) => value + 1);
  });
  const result = run();
  gate.callback(1);
  assertEquals(result.result, 2);
});

Deno.test("INL-25 inlineCallbacks() sees the result of callbacks on one at its second wait", () => {
  const gates = [new Deferred<number>(), new Deferred<number>()] as const;
  const run = inlineCallbacks(function* () {
    const inner = inlineCallbacks(function* () {
      return (yield* gates[0]) + (yield* gates[1]);
    })();
    return yield* inner.addCallback((value) => value * 10);
  });
  const result = run();
  gates[0].callback(1);
  gates[1].callback(2);
  assertEquals(result.result, 30);
});

Deno.test("INL-26 inlineCallbacks() passes a failure up through all levels", () => {
  const deferred = new Deferred<string>();
  const error = new RangeError("x");
  const result = stack(inlineChild, [deferred]);
  deferred.errback(error);
  assertStrictEquals(errorOf(result), error);
});

Deno.test("INL-27 inlineCallbacks() passes a failure of the second wait up through all levels", () => {
  const [a, b] = [new Deferred<string>(), new Deferred<string>()];
  const error = new RangeError("x");
  const result = stack(inlineChild, [a, b]);
  a.callback("a");
  b.errback(error);
  assertStrictEquals(errorOf(result), error);
});

// -- What is ours --

Deno.test("DEFER-173 inlineCallbacks() goes on in the context it was called in", () => {
  const storage = new AsyncLocalStorage<string>();
  const gates = [new Deferred<void>(), new Deferred<void>()] as const;
  const log: unknown[] = [];
  const run = inlineCallbacks(function* () {
    for (const gate of gates) {
      yield gate;
      log.push(storage.getStore());
    }
  });
  storage.run("mine", () => run());
  storage.run("first to fire", () => gates[0].callback());
  gates[1].callback();
  assertEquals(log, ["mine", "mine"]);
});

Deno.test("inlineCallbacks() leaves the result with the Deferred it waited for", () => {
  const shared = new Deferred<number>();
  const run = inlineCallbacks(function* () {
    return yield* shared;
  });
  const both = [run(), run()];
  shared.callback(7);
  assertEquals(both.map(({ result }) => result), [7, 7]);
  assertEquals(shared.result, 7);
});

Deno.test("inlineCallbacks() resumes synchronously", () => {
  const log: string[] = [];
  const gate = new Deferred<void>();
  inlineCallbacks(function* () {
    yield gate;
    log.push("resumed");
  })();
  gate.callback();
  log.push("callback() returned");
  assertEquals(log, ["resumed", "callback() returned"]);
});

Deno.test("inlineCallbacks() throws a failure that was returned, and fails with one returned", () => {
  const failure = new Failure(new RangeError("x"));
  const run = inlineCallbacks(function* () {
    yield null;
    return failure;
  });
  assertStrictEquals(errorOf(run()), failure.value);
  assertStrictEquals(errorOf(ensureDeferred(fail(failure))), failure.value);
});

Deno.test("inlineCallbacks() passes `this` on", () => {
  const counter = {
    step: 2,
    add: inlineCallbacks(function* (this: void, value: number) {
      return (yield* succeed(value)) + (this as unknown as { step: number }).step;
    }),
  };
  assertEquals(counter.add(1).result, 3);
});

Deno.test("inlineCallbacks() fails if the generator returns a Deferred, also after a wait", () => {
  const inner = new Deferred<void>();
  const log: unknown[] = [];
  for (const awaited of [succeed(undefined), inner]) {
    inlineCallbacks(function* () {
      yield awaited;
      return succeed(1);
    })().addErrback(({ value }) => void log.push((value as Error).message));
  }
  inner.callback();
  const message = "Cannot end a generator: what it returned is a Deferred";
  assertEquals(log, [message, message]);
});
