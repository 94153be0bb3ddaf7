/**
 * A million timers, half of them cancelled, beside `setTimeout`.
 *
 *     deno run -A tests/bench/timers_beside_set_timeout.ts [--rounds=3]
 *
 * Prints the medians of interleaved rounds: to set a million timers over 50 ms in no order, to cancel
 * every other, and to run the rest.
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";

const COUNT = 1_000_000;
/** Over how many seconds the timers are spread. */
const SPREAD = 0.05;

/** The milliseconds of a round: to set, to cancel, to run. */
type Times = readonly [number, number, number];

/** What sets timers. */
interface Timers {
  readonly name: string;
  /** Makes timers anew, and runs the measurement on them. */
  measure(): Promise<Times>;
}

/** Measures one kind of timers; `finished` is called by the last that runs. */
async function measure<T>(
  set: (delay: number, call: () => void) => T,
  cancel: (timer: T) => void,
  run: (finished: Promise<void>) => Promise<void>,
): Promise<Times> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = COUNT / 2;
  function call(): void {
    if (--left === 0) resolve();
  }
  const start = performance.now();
  const timers: T[] = [];
  // A step that has no factor in common with the count goes through all delays in no order.
  for (let i = 0; i < COUNT; i++) timers.push(set((i * 618_033 % COUNT) / COUNT * SPREAD, call));
  const allSet = performance.now();
  for (let i = 0; i < COUNT; i += 2) cancel(timers[i] as T);
  const halfCancelled = performance.now();
  await run(promise);
  return [allSet - start, halfCancelled - allSet, performance.now() - halfCancelled];
}

const KINDS: readonly Timers[] = [
  {
    name: "setTimeout",
    measure: () =>
      measure(
        (delay, call) => setTimeout(call, delay * 1000),
        (timer) => clearTimeout(timer),
        (finished) => finished,
      ),
  },
  {
    name: "PollReactor.callLater",
    measure() {
      const reactor = new PollReactor(new DenoPlatform());
      return measure(
        (delay, call) => reactor.callLater(delay, call),
        (timer) => timer.cancel(),
        async (finished) => {
          const running = reactor.run({ installSignalHandlers: false });
          await finished;
          reactor.stop();
          await running;
        },
      );
    },
  },
  {
    name: "PollIOLoop.callLater",
    measure() {
      const loop = new PollIOLoop(new DenoPlatform(), { makeCurrent: false });
      return measure(
        (delay, call) => loop.callLater(delay, call),
        (timer) => loop.removeTimeout(timer),
        async (finished) => {
          const running = loop.start();
          await finished;
          loop.stop();
          await running;
          loop.close();
        },
      );
    },
  },
];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const rounds = Number(Deno.args[0]?.replace("--rounds=", "") ?? 3);
const results = new Map<string, Times[]>(KINDS.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const { name, measure } of KINDS) results.get(name)?.push(await measure());
}
console.log(`${COUNT.toLocaleString("en")} timers: set, half of them cancelled, the rest run`);
let peer = 0;
for (const [name, times] of results) {
  const [set, cancelled, run] = [0, 1, 2].map((part) =>
    median(times.map((t) => t[part] as number))
  );
  const whole = median(times.map((parts) => parts.reduce((a, b) => a + b)));
  if (peer === 0) peer = whole;
  const parts = [set, cancelled, run].map((part) => `${part?.toFixed(0)} ms`).join(" + ");
  console.log(
    `${name}: ${parts} = ${whole.toFixed(0)} ms, ${(peer / whole).toFixed(2)} times the rate`,
  );
}
