/**
 * What a callback costs on `PollIOLoop`, beside `setImmediate`.
 *
 * Learnt: with many callbacks a pass, most of the price is the context: `addCallback` captures one
 * (`AsyncLocalStorage.snapshot()`) and enters it, `spawnCallback` only enters. With one callback a
 * pass the native turn and the pass around it cost more than either.
 *
 * @module
 */

import { DenoPlatform } from "../poller/mod.ts";
import { PollIOLoop } from "./mod.ts";

const COUNT = 10_000;

/** Runs a loop through callbacks that each add the next, a number of chains side by side. */
async function chains(kind: "addCallback" | "spawnCallback", width: number): Promise<void> {
  const loop = new PollIOLoop(new DenoPlatform(), { makeCurrent: false });
  let left = COUNT;
  function next(): void {
    if (--left > 0) loop[kind](next);
    else loop.stop();
  }
  for (let i = 0; i < width; i++) loop[kind](next);
  await loop.start();
  loop.close();
}

function immediates(width: number): Promise<void> {
  return new Promise((resolve) => {
    let left = COUNT;
    function next(): void {
      if (--left > 0) setImmediate(next);
      else resolve();
    }
    for (let i = 0; i < width; i++) next();
  });
}

for (const width of [1, 100]) {
  const group = `10,000 callbacks, ${width} a pass`;
  Deno.bench("setImmediate", { group, baseline: true }, async () => await immediates(width));
  Deno.bench("IOLoop.spawnCallback", { group }, async () => await chains("spawnCallback", width));
  Deno.bench("IOLoop.addCallback", { group }, async () => await chains("addCallback", width));
}
