/**
 * What a Deferred costs beside a native promise.
 *
 * Learnt: a Deferred with ten callbacks takes two thirds of the time of a promise with ten `then`s,
 * and a failure that passes ten callbacks less than half, as nothing waits for a microtask. A chain of
 * Deferreds that wait for each other takes nearly three times that of promises: a Deferred has more
 * state. Twisted 22.4 on CPython 3.11 takes about 20 times as long for ten callbacks, and 11 times for
 * the chain and for ten yields.
 *
 * `deno bench reactor/deferred/deferred_bench.ts`
 *
 * @module
 */

import { Deferred } from "./deferred.ts";
import { inlineCallbacks } from "./inline_callbacks.ts";
import { succeed } from "./succeed.ts";

const CALLBACKS = 10;
const LINKS = 1000;
const ERROR = new RangeError("made once");

function increment(value: number): number {
  return value + 1;
}

Deno.bench(
  "Deferred, ten callbacks, then fired",
  { group: "ten callbacks", baseline: true },
  () => {
    const deferred: Deferred<number> = new Deferred();
    for (let i = 0; i < CALLBACKS; i++) deferred.addCallback(increment);
    deferred.callback(0);
  },
);

Deno.bench("Deferred, fired, then ten callbacks", { group: "ten callbacks" }, () => {
  const deferred: Deferred<number> = succeed(0);
  for (let i = 0; i < CALLBACKS; i++) deferred.addCallback(increment);
});

Deno.bench("promise, ten thens", { group: "ten callbacks" }, async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let last = promise;
  for (let i = 0; i < CALLBACKS; i++) last = last.then(increment);
  resolve(0);
  await last;
});

Deno.bench("Deferred, a failure past ten callbacks", { group: "failure", baseline: true }, () => {
  const deferred: Deferred<number> = new Deferred();
  for (let i = 0; i < CALLBACKS; i++) deferred.addCallback(increment);
  deferred.addErrback(() => 0);
  deferred.errback(ERROR);
});

Deno.bench("promise, a rejection past ten thens", { group: "failure" }, async () => {
  const { promise, reject } = Promise.withResolvers<number>();
  let last = promise;
  for (let i = 0; i < CALLBACKS; i++) last = last.then(increment);
  reject(ERROR);
  await last.catch(() => 0);
});

Deno.bench(
  "Deferred, a thousand that wait for each other",
  { group: "chain", baseline: true },
  () => {
    const first = new Deferred<number>();
    let last = first;
    for (let i = 0; i < LINKS; i++) {
      const previous = last;
      last = succeed(0).addCallback(() => previous);
    }
    first.callback(0);
  },
);

Deno.bench("promise, a thousand that wait for each other", { group: "chain" }, async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let last = promise;
  for (let i = 0; i < LINKS; i++) {
    const previous = last;
    last = Promise.resolve(0).then(() => previous);
  }
  resolve(0);
  await last;
});

const tenYields = inlineCallbacks(function* () {
  let sum = 0;
  for (let i = 0; i < CALLBACKS; i++) sum += yield* succeed(1);
  return sum;
});

async function tenAwaits(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < CALLBACKS; i++) sum += await 1;
  return sum;
}

async function tenDeferredAwaits(): Promise<number> {
  let sum = 0;
  for (let i = 0; i < CALLBACKS; i++) sum += await succeed(1);
  return sum;
}

Deno.bench("inlineCallbacks, ten yields", { group: "ten waits", baseline: true }, () => {
  tenYields();
});
Deno.bench("async function, ten awaits of values", { group: "ten waits" }, async () => {
  await tenAwaits();
});
Deno.bench("async function, ten awaits of Deferreds", { group: "ten waits" }, async () => {
  await tenDeferredAwaits();
});
