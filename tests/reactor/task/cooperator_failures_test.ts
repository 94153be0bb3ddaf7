import { assertEquals, assertThrows } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import { Cooperator, Deferred, TaskFailed, TaskStopped } from "../../../reactor/mod.ts";
import { StepClock } from "../step_clock.ts";

Deno.test("CooperativeTask closes its iterator when what it waits for fails", () => {
  const clock = new StepClock();
  const cooperator = new Cooperator({ clock });
  const log: unknown[] = [];
  const awaited = new Deferred<void>();
  const task = cooperator.cooperate((function* () {
    try {
      yield awaited;
    } finally {
      log.push("closed");
    }
  })());
  task.whenDone().addErrback(({ type }) => void log.push(type));
  clock.advance(1);
  awaited.errback(new RangeError());
  assertEquals(log, ["closed", RangeError]);
  assertThrows(() => task.stop(), TaskFailed);
});

Deno.test("CooperativeTask.stop() before what it waits for fails closes its iterator once", () => {
  using ledger = new ErrorLedger();
  const clock = new StepClock();
  const cooperator = new Cooperator({ clock });
  let closed = 0;
  const awaited = new Deferred<void>();
  const iterator = {
    next: () => ({ done: false as const, value: awaited }),
    return: () => ({ done: true as const, value: closed++ }),
  };
  const task = cooperator.cooperate(iterator);
  const log: unknown[] = [];
  task.whenDone().addErrback(({ type }) => void log.push(type));
  clock.advance(1);
  task.stop();
  awaited.errback(new RangeError());
  assertEquals([closed, log, ledger.size], [1, [TaskStopped], 0]);
});

Deno.test("Cooperator goes on after its termination predicate has thrown", () => {
  const slices: (() => void)[] = [];
  let throws = true;
  const cooperator = new Cooperator({
    scheduler: (slice) => {
      slices.push(slice);
      return { cancel: () => void slices.splice(slices.indexOf(slice), 1) };
    },
    terminationPredicateFactory: () => () => {
      if (throws) throw new RangeError("predicate");
      return true;
    },
  });
  let steps = 0;
  cooperator.cooperate((function* () {
    for (;;) yield void steps++;
  })());
  assertThrows(() => slices.shift()?.(), RangeError, "predicate");
  throws = false;
  slices.shift()?.();
  assertEquals([steps, slices.length], [2, 1]);
});
