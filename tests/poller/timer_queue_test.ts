import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvariantError, type Timer, TimerQueue } from "../../poller/mod.ts";

/** Runs what is due and returns what it logged. */
function runDue(timers: TimerQueue, now: number, log: string[]): string[] {
  for (const timer of timers.takeDue(now)) timer.run();
  return log.splice(0);
}

Deno.test("TimerQueue.takeDue() returns timers by deadline", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  for (const deadline of [3, 1, 2]) timers.add(deadline, () => log.push(`${deadline}`));
  assertEquals([timers.size, timers.nextDeadline], [3, 1]);
  assertEquals(runDue(timers, 2, log), ["1", "2"]);
  assertEquals([timers.size, timers.nextDeadline], [1, 3]);
  assertEquals(runDue(timers, 2.999, log), []);
  assertEquals(runDue(timers, 3, log), ["3"]);
  assertEquals([timers.size, timers.nextDeadline], [0, Infinity]);
});

Deno.test("TimerQueue.takeDue() returns equal deadlines in insertion order", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  const names = Array.from({ length: 100 }, (_, i) => `${i}`);
  for (const name of names) timers.add(7, () => log.push(name));
  assertEquals(runDue(timers, 7, log), names);
});

Deno.test("TimerQueue.takeDue() leaves a timer that a callback adds for the next time", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  timers.add(1, () => {
    log.push("a");
    timers.add(0, () => log.push("b"));
  });
  assertEquals(runDue(timers, 1, log), ["a"]);
  assertEquals(runDue(timers, 1, log), ["b"]);
});

Deno.test("TimerQueue.cancel() reaches a timer that was taken and has not run", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  timers.add(1, () => {
    log.push("a");
    assertEquals(timers.cancel(later), true);
  });
  const later: Timer = timers.add(1, () => log.push("b"));
  assertEquals(runDue(timers, 1, log), ["a"]);
  assertEquals([later.state, later.callback, timers.size], ["cancelled", null, 0]);
});

Deno.test("TimerQueue.cancel() returns false for a timer that is spent", () => {
  const timers = new TimerQueue();
  const called = timers.add(1, () => {});
  for (const timer of timers.takeDue(1)) timer.run();
  assertEquals([timers.cancel(called), called.pending, called.callback], [false, false, null]);
  const cancelled = timers.add(1, () => {});
  assertEquals([timers.cancel(cancelled), timers.cancel(cancelled)], [true, false]);
  assertEquals(timers.size, 0);
});

Deno.test("Timer.run() calls once, and the callback may cancel its own timer", () => {
  const timers = new TimerQueue();
  let calls = 0;
  const timer = timers.add(1, () => {
    calls++;
    assertEquals(timers.cancel(timer), false);
  });
  timer.run(); // It is not due: nothing happens.
  for (const due of timers.takeDue(1)) {
    due.run();
    due.run();
  }
  assertEquals([calls, timer.state], [1, "called"]);
});

Deno.test("Timer.run() spends the timer also if the callback throws", () => {
  const timers = new TimerQueue();
  const timer = timers.add(1, () => {
    throw new Error("thrown");
  });
  timers.takeDue(1);
  assertThrows(() => timer.run(), Error, "thrown");
  assertEquals([timer.state, timers.size], ["called", 0]);
});

Deno.test("TimerQueue.move() puts a timer behind those with the same deadline", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  const first = timers.add(1, () => log.push("moved"));
  timers.add(5, () => log.push("other"));
  const moved = timers.move(first, 5);
  assertEquals([first.state, moved.deadline, timers.size], ["cancelled", 5, 2]);
  assertEquals(runDue(timers, 5, log), ["other", "moved"]);
});

Deno.test("TimerQueue.move() refuses a timer that is spent", () => {
  const timers = new TimerQueue();
  const timer = timers.add(1, () => {});
  timers.cancel(timer);
  assertThrows(() => timers.move(timer, 2), InvariantError);
});

Deno.test("TimerQueue refuses NaN and changes nothing", () => {
  const timers = new TimerQueue();
  const timer = timers.add(1, () => {});
  assertThrows(() => timers.add(NaN, () => {}), RangeError, "NaN");
  assertThrows(() => timers.move(timer, NaN), RangeError, "NaN");
  assertEquals([timers.size, timer.pending, timers.nextDeadline], [1, true, 1]);
});

Deno.test("TimerQueue orders every number: negative, 2^128, Infinity", () => {
  const timers = new TimerQueue();
  const log: string[] = [];
  for (const deadline of [Infinity, 2 ** 128, 0, -1, -Infinity, 2 ** 31]) {
    timers.add(deadline, () => log.push(`${deadline}`));
  }
  assertEquals(runDue(timers, 2 ** 128, log), [
    "-Infinity",
    "-1",
    "0",
    `${2 ** 31}`,
    `${2 ** 128}`,
  ]);
  assertEquals([timers.size, timers.nextDeadline], [1, Infinity]);
  assertEquals(runDue(timers, Infinity, log), ["Infinity"]);
});

Deno.test("TimerQueue.takeDue() takes nothing at NaN", () => {
  const timers = new TimerQueue();
  timers.add(-Infinity, () => {});
  assertEquals([...timers.takeDue(NaN)], []);
  assertEquals(timers.size, 1);
});

Deno.test("TimerQueue prunes cancelled timers in bulk", () => {
  const timers = new TimerQueue();
  const kept = Array.from({ length: 100 }, (_, i) => timers.add(i, () => {}));
  const dropped = Array.from({ length: 1000 }, (_, i) => timers.add(1000 + i, () => {}));
  for (const timer of dropped) timers.cancel(timer);
  assertEquals(timers.size, 100);
  // More than 50 cancelled ones and more than half: none stays for long.
  assertLess(timers.capacity, 250);
  assertEquals(timers.takeDue(Infinity), kept);
});

Deno.test("TimerQueue.clear() cancels all", () => {
  const timers = new TimerQueue();
  const all = [timers.add(1, () => {}), timers.add(2, () => {})];
  timers.clear();
  assertEquals(all.map(({ state }) => state), ["cancelled", "cancelled"]);
  assertEquals([timers.size, timers.capacity, timers.nextDeadline], [0, 0, Infinity]);
  assertEquals(timers.cancel(all[0] as Timer), false);
});

Deno.test("TimerQueue yields the timers that wait", () => {
  const timers = new TimerQueue();
  const a = timers.add(1, () => {});
  const b = timers.add(2, () => {});
  const c = timers.add(3, () => {});
  timers.cancel(b);
  assertEquals(new Set(timers), new Set([a, c]));
});

// -- Against a sorted list --

/** One call on the queue; `at` picks one of the timers made so far. */
type Command =
  | { readonly kind: "add"; readonly deadline: number }
  | { readonly kind: "cancel"; readonly at: number }
  | { readonly kind: "move"; readonly at: number; readonly deadline: number }
  | { readonly kind: "take"; readonly now: number };

/** Few distinct deadlines, so that there are ties, and some far ones. */
const deadlines = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, 2 ** 128, 0.1 + 0.2) },
);

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("add" as const), deadline: deadlines }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("cancel" as const), at: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("move" as const),
        at: fc.nat(),
        deadline: deadlines,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const), now: deadlines }) },
  ),
  { maxLength: 400, size: "max" },
);

/** What a list that is searched from end to end says. */
interface Model {
  readonly id: number;
  readonly deadline: number;
  readonly timer: Timer;
}

Deno.test("TimerQueue does what a sorted list does", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const timers = new TimerQueue();
      const made: Timer[] = [];
      const log: number[] = [];
      let model: Model[] = [];
      let id = 0;
      const add = (timer: Timer, own: number) => {
        made.push(timer);
        model.push({ id: own, deadline: timer.deadline, timer });
      };
      for (const command of list) {
        const timer = "at" in command ? made[command.at % Math.max(made.length, 1)] : undefined;
        const entry = model.find((one) => one.timer === timer);
        switch (command.kind) {
          case "add": {
            const own = id++;
            add(timers.add(command.deadline, () => log.push(own)), own);
            break;
          }
          case "cancel":
            if (timer === undefined) break;
            assertEquals(timers.cancel(timer), entry !== undefined);
            model = model.filter((one) => one !== entry);
            break;
          case "move":
            if (timer === undefined || entry === undefined) break;
            model = model.filter((one) => one !== entry);
            add(timers.move(timer, command.deadline), entry.id);
            break;
          case "take": {
            const due = model.filter(({ deadline }) => deadline <= command.now)
              .map((one, index) => ({ ...one, index }))
              .sort((a, b) =>
                a.deadline === b.deadline ? a.index - b.index : a.deadline < b.deadline ? -1 : 1
              );
            model = model.filter(({ deadline }) => !(deadline <= command.now));
            for (const one of timers.takeDue(command.now)) one.run();
            assertEquals(log.splice(0), due.map((one) => one.id));
          }
        }
        assertEquals(timers.size, model.length);
        assertEquals(
          timers.nextDeadline,
          model.reduce((least, { deadline }) => Math.min(least, deadline), Infinity),
        );
        assert(timers.capacity <= Math.max(2 * model.length, model.length + 50) + 1);
      }
    }),
    { numRuns: 200, seed: 4 },
  );
});
