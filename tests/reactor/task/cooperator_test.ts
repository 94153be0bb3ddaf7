import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  coiterate,
  cooperate,
  type CooperativeTask,
  Cooperator,
  type CooperatorOptions,
  Deferred,
  fail,
  Failure,
  installReactor,
  type IReactor,
  NotPaused,
  SchedulerStopped,
  succeed,
  TaskDone,
  TaskFailed,
  TaskStopped,
  uninstallReactor,
} from "../../../reactor/mod.ts";
import { StepClock } from "../step_clock.ts";

/** A cooperator whose slices are run by hand, one step each unless told otherwise. */
class ManualCooperator extends Cooperator {
  readonly slices: (() => void)[];

  constructor(options?: CooperatorOptions) {
    const slices: (() => void)[] = [];
    super({
      terminationPredicateFactory: () => () => true,
      scheduler: (slice) => {
        slices.push(slice);
        return {
          cancel: () => {
            slices.splice(slices.indexOf(slice), 1);
          },
        };
      },
      ...options,
    });
    this.slices = slices;
  }

  /** Runs the slice that is planned. Two at once would be a mistake. */
  slice(): void {
    assertEquals(this.slices.length, 1);
    this.slices.shift()?.();
  }
}

/** Writes down the results and the classes of the failures that come out. */
function watch(deferred: Deferred<unknown>): unknown[] {
  const log: unknown[] = [];
  deferred.addCallbacks((result) => void log.push(result), ({ type }) => void log.push(type));
  return log;
}

/** Endless work that writes down its steps. */
function* work(log: string[], name = "step"): Generator<void, void, void> {
  for (let i = 1;; i++) {
    log.push(`${name} ${i}`);
    yield;
  }
}

/** A task that waits for a Deferred in its first step. */
function waiting(cooperator: ManualCooperator) {
  const log: string[] = [];
  const gate = new Deferred<void>();
  const task = cooperator.cooperate((function* () {
    yield gate;
    log.push("resumed");
    yield;
  })());
  cooperator.slice();
  return { log, gate, task };
}

Deno.test("COOP-01 Cooperator.coiterate() fails with SchedulerStopped when it is stopped", () => {
  const cooperator = new ManualCooperator();
  cooperator.stop();
  const log: string[] = [];
  const given = new Deferred<Generator<void>>();
  assertStrictEquals(cooperator.coiterate(work(log), given), given);
  assertEquals(watch(cooperator.coiterate(work(log))), [SchedulerStopped]);
  assertEquals(watch(given), [SchedulerStopped]);
  assertEquals([log, cooperator.slices], [[], []]);
});

Deno.test("COOP-02 Cooperator.stop() before the first step never advances the iterator", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  const outcome = watch(cooperator.coiterate(work(log)));
  cooperator.stop();
  assertEquals([log, outcome, cooperator.slices], [[], [SchedulerStopped], []]);
});

Deno.test("COOP-03 Cooperator.stop() ends a task that waits for a Deferred", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  const gate = new Deferred<void>();
  const outcome = watch(cooperator.coiterate((function* () {
    yield gate;
    log.push("not reached");
  })()));
  cooperator.slice();
  cooperator.stop();
  gate.callback();
  assertEquals([log, outcome, cooperator.slices], [[], [SchedulerStopped], []]);
});

Deno.test("COOP-04 Cooperator fails a task whose iterator throws", () => {
  const cooperator = new ManualCooperator();
  const outcome = watch(cooperator.coiterate((function* () {
    yield;
    throw new RangeError();
  })()));
  cooperator.slice();
  cooperator.slice();
  assertEquals([outcome, cooperator.slices], [[RangeError], []]);
});

Deno.test("COOP-05 Cooperator fails a task that waits for a Deferred that fails later", () => {
  const cooperator = new ManualCooperator();
  const gate = new Deferred<void>();
  const outcome = watch(cooperator.coiterate([gate].values()));
  cooperator.slice();
  assertEquals(outcome, []);
  gate.errback(new RangeError());
  assertEquals([outcome, cooperator.slices], [[RangeError], []]);
});

Deno.test("COOP-06 Cooperator fails a task that yields a Deferred that has failed", () => {
  const cooperator = new ManualCooperator();
  const outcome = watch(cooperator.coiterate([fail(new RangeError())].values()));
  cooperator.slice();
  assertEquals([outcome, cooperator.slices], [[RangeError], []]);
});

Deno.test("COOP-07 Cooperator lets tasks take turns", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  for (const name of ["a", "b", "c"]) cooperator.coiterate(work(log, name));
  for (let i = 0; i < 7; i++) cooperator.slice();
  assertEquals(log, ["a 1", "b 1", "c 1", "a 2", "b 2", "c 2", "a 3"]);
  cooperator.stop();
});

Deno.test("COOP-08 Cooperator ends a slice as soon as the predicate says so", () => {
  const asked: number[] = [];
  const log: string[] = [];
  const cooperator = new ManualCooperator({
    terminationPredicateFactory: () => {
      let count = 0;
      return () => asked.push(++count) > 0 && count === 3;
    },
  });
  cooperator.coiterate(work(log));
  cooperator.slice();
  assertEquals([log.length, asked], [3, [1, 2, 3]]);
  cooperator.slice();
  assertEquals([log.length, asked], [6, [1, 2, 3, 1, 2, 3]]);
  cooperator.stop();
});

Deno.test("COOP-09 Cooperator plans one slice when a done callback adds a task", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  cooperator.coiterate([].values()).addCallback(() => {
    cooperator.coiterate(work(log));
  });
  cooperator.slice();
  assertEquals([log, cooperator.slices.length], [[], 1]);
  cooperator.slice();
  assertEquals([log, cooperator.slices.length], [["step 1"], 1]);
  cooperator.stop();
});

Deno.test("COOP-10 Cooperator calls the slice off when the last task is removed", () => {
  const cooperator = new ManualCooperator();
  const first = cooperator.cooperate(work([]));
  const second = cooperator.cooperate(work([]));
  for (const task of [first, second]) watch(task.whenDone());
  first.stop();
  assertEquals(cooperator.slices.length, 1);
  second.stop();
  assertEquals(cooperator.slices.length, 0);
});

Deno.test("COOP-11 Cooperator.running is true from the beginning", () => {
  assert(new ManualCooperator().running);
});

Deno.test("COOP-12 Cooperator.running is false before start() when told so", () => {
  const cooperator = new ManualCooperator({ started: false });
  cooperator.coiterate(work([]));
  assertEquals([cooperator.running, cooperator.slices.length], [false, 0]);
});

Deno.test("COOP-13 Cooperator.start() makes it run, with what was added before", () => {
  const cooperator = new ManualCooperator({ started: false });
  const log: string[] = [];
  cooperator.coiterate(work(log));
  cooperator.start();
  cooperator.slice();
  assertEquals([cooperator.running, log], [true, ["step 1"]]);
  cooperator.stop();
});

Deno.test("COOP-14 Cooperator.running is false after stop(), and true after another start()", () => {
  const cooperator = new ManualCooperator();
  cooperator.stop();
  assertFalse(cooperator.running);
  cooperator.start();
  assert(cooperator.running);
});

Deno.test("COOP-15 cooperate() and coiterate() use the cooperator of the default reactor", () => {
  const clock = new StepClock();
  installReactor(clock as unknown as IReactor);
  try {
    const log: string[] = [];
    const done = watch(coiterate([1, 2].values()));
    const task = cooperate(work(log));
    task.whenDone().addErrback(() => {});
    task.pause();
    clock.advance(1);
    assertEquals([log, done.length], [[], 1]);
    task.stop();
    assertEquals(clock.getDelayedCalls(), []);
  } finally {
    uninstallReactor();
  }
});

Deno.test("Cooperator works for 10 ms at a time on its clock", () => {
  let now = 5;
  const planned: [delay: number, slice: () => void][] = [];
  const clock = {
    seconds: () => now,
    callLater: (delay: number, slice: () => void) => {
      planned.push([delay, slice]);
      return { active: () => true, cancel: () => {} };
    },
  };
  let steps = 0;
  new Cooperator({ clock }).cooperate((function* () {
    for (;;) {
      steps++;
      now += 0.004;
      yield;
    }
  })());
  const [delay, slice] = planned[0] as [number, () => void];
  assertEquals([planned.length, delay], [1, 1e-8]);
  slice();
  assertEquals([steps, planned.length], [3, 2]);
});

// -- A task's state --

Deno.test("COOP-16 CooperativeTask.pause() holds the task up until resume()", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  const task = cooperator.cooperate(work(log));
  cooperator.slice();
  task.pause();
  assertEquals(cooperator.slices, []);
  task.resume();
  cooperator.slice();
  assertEquals(log, ["step 1", "step 2"]);
});

Deno.test("COOP-17 CooperativeTask.resume() throws NotPaused without pause()", () => {
  const task = new ManualCooperator().cooperate(work([]));
  assertThrows(() => task.resume(), NotPaused);
  task.pause();
  task.resume();
  assertThrows(() => task.resume(), NotPaused);
});

Deno.test("COOP-18 CooperativeTask.pause() counts", () => {
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate(work([]));
  task.pause();
  task.pause();
  task.resume();
  assertEquals(cooperator.slices, []);
  task.resume();
  assertEquals(cooperator.slices.length, 1);
});

Deno.test("COOP-19 CooperativeTask.pause() and a Deferred must both be released", () => {
  const cooperator = new ManualCooperator();
  const { log, gate, task } = waiting(cooperator);
  task.pause();
  gate.callback();
  assertEquals(cooperator.slices, []);
  task.resume();
  cooperator.slice();
  assertEquals(log, ["resumed"]);
});

Deno.test("COOP-20 CooperativeTask.whenDone() gives each a Deferred, with the iterator", () => {
  const cooperator = new ManualCooperator();
  const iterator = [1].values();
  const task = cooperator.cooperate(iterator);
  const deferreds = [task.whenDone(), task.whenDone()];
  assert(deferreds[0] !== deferreds[1]);
  cooperator.slice();
  assertEquals(deferreds.map(({ called }) => called), [false, false]);
  cooperator.slice();
  for (const { result } of deferreds) assertStrictEquals(result, iterator);
});

Deno.test("COOP-21 CooperativeTask.whenDone() fails with what the iterator throws", () => {
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate((function* () {
    yield* [];
    throw new RangeError();
  })());
  const logs = [watch(task.whenDone()), watch(task.whenDone())];
  cooperator.slice();
  assertEquals(logs, [[RangeError], [RangeError]]);
});

Deno.test("COOP-22 CooperativeTask.whenDone() fails with TaskStopped when it was stopped", () => {
  const task = new ManualCooperator().cooperate(work([]));
  const log = watch(task.whenDone());
  task.stop();
  assertEquals(log, [TaskStopped]);
});

Deno.test("COOP-23 CooperativeTask.whenDone() fires at once when the task is done", () => {
  const cooperator = new ManualCooperator();
  const iterator = [].values();
  const task = cooperator.cooperate(iterator);
  cooperator.slice();
  assertStrictEquals(task.whenDone().result, iterator);
});

Deno.test("COOP-24 CooperativeTask.stop() ends the steps, and pause() and stop() throw then", () => {
  const cooperator = new ManualCooperator();
  const log: string[] = [];
  const task = cooperator.cooperate(work(log));
  watch(task.whenDone());
  cooperator.slice();
  task.stop();
  assertEquals([log, cooperator.slices], [["step 1"], []]);
  assertThrows(() => task.stop(), TaskStopped);
  assertThrows(() => task.pause(), TaskStopped);
});

Deno.test("COOP-25 CooperativeTask.resume() after pause() and stop() is silent", () => {
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate(work([]));
  watch(task.whenDone());
  task.pause();
  task.stop();
  task.resume();
  assertEquals(cooperator.slices, []);
});

Deno.test("COOP-26 CooperativeTask.stop() during a wait is final, whatever the Deferred does", () => {
  for (const fire of ["callback", "errback"] as const) {
    using ledger = new ErrorLedger();
    const cooperator = new ManualCooperator();
    const { log, gate, task } = waiting(cooperator);
    const outcome = watch(task.whenDone());
    task.stop();
    if (fire === "callback") gate.callback();
    else gate.errback(new RangeError());
    assertEquals([log, outcome, cooperator.slices], [[], [TaskStopped], []]);
    assertThrows(() => task.stop(), TaskStopped);
    assertEquals(ledger.size, 0);
  }
});

Deno.test("COOP-27 CooperativeTask.stop() throws TaskDone when the iterator is at its end", () => {
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate([].values());
  cooperator.slice();
  assertThrows(() => task.stop(), TaskDone);
});

Deno.test("COOP-28 CooperativeTask.stop() throws TaskFailed when the iterator has thrown", () => {
  const cooperator = new ManualCooperator();
  const error = new RangeError();
  const task = cooperator.cooperate((function* () {
    yield* [];
    throw error;
  })());
  watch(task.whenDone());
  cooperator.slice();
  assertStrictEquals(assertThrows(() => task.stop(), TaskFailed).cause, error);
});

Deno.test("COOP-29 Cooperator.stop() from a callback of whenDone() is safe", () => {
  const cooperator = new ManualCooperator();
  const outcomes: unknown[][] = [];
  const tasks = [1, 2, 3].map(() => cooperator.cooperate(work([])));
  for (const task of tasks) {
    const done = task.whenDone();
    done.addErrback((failure) => {
      cooperator.stop();
      return failure;
    });
    outcomes.push(watch(done));
  }
  tasks[1]?.stop();
  assertEquals(outcomes, [[SchedulerStopped], [TaskStopped], [SchedulerStopped]]);
  assertEquals(cooperator.slices, []);
});

// -- What is ours --

Deno.test("CooperativeTask.stop() runs the finally blocks of a generator", () => {
  const log: string[] = [];
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate((function* () {
    try {
      for (;;) yield;
    } finally {
      log.push("closed");
    }
  })());
  watch(task.whenDone());
  cooperator.slice();
  task.stop();
  assertEquals(log, ["closed"]);
});

Deno.test("CooperativeTask.stop() within a step closes the generator at its next yield", () => {
  using ledger = new ErrorLedger();
  const log: string[] = [];
  const cooperator = new ManualCooperator();
  const tasks: CooperativeTask<Generator<void>>[] = [];
  tasks.push(cooperator.cooperate((function* () {
    try {
      tasks[0]?.stop();
      log.push("stopped");
      yield;
      log.push("not reached");
    } finally {
      log.push("closed");
    }
  })()));
  const outcome = watch((tasks[0] as CooperativeTask<Generator<void>>).whenDone());
  cooperator.slice();
  assertEquals([log, outcome], [["stopped", "closed"], [TaskStopped]]);
  assertEquals(ledger.size, 0);
});

Deno.test("CooperativeTask.stop() reports what a finally block throws", () => {
  using ledger = new ErrorLedger();
  const cooperator = new ManualCooperator();
  const task = cooperator.cooperate((function* () {
    try {
      for (;;) yield;
    } finally {
      // deno-lint-ignore no-unsafe-finally -- that is what is tested
      throw new RangeError("finally");
    }
  })());
  watch(task.whenDone());
  cooperator.slice();
  task.stop();
  assertEquals(ledger.take().map(({ error }) => String(error)), ["RangeError: finally"]);
});

Deno.test("Cooperator waits for a promise that a step yields", async () => {
  const cooperator = new ManualCooperator();
  const log: unknown[] = [];
  const done = cooperator.coiterate((function* () {
    yield Promise.resolve();
    log.push("resumed");
  })());
  cooperator.slice();
  assertEquals([log, cooperator.slices.length], [[], 0]);
  for (let i = 0; i < 5; i++) await null;
  cooperator.slice();
  assertEquals([log, done.called], [["resumed"], true]);
});

Deno.test("Cooperator.coiterate() fires a given Deferred with the iterator", () => {
  const cooperator = new ManualCooperator();
  const iterator = [succeed(1)].values();
  const given = new Deferred<typeof iterator>();
  cooperator.coiterate(iterator, given);
  cooperator.slice();
  cooperator.slice();
  assertStrictEquals(given.result, iterator);
  assertFalse(given.result instanceof Failure);
});
