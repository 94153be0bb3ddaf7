import { assertEquals, assertStrictEquals } from "@std/assert";
import { CancelledError, deferLater } from "../../../reactor/mod.ts";
import { StepClock } from "../step_clock.ts";

Deno.test("TASK-41 deferLater() fires with the function's result when the time is over", () => {
  const clock = new StepClock();
  const calls: unknown[][] = [];
  const deferred = deferLater(
    clock,
    3,
    (...args: [string, number]) => {
      calls.push(args);
      return "result";
    },
    "foo",
    1,
  );
  clock.advance(2);
  assertEquals(calls, []);
  clock.advance(1);
  assertEquals([calls, deferred.result], [[["foo", 1]], "result"]);
});

Deno.test("TASK-42 deferLater() fails with what the function throws", () => {
  const clock = new StepClock();
  const error = new RangeError();
  const log: unknown[] = [];
  deferLater(clock, 1, () => {
    throw error;
  }).addErrback(({ value }) => log.push(value));
  clock.advance(1);
  assertStrictEquals(log[0], error);
});

Deno.test("TASK-43 deferLater() takes the timer back when it is cancelled", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  const deferred = deferLater(clock, 1, () => log.push("called"));
  deferred.addErrback(({ type }) => log.push(type));
  deferred.cancel();
  assertEquals([log, clock.getDelayedCalls()], [[CancelledError], []]);
});

Deno.test("TASK-44 deferLater() fires with undefined without a function", () => {
  const clock = new StepClock();
  const deferred = deferLater(clock, 2);
  clock.advance(2);
  assertEquals([deferred.called, deferred.result], [true, undefined]);
});
