import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { READ, type StreamHandle, WRITE } from "../../poller/mod.ts";
import { random, type SimulatedHost, Simulation, type SwarmConfiguration } from "../../sim/mod.ts";
import { RawLoop } from "./raw_loop.ts";
import { ANY, HTTP } from "./two_hosts.ts";

const UDP = { transport: "udp", hostname: "0.0.0.0", port: 9 } as const;

function draw(seed: number, hosts: readonly string[] = ["a", "b"]): SwarmConfiguration {
  const sim = new Simulation({ seed });
  return sim.swarm({ hosts, restart: () => {} }).configuration;
}

/** How many of the configurations have something. */
function share(all: SwarmConfiguration[], has: (one: SwarmConfiguration) => unknown): number {
  return all.filter((one) => has(one)).length / all.length;
}

Deno.test("Simulation.swarm() draws the same for a seed, each feature for half of the seeds", () => {
  const all = Array.from({ length: 400 }, (_, seed) => draw(seed));
  const features = [
    ({ settings }: SwarmConfiguration) => settings.latency,
    ({ settings }: SwarmConfiguration) => settings.loss,
    ({ settings }: SwarmConfiguration) => settings.mtu,
    ({ settings }: SwarmConfiguration) => settings.bandwidth,
    ({ settings }: SwarmConfiguration) => settings.resetRace,
    ({ settings }: SwarmConfiguration) => settings.endRace,
    ({ surprises }: SwarmConfiguration) => surprises.includes("late"),
    ({ surprises }: SwarmConfiguration) => surprises.includes("spurious"),
    ({ faults }: SwarmConfiguration) => faults.length,
    ({ drifts }: SwarmConfiguration) => drifts.length,
  ];
  for (const feature of features) assert(Math.abs(share(all, feature) - 0.5) < 0.1);
  const both = share(all, ({ settings }) => settings.loss && settings.duplication);
  assert(Math.abs(both - 0.25) < 0.1);
  const kinds = new Set(all.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  assertEquals(kinds.size, 4);
  assert(all.every(({ faults }) => faults.length <= 5));
  const text = (one: SwarmConfiguration) => JSON.stringify(one);
  assertEquals(all.map(text), all.map((_, seed) => text(draw(seed))));
  assertEquals(new Set(all.map(text)).size > 390, true);
});

Deno.test("Simulation.swarm() draws apart what it draws: other hosts do not change the links", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { settings, surprises } = draw(seed);
    const other = draw(seed, []);
    assertEquals(
      JSON.stringify([settings, surprises]),
      JSON.stringify([other.settings, other.surprises]),
    );
    assertEquals([other.faults, other.drifts], [[], []]);
  }
});

Deno.test("Simulation.swarm() has no crashes without a way to start again, and takes the hosts there are", () => {
  for (let seed = 0; seed < 100; seed++) {
    const sim = new Simulation({ seed });
    sim.host("only");
    const { faults } = sim.swarm({ faultsMax: 2, seconds: 10 }).configuration;
    assert(faults.length <= 2);
    for (const { kind, host, after, seconds } of faults) {
      assertEquals([host, kind === "partition" || kind === "pause"], ["only", true]);
      assert(after >= 0 && after < 10 && seconds > 0 && seconds <= 2.5);
    }
  }
});

Deno.test("Swarm.toString() tells what was drawn, for reports", () => {
  const texts = Array.from({ length: 50 }, (_, seed) => {
    const sim = new Simulation({ seed });
    sim.host("a");
    return sim.swarm().toString();
  });
  const all = texts.join("\n");
  const parts = ["links: latency uniform(", "loss 0.0", "mtu 1500", "surprises: accept"];
  for (const part of [...parts, "clock: a drifts by -"]) {
    assertStringIncludes(all, part);
  }
  assert(/^fault: pause of a after \d+\.\d{3} s for \d+\.\d{3} s$/m.test(all));
});

Deno.test("Swarm ends with its guard: the network heals and hosts are there again", async () => {
  let restarts = 0;
  for (let seed = 0; seed < 60; seed++) {
    const sim = new Simulation({ seed });
    const restart = (host: SimulatedHost) => {
      restarts++;
      new RawLoop(host).start();
    };
    for (const name of ["a", "b"]) new RawLoop(sim.host(name)).start();
    await sim.run(async () => {
      {
        using _swarm = sim.swarm({ restart, seconds: 10 });
        await sim.sleep(7);
      }
      const [a, b] = ["a", "b"].map((name) => sim.host(name).network.bindDatagram(UDP));
      for (let i = 0; i < 20; i++) a?.send(Uint8Array.of(i), { ...UDP, hostname: "b" });
      await sim.sleep(0.001);
      for (let i = 0; i < 20; i++) assertEquals(b?.receive()?.bytes[0], i);
      await sim.sleep(100);
      assertEquals(sim.leaks().filter(({ kind }) => kind === "handle").length, 2);
    });
  }
  assert(restarts > 5);
});

Deno.test("Simulation.swarm() has clocks drift until it ends, also of hosts that begin anew", async () => {
  const checked = { drifting: 0, restarted: 0 };
  for (let seed = 0; seed < 60; seed++) {
    const sim = new Simulation({ seed });
    for (const name of ["a", "b"]) sim.host(name);
    const gains = async (host: SimulatedHost) => {
      const [own, world] = [host.clock.now(), sim.now];
      await sim.sleep(1);
      return (host.clock.now() - own) / (sim.now - world) - 1;
    };
    await sim.run(async () => {
      const swarm = sim.swarm({ restart: () => {}, seconds: 10 });
      const { drifts } = swarm.configuration;
      await sim.sleep(9);
      for (const { host, perSecond } of drifts) {
        checked.drifting++;
        if (sim.trace.toString().includes(`${host} restart`)) checked.restarted++;
        assertAlmostEquals(await gains(sim.host(host)), perSecond, 1e-9);
      }
      swarm[Symbol.dispose]();
      for (const name of ["a", "b"]) assertAlmostEquals(await gains(sim.host(name)), 0, 1e-9);
    });
  }
  assert(checked.drifting > 20 && checked.restarted > 2);
});

/** A server that answers each byte, and begins anew after a crash. */
function serve(host: SimulatedHost): void {
  const loop = new RawLoop(host).start();
  const listener = host.network.listen(ANY);
  loop.add(listener, READ, () => {
    const stream = listener.accept();
    if (stream === undefined) return;
    loop.add(stream, READ, () => answer(loop, stream));
  });
}

function answer(loop: RawLoop, stream: StreamHandle): void {
  try {
    const bytes = stream.receive();
    if (bytes) sendOne(stream);
    else if (bytes === null) stream.close();
  } catch {
    stream.close();
  }
  if (stream.closed) loop.remove(stream);
}

/** A client that asks once a second and connects again after every loss; counts the answers. */
class Asker {
  answers = 0;
  losses = 0;
  readonly #loop: RawLoop;

  constructor(host: SimulatedHost) {
    this.#loop = new RawLoop(host).start();
    this.#connect();
  }

  #connect(): void {
    const stream = this.#loop.platform.network.connect(HTTP);
    const deadline = this.#loop.timers.add(this.#loop.platform.clock.now() + 5, () => lose());
    const lose = () => {
      this.losses++;
      this.#loop.timers.cancel(deadline);
      this.#loop.handlers.delete(stream);
      stream.abort();
      this.#loop.callLater(1, () => this.#connect());
    };
    this.#loop.add(stream, WRITE, () => {
      if (stream.connecting) return;
      this.#loop.remove(stream);
      if (stream.takeError() !== null) return lose();
      sendOne(stream);
      this.#loop.add(stream, READ, () => {
        try {
          const bytes = stream.receive();
          if (bytes === undefined) return;
          if (bytes === null) return lose();
          this.answers += bytes.length;
          this.#loop.callLater(1, () => stream.closed || stream.takeError() || trySend(stream));
        } catch {
          lose();
        }
      });
    });
  }
}

/** Sends a byte; a random strategy often has nothing be taken at first. */
function sendOne(stream: StreamHandle): void {
  for (let i = 0; i < 100 && stream.send(new Uint8Array(1)) === 0; i++);
}

function trySend(stream: StreamHandle): void {
  try {
    sendOne(stream);
  } catch {
    // The handler for READ hears of it, too.
  }
}

Deno.test("a program under swarms runs the same way twice, and works again at the end", async () => {
  let losses = 0;
  const run = async (seed: number) => {
    const sim = new Simulation({ seed, strategy: random(seed) });
    serve(sim.host("server"));
    const asker = new Asker(sim.host("client"));
    await sim.run(async () => {
      {
        using _swarm = sim.swarm({ hosts: ["server"], seconds: 60, restart: serve });
        await sim.sleep(60);
      }
      await sim.sleep(10);
      const before = asker.answers;
      await sim.sleep(60);
      assert(asker.answers > before, `seed ${seed}`);
    });
    losses += asker.losses;
    return sim.trace.toString();
  };
  for (let seed = 0; seed < 30; seed++) assertEquals(await run(seed), await run(seed));
  assert(losses > 10);
});

Deno.test("Swarm leaves a host alone that somebody else has started again", async () => {
  let crashes = 0;
  for (let seed = 0; seed < 40; seed++) {
    const sim = new Simulation({ seed });
    sim.host("a");
    const swarm = sim.swarm({ restart: () => {}, seconds: 10 });
    await sim.run(async () => {
      for (let second = 0; second < 20; second++) {
        await sim.sleep(1);
        try {
          sim.hosts.restart("a");
          crashes++;
        } catch (error) {
          // It runs.
          if (!(error instanceof TypeError)) throw error;
        }
      }
    });
    swarm[Symbol.dispose]();
  }
  assert(crashes > 0);
});
