import { assert, assertEquals } from "@std/assert";
import { ERROR, READ, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import { random, Simulation, type SimulationOptions, type Strategy } from "../../../sim/mod.ts";
import { RawLoop, ready, receiveExactly } from "../raw_loop.ts";
import { outcome, TwoHosts } from "../two_hosts.ts";

/** Answers the decisions of some labels, one after the other, and 0 to everything else. */
function answering(answers: Record<string, number[]>): Strategy {
  return { name: "answering", choose: (label) => answers[label]?.shift() ?? 0 };
}

Deno.test("Simulation asks about no surprise unless told to", async () => {
  const labels = new Set<string>();
  const strategy: Strategy = { name: "note", choose: (label) => (labels.add(label), 0) };
  const world = new TwoHosts({ strategy });
  await world.sim.run(async () => {
    await world.pair();
    await world.sim.sleep(1);
  });
  assertEquals(["late", "spurious", "accept"].filter((label) => labels.has(label)), []);
});

Deno.test("SimPoller.poll() ends late when the strategy says so, and never early", async () => {
  const times: number[] = [];
  const strategy = answering({ late: [0, 1, 2] });
  const sim = new Simulation({ surprises: ["late"], strategy });
  const { poller } = sim.host("a");
  const step = () => {
    times.push(sim.now);
    if (times.length < 4) poller.poll(1, () => {}, step);
  };
  poller.poll(Infinity, () => {}, step);
  poller.wake();
  await sim.run();
  assertEquals(times, [0, 1, 2.001, 3.051]);
});

Deno.test("SimPoller.poll() wakes for nothing, or reports what is not ready, never twice in a row", async () => {
  const strategy = answering({ spurious: [1, 2, 2], "spurious/handle": [1, 0] });
  const sim = new Simulation({ surprises: ["spurious"], strategy });
  const { poller, network } = sim.host("a");
  const udp = { transport: "udp", hostname: "a", port: 0 } as const;
  const [one, other] = [network.bindDatagram(udp), network.bindDatagram(udp)];
  poller.register(one, READ | ERROR);
  poller.register(other, READ);
  const log: string[] = [];
  const step = () => {
    log.push(`pass ${sim.now}`);
    if (sim.now < 5) poller.poll(1, (handle, events) => log.push(`${handle.id} ${events}`), step);
  };
  step();
  await sim.run();
  assertEquals(log, [
    "pass 0",
    "pass 0",
    "pass 1",
    `${other.id} ${READ}`,
    "pass 1",
    "pass 2",
    `${one.id} ${READ}`,
    "pass 2",
    "pass 3",
    "pass 4",
    "pass 5",
  ]);
});

Deno.test("SimListener.accept() returns connections in the order that the strategy chooses", async () => {
  const run = async (options: SimulationOptions) => {
    const world = new TwoHosts(options);
    const listener = world.listen();
    return await world.sim.run(async () => {
      const streams = [world.connect(), world.connect(), world.connect()];
      for (const stream of streams) await outcome(world, stream);
      await world.sim.sleep(1);
      const accepted = streams.map(() => listener.accept() as StreamHandle);
      assertEquals(listener.accept(), undefined);
      return accepted.map((one) => {
        const { remoteAddress: remote } = one;
        return streams.findIndex(({ localAddress: local }) =>
          local !== null && "port" in local && "port" in remote && local.port === remote.port
        );
      });
    });
  };
  const strategy = () => answering({ accept: [2, 1] });
  assertEquals(await run({ strategy: strategy() }), [0, 1, 2]);
  assertEquals(await run({ strategy: strategy(), surprises: ["accept"] }), [2, 1, 0]);
});

Deno.test("a transfer survives every surprise, in the same way each time", async () => {
  const run = async (seed: number) => {
    const world = new TwoHosts({
      strategy: random(seed),
      surprises: ["accept", "spurious", "late"],
      receiveBuffer: 1000,
      sendBuffer: 1000,
    });
    using _shape = world.sim.network.shape({}, { loss: 0.1, mtu: 576 });
    await world.sim.run(async () => {
      const { client, server } = await world.pair();
      const bytes = new Uint8Array(5000).map((_, i) => i & 255);
      const sent = (async () => {
        for (let at = 0; at < bytes.length;) {
          at += client.send(bytes.subarray(at));
          await ready(world.client, client, WRITE);
        }
      })();
      assertEquals(await receiveExactly(world.server, server, 5000), bytes);
      await sent;
    });
    return world.sim.trace.toString();
  };
  for (let seed = 0; seed < 20; seed++) {
    const trace = await run(seed);
    assertEquals(trace, await run(seed));
    assert(trace.includes("choose spurious"));
  }
});

Deno.test("timers of the globals end with the host that made them, and wait while it is paused", async () => {
  const sim = new Simulation();
  const log: string[] = [];
  const begin = (name: string) => {
    const loop = new RawLoop(sim.host(name)).start();
    loop.callSoon(() => void setTimeout(() => log.push(`${name} ${sim.now}`), 1000));
  };
  for (const name of ["a", "b", "c"]) begin(name);
  await sim.run(async () => {
    await sim.sleep(0.5);
    sim.hosts.crash("a");
    const pause = sim.hosts.pause("b");
    await sim.sleep(4.5);
    assertEquals(log, ["c 1"]);
    pause[Symbol.dispose]();
    await sim.sleep(1);
  });
  assertEquals(log, ["c 1", "b 5"]);
});
