/**
 * The same programs in a simulation, on a `SimClock`, and under fake timers that patch the globals:
 * what they see, and how fast they go.
 *
 * Learnt, on two shared cores with Deno 2.9.6: `tick` of `@sinonjs/fake-timers` lets no promise run
 * between its timers, so that the second of two sleeps never begins; its `tickAsync` does. Timers
 * without promises go at 2 to 5 million a second in a simulation and on a `SimClock`, 0.8 to 1 million by
 * `tick`. Sleeps go at 1.2 to 3 million a second in a simulation, 0.5 to 1 million through its `setTimeout`, and
 * 0.1 to 0.2 million by `nextAsync`. What `setTimeout` cost most was to remember the context of the caller
 * (`AsyncLocalStorage.snapshot()`, 3 µs); now the reaction of a promise remembers it. Ten hosts' heartbeats of an
 * hour take 0.1 s.
 *
 * Run it: `deno run -A sim/fake_time_bench.ts`
 *
 * @module
 */

import FakeTimers from "@sinonjs/fake-timers";
import { SimClock, Simulation } from "./mod.ts";

const TIMERS = 200_000;

/** Sleeps twice for 10 ms and tells when each sleep ended. */
async function twoSleeps(
  sleep: (milliseconds: number) => Promise<unknown>,
  now: () => number,
): Promise<number[]> {
  const ends: number[] = [];
  for (let i = 0; i < 2; i++) {
    await sleep(10);
    ends.push(Math.round(now()));
  }
  return ends;
}

function sleepOn(clock: { setTimeout: (fn: () => void, ms: number) => unknown }) {
  return (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.setTimeout(resolve, milliseconds));
}

/** Lets everything settle that can. */
async function settled(ends: Promise<number[]>): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve("never"), 20));
  return await Promise.race([ends.then((list) => list.join(" and ")), late]);
}

async function showTwoSleeps(): Promise<void> {
  console.log("two sleeps of 10 ms under one advance of 100 ms end at");
  const show = (name: string, ends: string) => console.log(`  ${name.padEnd(40)} ${ends}`);

  const sim = new Simulation();
  const ends = twoSleeps((ms) => sim.sleep(ms / 1000), () => sim.now * 1000);
  await sim.run(() => sim.sleep(0.1));
  show("Simulation", await settled(ends));

  const global = new Simulation();
  const inside = await global.run(() =>
    twoSleeps((ms) => new Promise((resolve) => setTimeout(resolve, ms)), () => performance.now())
  );
  show("Simulation, setTimeout", inside.join(" and "));

  const clock = new SimClock();
  const onClock = twoSleeps((ms) => clock.sleep(ms / 1000), () => clock.now() * 1000);
  await clock.advanceAsync(0.1);
  show("SimClock.advanceAsync", await settled(onClock));

  const ticked = FakeTimers.createClock();
  const byTick = twoSleeps(sleepOn(ticked), () => ticked.now);
  ticked.tick(100);
  show("@sinonjs/fake-timers tick", await settled(byTick));

  const async = FakeTimers.createClock();
  const byAsync = twoSleeps(sleepOn(async), () => async.now);
  await async.tickAsync(100);
  show("@sinonjs/fake-timers tickAsync", await settled(byAsync));
  await showFakeTime(show);
}

/** `FakeTime` is there only where JSR answers. */
async function showFakeTime(show: (name: string, ends: string) => void): Promise<void> {
  const specifier = "@std/testing/time";
  try {
    const { FakeTime } = await import(specifier);
    const time = new FakeTime();
    const begin = Date.now();
    const ends = twoSleeps(
      (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      () => Date.now() - begin,
    );
    await time.tickAsync(100);
    time.restore();
    show("@std/testing FakeTime tickAsync", await settled(ends));
  } catch {
    show("@std/testing FakeTime tickAsync", "(JSR does not answer)");
  }
}

async function rate(name: string, count: number, run: () => unknown): Promise<void> {
  const start = performance.now();
  await run();
  const perSecond = Math.round(count / (performance.now() - start) * 1000);
  console.log(`  ${name.padEnd(44)} ${perSecond.toLocaleString("en").padStart(12)} /s`);
}

/** A chain of timers: each adds the next. */
function chain(add: (fn: () => void) => unknown): void {
  let left = TIMERS;
  const next = () => {
    if (--left > 0) add(next);
  };
  add(next);
}

async function showRates(): Promise<void> {
  console.log("timers without promises, one after another");
  for (let round = 0; round < 2; round++) {
    const clock = new SimClock();
    chain((fn) => clock.callLater(0.001, fn));
    await rate("SimClock.advance", TIMERS, () => clock.advance(TIMERS));
    const fake = FakeTimers.createClock();
    chain((fn) => fake.setTimeout(fn, 1));
    await rate("@sinonjs/fake-timers tick", TIMERS, () => fake.tick(TIMERS + 1));
    await rate("Simulation, poll deadlines", TIMERS, () => {
      const sim = new Simulation({ traceMax: 0 });
      const { poller } = sim.host("a");
      let left = TIMERS;
      const step = () => {
        if (--left > 0) poller.poll(0.001, () => {}, step);
      };
      poller.poll(0.001, () => {}, step);
      return sim.run();
    });
  }
  console.log("sleeps of a promise, one after another");
  for (let round = 0; round < 2; round++) {
    const loop = async (sleep: () => Promise<unknown>) => {
      for (let i = 0; i < TIMERS; i++) await sleep();
    };
    const sim = new Simulation({ traceMax: 0 });
    await rate("Simulation.sleep", TIMERS, () => sim.run(() => loop(() => sim.sleep(0.001))));
    const global = new Simulation({ traceMax: 0 });
    await rate(
      "Simulation, setTimeout",
      TIMERS,
      () => global.run(() => loop(() => new Promise((resolve) => setTimeout(resolve, 1)))),
    );
    const fake = FakeTimers.createClock();
    const done = loop(() => sleepOn(fake)(1));
    await rate("@sinonjs/fake-timers nextAsync", 20_000, async () => {
      for (let i = 0; i < 20_000; i++) await fake.nextAsync();
    });
    done.catch(() => {});
  }
}

/** Ten hosts tell their neighbour every second that they are there, over UDP, for an hour. */
async function showHeartbeats(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const sim = new Simulation({ traceMax: 0 });
    let beats = 0;
    for (let i = 0; i < 10; i++) {
      const { network, poller, clock } = sim.host(`h${i}`);
      const socket = network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: 7 });
      const neighbour = { transport: "udp", hostname: `h${(i + 1) % 10}`, port: 7 } as const;
      const beat = new Uint8Array([i]);
      poller.register(socket, 1);
      let next = 1;
      const step = () => {
        if (clock.now() >= next) {
          socket.send(beat, neighbour);
          next++;
        }
        poller.poll(next - clock.now(), () => void (socket.receive() && beats++), step);
      };
      poller.poll(0, () => {}, step);
    }
    const start = performance.now();
    await sim.run(() => sim.sleep(3600));
    const seconds = (performance.now() - start) / 1000;
    const times = Math.round(3600 / seconds).toLocaleString("en");
    console.log(`an hour of ten hosts' heartbeats (${beats}): ${times} times faster than it lasts`);
  }
}

if (import.meta.main) {
  await showTwoSleeps();
  await showRates();
  await showHeartbeats();
}
