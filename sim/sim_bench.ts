/**
 * How many turns the driver takes a second.
 *
 * Learnt, on two shared cores with Deno 2.9.6: a turn that only waits costs 0.4 µs, one with three
 * promise hops 0.9 µs, and one that receives and sends a byte (two events and a pass) 1.1 to 1.4 µs,
 * a quarter of which is the copy of the byte: a typed array costs more than all else. Draining by a
 * macrotask costs 1 µs a turn more, a trace 0.8 µs.
 *
 * Run it: `deno run -A sim/sim_bench.ts`
 *
 * @module
 */

import { type Platform, READ, type StreamHandle, WRITE } from "../poller/mod.ts";
import { type DrainMode, Simulation } from "./mod.ts";

/** Keeps two hosts passing one byte to and fro. */
function pingPong(sim: Simulation): void {
  const port = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
  const a = sim.host("a");
  const b = sim.host("b");
  const listener = a.network.listen(port);
  a.poller.register(listener, READ);
  loop(a, (handle) => {
    if (handle === listener) a.poller.register(listener.accept() as StreamHandle, READ);
    else bounce(handle as StreamHandle);
  });
  const stream = b.network.connect({ transport: "tcp", hostname: "a", port: 80 });
  b.poller.register(stream, WRITE);
  let isConnected = false;
  loop(b, () => {
    if (isConnected) return bounce(stream);
    isConnected = true;
    b.poller.modify(stream, READ);
    stream.send(new Uint8Array(1));
  });
}

function bounce(stream: StreamHandle): void {
  const bytes = stream.receive();
  if (bytes) stream.send(bytes);
}

function loop(platform: Platform, onReady: (handle: unknown) => void): void {
  const step = () => platform.poller.poll(Infinity, onReady, step);
  step();
}

/** Keeps many loops waking at their deadlines, with promises or without. */
function tick(sim: Simulation, hosts: number, isAsync: boolean): void {
  for (let i = 0; i < hosts; i++) {
    const { poller } = sim.host(`h${i}`);
    let count = 0;
    const work = async () => {
      await null;
      await null;
      count++;
    };
    const step = (): void => {
      if (isAsync) work();
      poller.poll(0.001 * (i + 1), () => {}, step);
    };
    step();
  }
}

async function measure(
  name: string,
  turns: number,
  drain: DrainMode,
  build: (sim: Simulation) => void,
  traceMax = 0,
): Promise<void> {
  for (const count of [turns / 10, turns]) {
    const sim = new Simulation({ traceMax, turnsMax: count, instantTurnsMax: count, drain });
    build(sim);
    const start = performance.now();
    await sim.run(() => new Promise<never>(() => {})).catch(() => {});
    const seconds = (performance.now() - start) / 1000;
    if (count < turns) continue;
    const rate = Math.round(sim.turns / seconds).toLocaleString("en");
    console.log(`${name.padEnd(44)} ${rate.padStart(12)} turns/s`);
  }
}

if (import.meta.main) {
  await measure("echo of 1 byte, 2 hosts, checkpoint", 1e6, "checkpoint", pingPong);
  await measure("the same with a trace", 1e6, "checkpoint", pingPong, 10_000);
  await measure("the same, macrotask", 2e5, "macrotask", pingPong);
  for (const isAsync of [false, true]) {
    const what = isAsync ? "3 promise hops a turn" : "no promises";
    for (const hosts of [1, 10]) {
      const name = `deadlines, ${hosts} hosts, ${what}, checkpoint`;
      await measure(name, 1e6, "checkpoint", (sim) => tick(sim, hosts, isAsync));
    }
  }
  await measure(
    "deadlines, 1 host, 3 promise hops, macrotask",
    2e5,
    "macrotask",
    (sim) => tick(sim, 1, true),
  );
}
