import { assertEquals } from "@std/assert";
import { LoopingCall } from "../../../reactor/mod.ts";
import { StepClock } from "../step_clock.ts";

/** A clock that is set to any time by hand, and one call at most that waits. */
class SettableClock {
  now = 0;
  /** How long the calls were to wait. */
  readonly delays: number[] = [];
  #waiting: (() => void) | null = null;

  seconds(): number {
    return this.now;
  }

  callLater(delay: number, callable: () => void) {
    this.delays.push(delay);
    this.#waiting = callable;
    return { active: () => this.#waiting === callable, cancel: () => void (this.#waiting = null) };
  }

  /** Sets the clock, and makes the call that waits. */
  callAt(now: number): void {
    this.now = now;
    const callable = this.#waiting;
    this.#waiting = null;
    callable?.();
  }
}

Deno.test("LoopingCall.withCount() counts nothing twice when the clock was set back", () => {
  const clock = new SettableClock();
  const log: [number, number][] = [];
  const loop = LoopingCall.withCount((count) => log.push([clock.now, count]));
  loop.clock = clock;
  loop.start(1);
  for (const now of [3, 1, 4]) clock.callAt(now);
  assertEquals(log, [[0, 1], [3, 3], [4, 1]]);
  loop.stop();
});

Deno.test("LoopingCall.withCount() counts anew when it is started again", () => {
  const clock = new StepClock();
  const log: [number, number][] = [];
  const loop = LoopingCall.withCount((count) => log.push([clock.seconds(), count]));
  loop.clock = clock;
  loop.start(1);
  loop.stop();
  clock.advance(10);
  loop.start(1);
  clock.advance(1);
  loop.stop();
  assertEquals(log, [[0, 1], [10, 1], [11, 1]]);
});

Deno.test("LoopingCall.reset() inside of the call plans no other one", () => {
  const clock = new StepClock();
  const log: number[] = [];
  const loop = new LoopingCall(() => {
    log.push(clock.seconds());
    loop.reset();
  });
  loop.clock = clock;
  loop.start(2);
  assertEquals(clock.getDelayedCalls().length, 1);
  clock.advance(2);
  assertEquals(log, [0, 2]);
  loop.stop();
  assertEquals(clock.getDelayedCalls(), []);
});
