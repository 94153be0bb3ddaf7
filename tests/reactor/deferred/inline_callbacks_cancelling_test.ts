import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  CancelledError,
  Deferred,
  ensureDeferred,
  Failure,
  inlineCallbacks,
  succeed,
} from "../../../reactor/deferred/mod.ts";

/** What the innermost generator does: waits for its Deferreds, one after the other. */
type Body = (deferreds: Deferred<string>[]) => Generator<unknown, string, string>;

/** Starts a body below some levels. */
type Shape = (body: Body, deferreds: Deferred<string>[]) => Deferred<string>;

function notStacked(body: Body, deferreds: Deferred<string>[]): Deferred<string> {
  return inlineCallbacks(body)(deferreds);
}

function stackedInline(body: Body, deferreds: Deferred<string>[]): Deferred<string> {
  const child = inlineCallbacks(body);
  return inlineCallbacks(function* (): Generator<unknown, string, string> {
    return yield child(deferreds);
  })();
}

// A coroutine that can be cancelled: a generator. A promise has no way to tell what it waits for.
function stackedCoroutine(body: Body, deferreds: Deferred<string>[]): Deferred<string> {
  function* middle(): Generator<unknown, string, string> {
    return yield ensureDeferred(body(deferreds));
  }
  return ensureDeferred(middle());
}

function* wait(deferreds: Deferred<string>[]): Generator<unknown, string, string> {
  let result = "";
  for (const deferred of deferreds) result = yield deferred;
  return result;
}

function* toAnotherError(deferreds: Deferred<string>[]): Generator<unknown, string, string> {
  try {
    return yield* wait(deferreds);
  } catch (error) {
    assert(error instanceof CancelledError);
    throw new RangeError("translated", { cause: error });
  }
}

function* toSuccess(deferreds: Deferred<string>[]): Generator<unknown, string, string> {
  try {
    return yield* wait(deferreds);
  } catch (error) {
    assert(error instanceof CancelledError);
    return "success";
  }
}

/** A body that, when cancelled, waits for something else before it ends. */
function finishingLater(moreToDo: Deferred<string>): Body {
  return function* (deferreds) {
    try {
      return yield* wait(deferreds);
    } catch (error) {
      assert(error instanceof CancelledError);
      return yield* moreToDo;
    }
  };
}

/** The Deferreds for a wait that is the first, or the second after one that has to be waited for. */
interface Run {
  /** What came out; the class of a failure. */
  readonly log: unknown[];
  /** How often the Deferred that is waited for last was cancelled. */
  readonly cancelled: () => number;
  readonly result: Deferred<string>;
}

function start(shape: Shape, body: Body, which: "first" | "second"): Run {
  let cancelled = 0;
  const awaited = new Deferred<string>(() => cancelled++);
  const before = new Deferred<string>();
  const result = shape(body, which === "first" ? [awaited] : [before, awaited]);
  if (which === "second") before.callback("before");
  const log: unknown[] = [];
  result.addCallbacks((value) => void log.push(value), ({ type }) => void log.push(type));
  return { log, cancelled: () => cancelled, result };
}

function checkCascade(shape: Shape, which: "first" | "second"): void {
  const { cancelled, result } = start(shape, wait, which);
  assertEquals(cancelled(), 0);
  result.cancel();
  assertEquals(cancelled(), 1);
}

function checkOutcome(shape: Shape, body: Body, which: "first" | "second", outcome: unknown): void {
  const { log, result } = start(shape, body, which);
  assertEquals(log, []);
  result.cancel();
  assertEquals(log, [outcome]);
}

function checkLater(shape: Shape, which: "first" | "second"): void {
  const moreToDo = new Deferred<string>();
  const { log, result } = start(shape, finishingLater(moreToDo), which);
  result.cancel();
  assertEquals(log, []);
  assertFalse(result.called);
  moreToDo.callback("at last");
  assertEquals(log, ["at last"]);
}

Deno.test("INL-35 inlineCallbacks() cancels what it waits for at once", () => {
  checkCascade(notStacked, "first");
});
Deno.test("INL-36 inlineCallbacks() cancels through a nested one", () => {
  checkCascade(stackedInline, "first");
});
Deno.test("INL-37 inlineCallbacks() cancels through a nested one at its second wait", () => {
  checkCascade(stackedInline, "second");
});
Deno.test("INL-38 inlineCallbacks() cancels through a coroutine", () => {
  checkCascade(stackedCoroutine, "first");
});
Deno.test("INL-39 inlineCallbacks() cancels through a coroutine at its second wait", () => {
  checkCascade(stackedCoroutine, "second");
});

Deno.test("INL-40 inlineCallbacks() fails with CancelledError when cancelled", () => {
  checkOutcome(notStacked, wait, "first", CancelledError);
});
Deno.test("INL-41 inlineCallbacks() fails with CancelledError through a nested one", () => {
  checkOutcome(stackedInline, wait, "first", CancelledError);
});
Deno.test("INL-42 inlineCallbacks() fails with CancelledError at a nested one's second wait", () => {
  checkOutcome(stackedInline, wait, "second", CancelledError);
});
Deno.test("INL-43 inlineCallbacks() fails with CancelledError through a coroutine", () => {
  checkOutcome(stackedCoroutine, wait, "first", CancelledError);
});
Deno.test("INL-44 inlineCallbacks() fails with CancelledError at a coroutine's second wait", () => {
  checkOutcome(stackedCoroutine, wait, "second", CancelledError);
});

Deno.test("INL-45 inlineCallbacks() may translate the cancellation into another error", () => {
  checkOutcome(notStacked, toAnotherError, "first", RangeError);
});
Deno.test("INL-46 inlineCallbacks() may translate it into another error in a nested one", () => {
  checkOutcome(stackedInline, toAnotherError, "first", RangeError);
});
Deno.test("INL-47 inlineCallbacks() may translate it at a nested one's second wait", () => {
  checkOutcome(stackedInline, toAnotherError, "second", RangeError);
});
Deno.test("INL-48 inlineCallbacks() may translate it into another error in a coroutine", () => {
  checkOutcome(stackedCoroutine, toAnotherError, "first", RangeError);
});
Deno.test("INL-49 inlineCallbacks() may translate it at a coroutine's second wait", () => {
  checkOutcome(stackedCoroutine, toAnotherError, "second", RangeError);
});

Deno.test("INL-50 inlineCallbacks() may make a success of the cancellation", () => {
  checkOutcome(notStacked, toSuccess, "first", "success");
});
Deno.test("INL-51 inlineCallbacks() may make a success of it in a nested one", () => {
  checkOutcome(stackedInline, toSuccess, "first", "success");
});
Deno.test("INL-52 inlineCallbacks() may make a success of it at a nested one's second wait", () => {
  checkOutcome(stackedInline, toSuccess, "second", "success");
});
Deno.test("INL-53 inlineCallbacks() may make a success of it in a coroutine", () => {
  checkOutcome(stackedCoroutine, toSuccess, "first", "success");
});
Deno.test("INL-54 inlineCallbacks() may make a success of it at a coroutine's second wait", () => {
  checkOutcome(stackedCoroutine, toSuccess, "second", "success");
});

Deno.test("INL-55 inlineCallbacks() stays pending while the generator waits after a cancel", () => {
  checkLater(notStacked, "first");
});
Deno.test("INL-56 inlineCallbacks() stays pending while a nested one waits after a cancel", () => {
  checkLater(stackedInline, "first");
});
Deno.test("INL-57 inlineCallbacks() stays pending after a cancel at a nested second wait", () => {
  checkLater(stackedInline, "second");
});
Deno.test("INL-58 inlineCallbacks() stays pending while a coroutine waits after a cancel", () => {
  checkLater(stackedCoroutine, "first");
});
Deno.test("INL-59 inlineCallbacks() stays pending after a cancel at a coroutine's second wait", () => {
  checkLater(stackedCoroutine, "second");
});

Deno.test("INL-60 inlineCallbacks() cancels the second wait of a generator that caught a cancel", () => {
  const cancelled: string[] = [];
  const first = new Deferred<void>(() => cancelled.push("first"));
  const second = new Deferred<void>(() => cancelled.push("second"));
  const result = inlineCallbacks(function* () {
    try {
      yield first;
    } catch {
      yield second;
    }
  })();
  const log: unknown[] = [];
  result.addErrback(({ type }) => log.push(type));
  result.cancel();
  assertEquals([cancelled, log], [["first"], []]);
  result.cancel();
  assertEquals([cancelled, log], [["first", "second"], [CancelledError]]);
});

Deno.test("inlineCallbacks() ends the wait for a promise when cancelled", () => {
  const log: unknown[] = [];
  const result = inlineCallbacks(function* () {
    yield new Promise(() => {});
  })();
  result.addErrback(({ type }) => log.push(type));
  result.cancel();
  assertEquals(log, [CancelledError]);
});

Deno.test("inlineCallbacks() takes no notice of cancel() while the generator runs", () => {
  const result = inlineCallbacks(function* (): Generator<unknown, string, unknown> {
    yield gate;
    own.deferred?.cancel();
    return "done";
  });
  const gate = new Deferred<void>();
  const own: { deferred: Deferred<string> | null } = { deferred: null };
  own.deferred = result();
  gate.callback();
  assertEquals(own.deferred.result, "done");
});

Deno.test("Deferred.cancel() goes through to what a generator waits for", () => {
  const cancelled: string[] = [];
  const awaited = new Deferred<string>(() => cancelled.push("awaited"));
  const outer = succeed(0).addCallback(() => notStacked(wait, [awaited]));
  outer.cancel();
  assertEquals(cancelled, ["awaited"]);
  outer.addErrback((failure) => assert(failure instanceof Failure));
});

Deno.test("inlineCallbacks() after its end: cancel() cancels what a callback waits for", () => {
  let isCancelled = false;
  const later = new Deferred<void>(() => isCancelled = true);
  const done = inlineCallbacks(function* () {
    yield succeed(1);
    return "end";
  })().addCallback(() => later);
  done.addErrback(() => {});
  done.cancel();
  assert(isCancelled);
});
