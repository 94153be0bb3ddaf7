import { assert, assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import {
  AlreadyCalledError,
  Deferred,
  execute,
  fail,
  Failure,
  maybeDeferred,
  succeed,
} from "../../../reactor/deferred/mod.ts";

/** Takes the failure of a Deferred, so that nothing is left unhandled. */
function failureOf(deferred: Deferred<unknown>): Failure {
  let taken: unknown;
  deferred.addErrback((failure) => {
    taken = failure;
  });
  assert(taken instanceof Failure, "The Deferred has not failed");
  return taken;
}

// -- Callbacks and their arguments --

Deno.test("DEFER-04 Deferred.addCallback() calls with the result as the only argument", () => {
  const calls: unknown[][] = [];
  const deferred = new Deferred<string>();
  deferred.addCallback((...args) => calls.push(args));
  deferred.callback("hello");
  assertEquals(calls, [["hello"]]);
});

Deno.test("DEFER-05 Deferred.addCallback() hands extra arguments on behind the result", () => {
  const calls: unknown[][] = [];
  const deferred = new Deferred<string>();
  deferred.addCallback((...args: [string, string, number]) => calls.push(args), "world", 1);
  deferred.callback("hello");
  assertEquals(calls, [["hello", "world", 1]]);
});

Deno.test("DEFER-07 Deferred.addCallback() gives the second what the first returned", () => {
  const log: number[] = [];
  const deferred = new Deferred<number>();
  deferred.addCallback((value) => value + 1).addCallback((value) => log.push(value));
  deferred.callback(1);
  assertEquals(log, [2]);
});

Deno.test("DEFER-08 Deferred.addCallbacks() passes a failure through a missing errback", () => {
  const error = new RangeError("x");
  const deferred = fail(error);
  deferred.addCallbacks(() => "not called", null);
  assertStrictEquals(failureOf(deferred).value, error);
});

Deno.test("DEFER-09, DEFER-10 Deferred.addCallbacks() takes null for no extra arguments", () => {
  const calls: unknown[][] = [];
  succeed(1).addCallbacks((...args) => calls.push(args), (...args) => calls.push(args), null, null);
  fail(2).addCallbacks(
    (...args) => calls.push(args),
    ({ value }, ...args) => calls.push([value, ...args]),
    null,
    null,
  );
  assertEquals(calls, [[1], [2]]);
});

Deno.test("Deferred.addCallbacks() gives each side its own extra arguments", () => {
  const log: unknown[] = [];
  const onResult = (value: number, extra: string) => log.push(value, extra);
  const onFailure = (failure: Failure, extra: boolean) => log.push(failure.value, extra);
  succeed(1).addCallbacks(onResult, onFailure, ["a"], [true]);
  (fail(2) as Deferred<number>).addCallbacks(onResult, onFailure, ["a"], [true]);
  assertEquals(log, [1, "a", 2, true]);
});

Deno.test("Deferred.addBoth() and addErrback() hand extra arguments on", () => {
  const log: unknown[] = [];
  succeed(1).addBoth((result, extra: string) => log.push(result, extra), "b");
  fail(2).addErrback((failure, extra: string) => log.push(failure.value, extra), "e");
  assertEquals(log, [1, "b", 2, "e"]);
});

// -- Fired from the beginning --

Deno.test("DEFER-28 succeed() makes callbacks run inside addCallback", () => {
  const log: string[] = [];
  const deferred = succeed("success");
  deferred.addCallback((value) => log.push(value));
  log.push("after");
  assertEquals(log, ["success", "after"]);
});

Deno.test("DEFER-29 succeed() leaves the state that callback() leaves", () => {
  const manual = new Deferred<number>();
  manual.callback(7);
  const state = ({ called, paused, result, waitingOn }: Deferred<number>) => ({
    called,
    paused,
    result,
    waitingOn,
  });
  assertEquals(state(succeed(7)), state(manual));
  assertEquals(state(succeed(7)), { called: true, paused: 0, result: 7, waitingOn: null });
});

Deno.test("DEFER-30 fail() makes errbacks run inside addErrback", () => {
  const log: unknown[] = [];
  fail(new Error("fail")).addErrback(({ value }) => log.push(String(value)));
  log.push("after");
  assertEquals(log, ["Error: fail", "after"]);
});

Deno.test("execute() makes a Deferred of what is returned or thrown", () => {
  assertEquals(execute((a: number, b: number) => a + b, 1, 2).result, 3);
  const deferred = execute(() => {
    throw new RangeError("x");
  });
  assertStrictEquals(failureOf(deferred).type, RangeError);
});

// -- pause --

Deno.test("DEFER-31 Deferred.pause() holds the chain up until unpause()", () => {
  const log: unknown[] = [];
  const deferred = new Deferred<string>();
  deferred.pause();
  deferred.errback(new Error("x"));
  deferred.addErrback(({ value }) => log.push(String(value)));
  assertEquals(log, []);
  deferred.unpause();
  assertEquals(log, ["Error: x"]);
});

Deno.test("DEFER-33 Deferred.unpause() does nothing before there is a result", () => {
  const log: unknown[] = [];
  const deferred = new Deferred<string>();
  deferred.pause();
  deferred.unpause();
  deferred.addCallback((value) => log.push(value));
  assertEquals(log, []);
  deferred.callback("hello");
  assertEquals(log, ["hello"]);
});

Deno.test("Deferred.pause() counts, and unpause() without it does nothing", () => {
  const deferred = succeed(1);
  deferred.unpause();
  deferred.pause();
  deferred.pause();
  deferred.unpause();
  assertEquals(deferred.paused, 1);
  let runs = 0;
  deferred.addCallback(() => runs++);
  assertEquals(runs, 0);
  deferred.unpause();
  assertEquals(runs, 1);
});

Deno.test("Deferred.pause() holds the chain up from within a callback", () => {
  const log: string[] = [];
  const deferred = new Deferred<void>();
  deferred.addCallback(() => deferred.pause()).addCallback(() => log.push("later"));
  deferred.callback();
  assertEquals(log, []);
  deferred.unpause();
  assertEquals(log, ["later"]);
});

// -- Failures --

Deno.test("DEFER-32 Deferred turns what a callback throws into a failure for the next errback", () => {
  const error = new RangeError("thrown");
  const deferred = new Deferred<void>();
  deferred.addCallback(() => {
    throw error;
  });
  deferred.callback();
  assertStrictEquals(failureOf(deferred).value, error);
});

Deno.test("DEFER-35 Deferred sends a returned Failure to the next errback", () => {
  const failure = new Failure(new Error("returned"));
  const deferred = succeed(1).addCallback(() => failure);
  assertStrictEquals(failureOf(deferred), failure);
});

Deno.test("Deferred.callback() starts on the error side with a Failure", () => {
  const failure = new Failure(1);
  const deferred = new Deferred<number>();
  deferred.callback(failure);
  assertStrictEquals(failureOf(deferred), failure);
});

Deno.test("Deferred.callback() throws TypeError when given a Deferred", () => {
  const deferred = new Deferred<unknown>();
  assertThrows(() => deferred.callback(succeed(1)), TypeError, "it is a Deferred");
});

// -- Called twice --

Deno.test("DEFER-93 Deferred.callback() throws AlreadyCalledError after callback()", () => {
  assertThrows(() => succeed(1).callback(1), AlreadyCalledError);
});

Deno.test("DEFER-94 Deferred.errback() throws AlreadyCalledError after callback()", () => {
  assertThrows(() => succeed(1).errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-95 Deferred.errback() throws AlreadyCalledError after errback()", () => {
  const deferred = fail(new Error());
  failureOf(deferred);
  assertThrows(() => deferred.errback(new Error()), AlreadyCalledError);
});

Deno.test("DEFER-96 Deferred.callback() throws AlreadyCalledError after errback()", () => {
  const deferred: Deferred<unknown> = fail(new Error());
  failureOf(deferred);
  assertThrows(() => deferred.callback(1), AlreadyCalledError);
});

// -- maybeDeferred --

Deno.test("DEFER-43 maybeDeferred() wraps what a function returns", () => {
  assertEquals(maybeDeferred(() => 10).result, 10);
});

Deno.test("DEFER-44 maybeDeferred() passes arguments on", () => {
  assertEquals(maybeDeferred((a: number, b: number) => a - b, 10, 5).result, 5);
});

Deno.test("DEFER-45 maybeDeferred() makes a failure of what is thrown", () => {
  const deferred = maybeDeferred((text: string) => JSON.parse(text), "[");
  assertStrictEquals(failureOf(deferred).type, SyntaxError);
});

Deno.test("DEFER-46 maybeDeferred() makes a failed Deferred of a returned Failure", () => {
  const failure = new Failure(new Error("x"));
  assertStrictEquals(failureOf(maybeDeferred(() => failure)), failure);
});

Deno.test("DEFER-47 maybeDeferred() returns a Deferred as it is", () => {
  const deferred = new Deferred<number>();
  assertStrictEquals<unknown>(maybeDeferred(() => deferred), deferred);
});

Deno.test("DEFER-48 maybeDeferred() returns a failed Deferred as it is", () => {
  const error = new Error("x");
  const deferred = fail(error);
  const result = maybeDeferred(() => deferred);
  assertStrictEquals<unknown>(result, deferred);
  assertStrictEquals(failureOf(result).value, error);
});

// -- Text --

Deno.test("DEFER-70 Deferred.toString() shows class and number", () => {
  const deferred = new Deferred();
  assertMatch(deferred.toString(), /^<Deferred #\d+>$/);
  assertEquals(deferred.toString(), deferred.toString());
});

Deno.test("DEFER-71 Deferred.toString() shows the result so far", () => {
  assertMatch(succeed("orange").toString(), /^<Deferred #\d+ current result: orange>$/);
  const failed = fail(new RangeError("x"));
  assertMatch(failed.toString(), /^<Deferred #\d+ current result: \[Failure: RangeError: x\]>$/);
  failureOf(failed);
});

Deno.test("DEFER-72 Deferred.toString() shows what it waits for", () => {
  const inner = new Deferred();
  const outer = succeed(0).addCallback(() => inner);
  const name = inner.toString().slice(1, -1);
  assertMatch(outer.toString(), new RegExp(`^<Deferred #\\d+ waiting on ${name}>$`));
});

// -- Types --

Deno.test("Deferred keeps the types along a chain", () => {
  const start = new Deferred<number>();
  const text: Deferred<string> = start.addCallback((value) => String(value + 1));
  const length: Deferred<number> = text.addCallback((value) => succeed(value.length));
  const mixed: Deferred<number | null> = length.addErrback(() => null);
  const flag: Deferred<boolean> = mixed.addBoth((value) => !(value instanceof Failure));
  const later: Deferred<Date> = flag.addCallback(() => Promise.resolve(new Date(0)));
  const either: Deferred<Date | string> = later.addErrback((failure) =>
    failure.check(RangeError) === null ? failure : "range"
  );
  start.callback(1);
  assertStrictEquals<unknown>(either, start);
});
