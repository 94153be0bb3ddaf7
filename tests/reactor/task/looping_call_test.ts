import { assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  Deferred,
  fail,
  installReactor,
  type IReactor,
  type IReactorTime,
  LoopingCall,
  LoopingCallRunningError,
  LoopingCallStoppedError,
  uninstallReactor,
} from "../../../reactor/mod.ts";
import { SimClock } from "../../../sim/mod.ts";
import { StepClock } from "../step_clock.ts";

/** A looping call that writes down when it was called, and for how many intervals. */
function counting(clock: StepClock): { loop: LoopingCall; log: [time: number, count: number][] } {
  const log: [number, number][] = [];
  const loop = LoopingCall.withCount((count) => log.push([clock.seconds(), count]));
  loop.clock = clock;
  return { loop, log };
}

/** A looping call that writes down when it was called. */
function timing(clock: StepClock): { loop: LoopingCall; log: number[] } {
  const log: number[] = [];
  const loop = new LoopingCall(() => log.push(clock.seconds()));
  loop.clock = clock;
  return { loop, log };
}

Deno.test("TASK-12 SimClock provides IReactorTime", () => {
  const clock: IReactorTime = new SimClock();
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("TASK-16 LoopingCall.clock is the default reactor unless one is set", () => {
  const reactor = { name: "stands for a reactor" } as unknown as IReactor;
  installReactor(reactor);
  try {
    assertStrictEquals<unknown>(new LoopingCall(() => {}).clock, reactor);
  } finally {
    uninstallReactor();
  }
});

Deno.test("TASK-17 LoopingCall leaves out what passed while the function ran", () => {
  const clock = new StepClock();
  const log: number[] = [];
  const loop = new LoopingCall(() => {
    log.push(clock.seconds());
    clock.advance(4);
  });
  loop.clock = clock;
  loop.start(3);
  assertEquals(log, [0]);
  clock.advance(1);
  assertEquals(log, [0]);
  clock.advance(1);
  assertEquals(log, [0, 6]);
});

Deno.test("TASK-18 LoopingCall leaves out what passed while the reactor was late", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  loop.start(3);
  clock.advance(7);
  assertEquals(log, [0, 7]);
  clock.advance(1);
  assertEquals(log, [0, 7]);
  clock.advance(1);
  assertEquals(log, [0, 7, 9]);
});

Deno.test("TASK-19 LoopingCall.withCount() tells how many intervals have passed", () => {
  const clock = new StepClock();
  const { loop, log } = counting(clock);
  loop.start(3, false);
  clock.advance(3);
  clock.advance(7);
  clock.advance(2);
  assertEquals(log, [[3, 1], [10, 2], [12, 1]]);
});

Deno.test("TASK-20 LoopingCall.withCount() does not count lateness below an interval", () => {
  const clock = new StepClock();
  const { loop, log } = counting(clock);
  loop.start(3);
  clock.advance(5.9);
  clock.advance(0.1);
  assertEquals(log, [[0, 1], [5.9, 1], [6, 1]]);
});

Deno.test("TASK-21 LoopingCall.withCount() leaves a call out rather than count 0", () => {
  fc.assert(fc.property(
    fc.double({ min: 0, max: 2 ** 30, noNaN: true }),
    fc.constantFrom(0.1, 0.01, 1 / 3, 0.7),
    (start, interval) => {
      const clock = new StepClock();
      clock.advance(start);
      const { loop, log } = counting(clock);
      loop.start(interval, false);
      for (let i = 0; i < 100; i++) clock.advance(interval);
      assertEquals(log.filter(([, count]) => count < 1), []);
      const total = log.reduce((sum, [, count]) => sum + count, 0);
      const [last] = log.at(-1) as [number, number];
      assertEquals(total, Math.trunc((last - start) / interval));
    },
  ));
});

Deno.test("TASK-22 LoopingCall.withCount() counts 1 with interval 0", () => {
  const clock = new StepClock();
  const log: number[] = [];
  const loop: LoopingCall = LoopingCall.withCount((count) => {
    if (log.push(count) === 5) loop.stop();
  });
  loop.clock = clock;
  loop.start(0, false);
  clock.advance(0);
  assertEquals(log, [1, 1, 1, 1, 1]);
});

Deno.test("TASK-23 LoopingCall.withCount() counts 1 with interval 0 after a wait", () => {
  const clock = new StepClock();
  const log: number[] = [];
  const gate = new Deferred<void>();
  const loop: LoopingCall = LoopingCall.withCount((count) => {
    if (log.push(count) === 4) loop.stop();
    return log.length === 2 ? gate : undefined;
  });
  loop.clock = clock;
  loop.start(0, false);
  clock.advance(0);
  clock.advance(20);
  assertEquals(log, [1, 1]);
  gate.callback();
  clock.advance(0);
  assertEquals(log, [1, 1, 1, 1]);
});

Deno.test("TASK-24 LoopingCall.withCount() counts from the last call when the interval changes", () => {
  const clock = new StepClock();
  const log: [number, number][] = [];
  const gate = new Deferred<void>();
  const loop = LoopingCall.withCount((count) => {
    log.push([clock.seconds(), count]);
    return log.length === 1 ? gate : undefined;
  });
  loop.clock = clock;
  loop.start(0);
  clock.advance(9);
  loop.interval = 2;
  gate.callback();
  clock.advance(1);
  clock.advance(2);
  assertEquals(log, [[0, 1], [10, 5], [12, 1]]);
});

Deno.test("TASK-25 LoopingCall.start() calls at once and then at each interval, until stop()", () => {
  const clock = new StepClock();
  const calls: unknown[][] = [];
  const loop = new LoopingCall((...args: [string, number]) => calls.push(args), "a", 1);
  loop.clock = clock;
  const done = loop.start(1);
  assertEquals([calls.length, loop.running], [1, true]);
  clock.advance(1);
  clock.advance(1);
  assertEquals(calls, [["a", 1], ["a", 1], ["a", 1]]);
  assertFalse(done.called);
  loop.stop();
  assertStrictEquals(done.result, loop);
  assertEquals([loop.running, clock.getDelayedCalls()], [false, []]);
});

Deno.test("TASK-26 LoopingCall.start() calls first after an interval when told so", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  loop.start(1, false);
  assertEquals(log, []);
  clock.advance(1);
  assertEquals(log, [1]);
  loop.stop();
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("TASK-27 LoopingCall.start() throws RangeError when the interval is negative", () => {
  const { loop } = timing(new StepClock());
  assertThrows(() => loop.start(-1), RangeError, "the interval is -1");
  assertThrows(() => loop.start(NaN), RangeError);
  assertFalse(loop.running);
});

Deno.test("TASK-28 LoopingCall.stop() at once prevents every call with interval 0", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  const done = loop.start(0, false);
  loop.stop();
  clock.advance(1);
  assertEquals([log, clock.getDelayedCalls(), done.called], [[], [], true]);
});

Deno.test("TASK-29 LoopingCall.stop() prevents a first call that is delayed", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  loop.start(10, false);
  clock.advance(9);
  loop.stop();
  clock.advance(10);
  assertEquals([log, clock.getDelayedCalls()], [[], []]);
});

Deno.test("TASK-30 LoopingCall.reset() begins the interval anew", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  loop.start(10);
  clock.advance(4);
  loop.reset();
  clock.advance(9);
  assertEquals(log, [0]);
  clock.advance(1);
  assertEquals(log, [0, 14]);
  clock.advance(10);
  assertEquals(log, [0, 14, 24]);
});

Deno.test("TASK-31 LoopingCall.toString() shows interval, function and arguments", () => {
  function install(..._args: unknown[]): void {}
  const loop = new LoopingCall(install, 1, "two");
  loop.clock = new StepClock();
  loop.start(3);
  assertEquals(loop.toString(), "LoopingCall<3>(install, 1, two)");
});

Deno.test("TASK-32 LoopingCall.toString() shows the name of a method", () => {
  class Server {
    ping(): void {}
  }
  const server = new Server();
  const loop = new LoopingCall(server.ping.bind(server));
  assertEquals(loop.toString(), "LoopingCall<null>(bound ping)");
});

Deno.test("TASK-34 LoopingCall stops and fails with what the function throws", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  const loop = new LoopingCall(() => {
    if (clock.seconds() === 2) throw new RangeError("x");
  });
  loop.clock = clock;
  loop.start(1).addErrback(({ type }) => log.push(type));
  clock.pump([1, 1, 1, 1]);
  assertEquals([log, loop.running, clock.getDelayedCalls()], [[RangeError], false, []]);
});

Deno.test("TASK-35 LoopingCall fails once when the function stops it and throws", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  const loop: LoopingCall = new LoopingCall(() => {
    loop.stop();
    throw new RangeError("x");
  });
  loop.clock = clock;
  loop.start(1, false).addBoth((result) => log.push(String(result)));
  clock.advance(2);
  assertEquals([log, loop.running], [["[Failure: RangeError: x]"], false]);
});

Deno.test("TASK-37 LoopingCall.stop() by another call prevents all later ones", () => {
  const clock = new StepClock();
  const { loop, log } = timing(clock);
  loop.start(1);
  clock.callLater(2.5, () => loop.stop());
  clock.pump([1, 1, 1, 1]);
  assertEquals(log, [0, 1, 2]);
});

Deno.test("TASK-38 LoopingCall waits for a Deferred that the function returned", () => {
  const clock = new StepClock();
  const log: number[] = [];
  let gate = new Deferred<void>();
  const loop = new LoopingCall(() => {
    log.push(clock.seconds());
    return gate;
  });
  loop.clock = clock;
  const done = loop.start(1);
  clock.pump([1, 1, 0.5]);
  assertEquals([log, clock.getDelayedCalls()], [[0], []]);
  const first = gate;
  gate = new Deferred();
  first.callback();
  clock.advance(0.5);
  assertEquals(log, [0, 3]);
  loop.stop();
  assertFalse(done.called);
  gate.callback();
  assertEquals([done.called, clock.getDelayedCalls()], [true, []]);
});

Deno.test("TASK-39 LoopingCall fails when what the function returned fails", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  const loop = new LoopingCall(() => fail(new RangeError()));
  loop.clock = clock;
  loop.start(1).addErrback(({ type }) => log.push(type));
  assertEquals([log, loop.running, clock.getDelayedCalls()], [[RangeError], false, []]);
});

Deno.test("TASK-40 LoopingCall.withCount() counts the intervals that passed during a wait", () => {
  const clock = new StepClock();
  const log: [number, number][] = [];
  const gate = new Deferred<void>();
  const loop = LoopingCall.withCount((count) => {
    log.push([clock.seconds(), count]);
    return log.length === 1 ? gate : undefined;
  });
  loop.clock = clock;
  loop.start(0.2, false);
  clock.advance(0.2);
  clock.pump([0.2, 0.2, 0.1]);
  assertEquals(log.length, 1);
  gate.callback();
  clock.advance(0.1);
  assertEquals(log.map(([, count]) => count), [1, 3]);
});

Deno.test("LoopingCall waits for an async function, and fails with what it throws", async () => {
  const clock = new StepClock();
  let calls = 0;
  const loop = new LoopingCall(async () => {
    await null;
    if (++calls === 2) throw new RangeError();
  });
  loop.clock = clock;
  const log: unknown[] = [];
  loop.start(1).addErrback(({ type }) => log.push(type));
  assertEquals(clock.getDelayedCalls(), []);
  for (let i = 0; i < 2; i++) {
    for (let turn = 0; turn < 10; turn++) await null;
    clock.advance(1);
  }
  for (let turn = 0; turn < 10; turn++) await null;
  assertEquals(log, [RangeError]);
});

Deno.test("LoopingCall plans a whole interval when the rest of one is too small for the clock", () => {
  const clock = new StepClock();
  const { loop } = timing(clock);
  loop.start(0.1, false);
  clock.advance(0.5);
  // The rest is 0.1 - 0.5 % 0.1, about 3e-17, and would lead to the very same time.
  assertEquals(clock.getDelayedCalls().map((call) => call.getTime()), [0.6]);
});

Deno.test("LoopingCall throws when started twice, or stopped or reset while it does not run", () => {
  const { loop } = timing(new StepClock());
  assertThrows(() => loop.stop(), LoopingCallStoppedError, "it is not running");
  assertThrows(() => loop.reset(), LoopingCallStoppedError);
  loop.start(1);
  assertThrows(() => loop.start(1), LoopingCallRunningError, "it is running");
  loop.stop();
  loop.start(1);
  loop.stop();
});

Deno.test("LoopingCall.start() throws in the call that stops it, as that is not over", () => {
  const clock = new StepClock();
  const log: unknown[] = [];
  const loop: LoopingCall = new LoopingCall(() => {
    loop.stop();
    loop.start(1);
  });
  loop.clock = clock;
  loop.start(1).addErrback(({ type }) => log.push(type));
  assertEquals(log, [LoopingCallRunningError]);
});

Deno.test("LoopingCall stays on its grid however late it is called", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 10 }),
    fc.array(fc.integer({ min: 0, max: 25 })),
    (interval, steps) => {
      const clock = new StepClock();
      const { loop, log } = counting(clock);
      loop.start(interval);
      const expected: [number, number][] = [[0, 1]];
      let counted = 0;
      for (const step of steps) {
        clock.advance(step);
        const points = Math.floor(clock.seconds() / interval);
        if (points > counted) expected.push([clock.seconds(), points - counted]);
        counted = points;
      }
      assertEquals(log, expected);
    },
  ));
});

Deno.test("LoopingCall fails with what the clock throws when the next call is planned", () => {
  const clock = new SimClock();
  const log: unknown[] = [];
  const loop = new LoopingCall(() => void (loop.interval = -1));
  loop.clock = clock;
  loop.start(2).addErrback(({ type }) => log.push(type));
  assertEquals([loop.running, log], [false, [RangeError]]);
});

Deno.test("LoopingCall calls at the next point of the grid after the clock was set back", () => {
  let now = 10;
  const delays: number[] = [];
  const loop = new LoopingCall(() => {
    now -= 5;
  });
  loop.clock = {
    seconds: () => now,
    callLater: (delay) => {
      delays.push(delay);
      return { active: () => true, cancel: () => {} };
    },
  };
  loop.start(4);
  // At 5, on a grid with the points 2, 6 and 10.
  assertEquals(delays, [1]);
  loop.stop();
});
