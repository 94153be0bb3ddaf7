import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  CancelledError,
  Deferred,
  fail,
  Failure,
  TimeoutError,
} from "../../../reactor/deferred/mod.ts";
import { StepClock } from "../step_clock.ts";

/** A handler that shows that it was called, and with what. */
function overtime(result: unknown, timeout: number): string {
  const what = result instanceof Failure ? result.type?.name : result;
  return `overtime ${what} ${timeout}`;
}

/** Writes down the results and the classes of the failures that come out. */
function watch(deferred: Deferred<unknown>): unknown[] {
  const log: unknown[] = [];
  deferred.addCallbacks((result) => void log.push(result), ({ type }) => void log.push(type));
  return log;
}

Deno.test("DEFER-143 Deferred.addTimeout() returns the Deferred", () => {
  const deferred = new Deferred<number>();
  assertStrictEquals<unknown>(deferred.addTimeout(1, new StepClock()), deferred);
});

Deno.test("DEFER-144 Deferred.addTimeout() takes the timer back when a result comes in time", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock));
  clock.advance(9);
  deferred.callback("result");
  assertEquals(clock.getDelayedCalls(), []);
  clock.advance(9);
  assertEquals(log, ["result"]);
});

Deno.test("DEFER-145 Deferred.addTimeout() does not call the handler when a result comes in time", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock, overtime));
  deferred.callback("result");
  clock.advance(20);
  assertEquals(log, ["result"]);
});

Deno.test("DEFER-146 Deferred.addTimeout() takes the timer back when a failure comes in time", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock));
  deferred.errback(new RangeError());
  assertEquals(clock.getDelayedCalls(), []);
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-147 Deferred.addTimeout() does not call the handler when a failure comes in time", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock, overtime));
  deferred.errback(new RangeError());
  clock.advance(20);
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-148 Deferred.addTimeout() cancels and fails with TimeoutError when time is over", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  new Deferred<string>().addTimeout(10, clock).addErrback(({ value }) => log.push(value));
  clock.advance(9);
  assertEquals(log, []);
  clock.advance(1);
  const [error] = log as [TimeoutError];
  assertEquals([error.name, error.timeout, error.code], ["TimeoutError", 10, "TIMEOUT"]);
  assertEquals((error.cause as Error).name, "CancelledError");
});

Deno.test("DEFER-149 Deferred.addTimeout() lets the handler decide when time is over", () => {
  const clock = new StepClock();
  const log = watch(new Deferred<string>().addTimeout(10, clock, overtime));
  clock.advance(10);
  assertEquals(log, ["overtime CancelledError 10"]);
});

Deno.test("DEFER-150 Deferred.addTimeout() keeps the result that the canceller gives", () => {
  const clock = new StepClock();
  const log = watch(
    new Deferred<string>((d) => d.callback("in spite of it")).addTimeout(10, clock),
  );
  clock.advance(10);
  assertEquals(log, ["in spite of it"]);
});

Deno.test("DEFER-151 Deferred.addTimeout() keeps another error that the canceller gives", () => {
  const clock = new StepClock();
  const log = watch(new Deferred<string>((d) => d.errback(new RangeError())).addTimeout(10, clock));
  clock.advance(10);
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-152 Deferred.addTimeout() leaves CancelledError when it was cancelled before", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock));
  deferred.cancel();
  assertEquals([log, clock.getDelayedCalls()], [[CancelledError], []]);
});

Deno.test("DEFER-153 Deferred.addTimeout() does not call the handler when it was cancelled before", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>();
  const log = watch(deferred.addTimeout(10, clock, overtime));
  deferred.cancel();
  clock.advance(20);
  assertEquals(log, [CancelledError]);
});

Deno.test("DEFER-154 Deferred.addTimeout() shows the handler what the canceller gave", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>((d) => d.callback("in spite of it"));
  const log = watch(deferred.addTimeout(10, clock, overtime));
  clock.advance(10);
  assertEquals(log, ["overtime in spite of it 10"]);
});

Deno.test("DEFER-155 Deferred.addTimeout() shows CancelledError to errbacks before it", () => {
  const clock = new StepClock();
  const before: unknown[] = [];
  const deferred = new Deferred<string>();
  const passing = deferred.addErrback((failure) => {
    before.push(failure.type);
    return failure;
  });
  const log = watch(passing.addTimeout(10, clock));
  clock.advance(10);
  assertEquals([before, log], [[CancelledError], [TimeoutError]]);
});

Deno.test("DEFER-156 Deferred.addTimeout() leaves what an errback before it made of the failure", () => {
  const clock = new StepClock();
  const log = watch(new Deferred<string>().addErrback(() => "suppressed").addTimeout(10, clock));
  clock.advance(10);
  assertEquals(log, ["suppressed"]);
});

Deno.test("DEFER-157 Deferred.addTimeout() shows the handler what an errback before it passed on", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>().addErrback(() => fail(new RangeError()));
  const log = watch(deferred.addTimeout(10, clock, overtime));
  clock.advance(10);
  assertEquals(log, ["overtime RangeError 10"]);
});

Deno.test("DEFER-158 Deferred.addTimeout() calls the handler although an errback suppressed it", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>().addErrback(() => "suppressed");
  const log = watch(deferred.addTimeout(10, clock, overtime));
  clock.advance(10);
  assertEquals(log, ["overtime suppressed 10"]);
});

Deno.test("DEFER-159 Deferred.addTimeout() runs callbacks before it on the canceller's result", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>((d) => d.callback("canceller"))
    .addCallback((value) => `${value} and callback`);
  const log = watch(deferred.addTimeout(10, clock));
  clock.advance(10);
  assertEquals(log, ["canceller and callback"]);
});

Deno.test("DEFER-160 Deferred.addTimeout() shows the handler what callbacks made of the result", () => {
  const clock = new StepClock();
  const deferred = new Deferred<string>((d) => d.callback("canceller"))
    .addCallback((value) => `${value} and callback`);
  const log = watch(deferred.addTimeout(10, clock, overtime));
  clock.advance(10);
  assertEquals(log, ["overtime canceller and callback 10"]);
});

Deno.test("Deferred.addTimeout() does not cover callbacks that are added later", () => {
  const clock = new StepClock();
  const inner = new Deferred<string>();
  const deferred = new Deferred<void>();
  const log = watch(deferred.addTimeout(10, clock).addCallback(() => inner));
  deferred.callback();
  clock.advance(20);
  assertEquals(log, []);
  inner.callback("late");
  assertEquals(log, ["late"]);
});
