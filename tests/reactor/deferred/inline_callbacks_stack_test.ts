import { assert, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { Deferred, Failure, inlineCallbacks } from "../../../reactor/deferred/mod.ts";

/** Takes the failure of a Deferred. */
function failureOf(deferred: Deferred<unknown>): Failure {
  let taken: unknown;
  deferred.addErrback((failure) => {
    taken = failure;
  });
  assert(taken instanceof Failure, "The Deferred has not failed");
  return taken;
}

/** Asks whether a stack has a marker, and frames of some functions, innermost first. */
function assertFrames(stack: string, ...names: string[]): void {
  assertStringIncludes(stack, "Error Marker");
  const frames = stack.split("\n").flatMap((line) => /at (?:async )?(\w+) /.exec(line)?.[1] ?? [])
    .filter((name) => names.includes(name));
  assertStringIncludes([...new Set(frames)].join(" < "), names.join(" < "));
}

const erroring = inlineCallbacks(function* erroring() {
  yield "a generator that has run for a while";
  throw new Error("Error Marker");
});

async function erroringAsync(): Promise<never> {
  await null;
  throw new Error("Error Marker");
}

Deno.test("INL-30 inlineCallbacks() fails with a stack of all generators", () => {
  const calling = inlineCallbacks(function* calling() {
    yield erroring();
  });
  assertFrames(failureOf(calling()).getTraceback(), "erroring", "calling");
});

Deno.test("INL-32 inlineCallbacks() fails with a stack of many generators", () => {
  const calling3 = inlineCallbacks(function* calling3() {
    yield erroring();
  });
  const calling2 = inlineCallbacks(function* calling2() {
    yield calling3();
  });
  const calling = inlineCallbacks(function* calling() {
    yield calling2();
  });
  // A stack has ten frames if nobody wants more, and each generator takes five.
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const { stack } = failureOf(calling());
  Error.stackTraceLimit = before;
  assertFrames(stack, "erroring", "calling3", "calling2", "calling");
});

Deno.test("INL-31 Deferred.fromPromise() fails with a stack of all async functions", async () => {
  async function calling(): Promise<void> {
    await erroringAsync();
  }
  const deferred = Deferred.fromPromise(calling());
  await deferred.then(null, () => {});
  assertFrames(failureOf(deferred).getTraceback(), "erroringAsync", "calling");
});

Deno.test("INL-33 Deferred.fromPromise() fails with a stack of many async functions", async () => {
  async function calling3(): Promise<void> {
    await erroringAsync();
  }
  async function calling2(): Promise<void> {
    await calling3();
  }
  async function calling(): Promise<void> {
    await calling2();
  }
  const deferred = Deferred.fromPromise(calling());
  await deferred.then(null, () => {});
  assertFrames(
    failureOf(deferred).getTraceback(),
    "erroringAsync",
    "calling3",
    "calling2",
    "calling",
  );
});

Deno.test("INL-34 inlineCallbacks() leaves the stack of a Deferred's failure when it throws it on", () => {
  const deferred = new Deferred<void>();
  function failing(): never {
    throw new Error("Error Marker");
  }
  const seen: unknown[] = [];
  const calling = inlineCallbacks(function* () {
    try {
      yield deferred.addCallback(failing);
    } catch (error) {
      seen.push(error);
      throw error;
    }
  });
  const result = calling();
  deferred.callback();
  const failure = failureOf(result);
  assertStrictEquals(failure.value, seen[0]);
  assertFrames(failure.getTraceback(), "failing");
});
