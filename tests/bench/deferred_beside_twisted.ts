/**
 * A Deferred with ten callbacks beside Twisted's, and beside a native promise with ten `then`s.
 *
 *     deno run -A tests/bench/deferred_beside_twisted.ts [--rounds=9]
 *
 * Prints the median of interleaved rounds, and fails if ours is less than five times as fast as
 * Twisted's. Needs Debian's package `python3-twisted`; without it only the promise stands beside.
 *
 * @module
 */

import { Deferred } from "../../reactor/mod.ts";

const CALLBACKS = 10;
const RATIO_MIN = 5;
/** How many Deferreds make a round; CPython takes about as long for its share. */
const COUNT = 500_000;
const COUNT_TWISTED = 20_000;
/** Debian's own Python: another one does not have Debian's packages. */
const PYTHON = "/usr/bin/python3";

function increment(value: number): number {
  return value + 1;
}

function ourRound(): number {
  const start = performance.now();
  for (let i = 0; i < COUNT; i++) {
    const deferred: Deferred<number> = new Deferred();
    for (let j = 0; j < CALLBACKS; j++) deferred.addCallback(increment);
    deferred.callback(0);
  }
  return nanoseconds(start);
}

async function promiseRound(): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < COUNT; i++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    let last = promise;
    for (let j = 0; j < CALLBACKS; j++) last = last.then(increment);
    resolve(0);
    await last;
  }
  return nanoseconds(start);
}

/** Runs Twisted's share in a process of its own; `null` if there is no Twisted. */
async function twistedRound(): Promise<number | null> {
  const program = new URL("twisted_deferred.py", import.meta.url).pathname;
  const args = [program, String(COUNT_TWISTED)];
  try {
    const { success, stdout } = await new Deno.Command(PYTHON, { args, stderr: "null" }).output();
    return success ? Number(new TextDecoder().decode(stdout)) : null;
  } catch {
    return null;
  }
}

/** What each of a round took since it began. */
function nanoseconds(start: number): number {
  return (performance.now() - start) * 1e6 / COUNT;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const rounds = Number(Deno.args[0]?.replace("--rounds=", "") ?? 9);
const ours: number[] = [];
const promises: number[] = [];
const twisted: number[] = [];
for (let round = 0; round < rounds; round++) {
  ours.push(ourRound());
  promises.push(await promiseRound());
  const found = await twistedRound();
  if (found !== null) twisted.push(found);
}

console.log(`one Deferred, ten callbacks, then fired: ${median(ours).toFixed(0)} ns`);
function tell(peer: string, times: readonly number[]): number {
  const ratio = median(times) / median(ours);
  console.log(`${peer}: ${median(times).toFixed(0)} ns, ${ratio.toFixed(2)} times as long`);
  return ratio;
}
tell("a native promise, ten thens", promises);
if (twisted.length === 0) console.log("Twisted: python3-twisted is not installed");
else if (tell("Twisted", twisted) < RATIO_MIN) {
  console.log(`Twisted takes less than ${RATIO_MIN} times as long`);
  Deno.exit(1);
}
