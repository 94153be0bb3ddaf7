import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  DeadlockError,
  type DrainMode,
  random,
  Simulation,
  SimulationError,
  type SimulationOptions,
} from "../../sim/mod.ts";
import { echo } from "./echo_program.ts";
import { RawLoop } from "./raw_loop.ts";

const HELLO = new TextEncoder().encode("hello");
const DRAINS: readonly DrainMode[] = ["checkpoint", "macrotask"];

async function traceOf(options: SimulationOptions): Promise<string> {
  const sim = new Simulation(options);
  const back = await sim.run(() => echo(sim, HELLO));
  assertEquals(back, HELLO);
  return sim.trace.toString();
}

Deno.test("Simulation.run() traces an echo between two hosts", async () => {
  assertEquals(
    await traceOf({ seed: 1 }),
    `\
@0.000000 (world) main
@0.000000 server listen listener#3 0.0.0.0:80
@0.000000 client connect stream#3 server:80
@0.000000 server timeout
@0.000000 client timeout
@0.002000 client connected stream#3 10.0.0.1:80
@0.002000 client ready stream#3 WRITE
@0.003000 server arrive stream#4 5
@0.003000 server ready listener#3 READ
@0.003000 server accept stream#4 10.0.0.2:49152
@0.003000 server close listener#3
@0.003000 server ready stream#4 READ
@0.004000 client arrive stream#3 5
@0.004000 client ready stream#3 READ
@0.004000 client close stream#3
@0.005000 server end stream#4
@0.005000 server ready stream#4 READ
@0.005000 server close stream#4`,
  );
});

Deno.test("Simulation.run() gives equal traces for equal seeds, drains, and after other runs", async () => {
  const fifo = await traceOf({ drain: "checkpoint" });
  const drawn = await traceOf({ drain: "checkpoint", strategy: random(7) });
  assertEquals(drawn === fifo, false);
  for (const drain of DRAINS) {
    assertEquals(await traceOf({ drain }), fifo);
    assertEquals(await traceOf({ drain, strategy: random(7) }), drawn);
  }
});

Deno.test("Simulation.run() keeps bytes intact under every seed", async () => {
  const bytes = new Uint8Array(3000);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 7) & 255;
  const traces = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const sim = new Simulation({ strategy: random(seed), sendBuffer: 100, receiveBuffer: 64 });
    assertEquals(await sim.run(() => echo(sim, bytes)), bytes, `seed ${seed}`);
    await sim.run();
    assertEquals(sim.leaks(), []);
    traces.add(sim.trace.toString());
  }
  assertEquals(traces.size, 100);
});

for (const drain of DRAINS) {
  Deno.test(`Simulation.run() runs promises to the end before time passes, drain ${drain}`, async () => {
    const sim = new Simulation({ drain });
    const ends: number[] = [];
    await sim.run(async () => {
      const sleeper = (async () => {
        await sim.sleep(0.01);
        ends.push(sim.now);
        await sim.sleep(0.01);
        ends.push(sim.now);
      })();
      await sim.sleep(0.1);
      await sleeper;
    });
    assertEquals([ends, sim.now], [[0.01, 0.02], 0.1]);
  });

  Deno.test(`Simulation.run() fails for an unhandled rejection in its turn, drain ${drain}`, async () => {
    const sim = new Simulation({ drain });
    const loop = new RawLoop(sim.host("server")).start();
    let turns = 0;
    const error = await assertRejects(
      () =>
        sim.run(async () => {
          await sim.sleep(1);
          loop.callSoon(async () => {
            await null;
            throw new Error("boo");
          });
          for (;; turns++) await sim.sleep(0.001);
        }),
      SimulationError,
      "Unhandled rejection: Error: boo (host server, time 1 s, turn 4, event woken, at ",
    );
    assertEquals([error.failure, (error.cause as Error).message], ["rejection", "boo"]);
    assertEquals(turns, 0);
  });

  Deno.test(`Simulation.run() takes no rejection for unhandled that its turn handles, drain ${drain}`, async () => {
    const sim = new Simulation({ drain });
    const caught = await sim.run(async () => {
      const rejected = Promise.reject(new Error("boo"));
      await null;
      await null;
      return await rejected.catch((error: Error) => error.message);
    });
    assertEquals(caught, "boo");
  });
}

Deno.test("Simulation.run() rejects with what main throws", async () => {
  const sim = new Simulation();
  await assertRejects(
    () =>
      sim.run(() => {
        throw new RangeError("out");
      }),
    RangeError,
    "out",
  );
});

Deno.test("Simulation.run() rejects with DeadlockError that tells who waits for what", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("server")).start();
  const listener = loop.platform.network.listen({
    transport: "tcp",
    hostname: "localhost",
    port: 80,
  });
  loop.add(listener, 1, () => {});
  sim.host("client");
  const error = await assertRejects(
    () => sim.run(() => Promise.all([sim.sleep(Infinity), sim.sleep(3)])),
    DeadlockError,
  );
  assertEquals(error.time, 3);
  assertStringIncludes(error.waiting[0] ?? "", "main has not settled, begun at ");
  assertEquals(error.waiting.slice(1), [
    "1 sleep never ends",
    "host server (10.0.0.1): polls without a time-out",
    "  listener#3 (listener 127.0.0.1:80): registered for READ",
    "host client (10.0.0.2): does not poll",
  ]);
  assertStringIncludes(error.message, error.waiting.at(-1) ?? "");
});

Deno.test("Simulation.run() without main ends when nothing can happen any more", async () => {
  const sim = new Simulation();
  const log: number[] = [];
  const loop = new RawLoop(sim.host("a"));
  loop.callLater(86_400, () => log.push(sim.now));
  loop.callLater(2 ** 128, () => log.push(sim.now));
  loop.start();
  await sim.run();
  assertEquals([log, sim.now], [[86_400], 86_400]);
});

Deno.test("Simulation.run() goes on with the loops of the run before", async () => {
  const sim = new Simulation();
  const log: string[] = [];
  const loop = new RawLoop(sim.host("a")).start();
  loop.callLater(2, () => log.push("late"));
  assertEquals(await sim.run(() => sim.sleep(1).then(() => "first")), "first");
  assertEquals(log, []);
  await sim.run(() => sim.sleep(1.5));
  assertEquals(log, ["late"]);
});

Deno.test("Simulation.run() fails for a report that nobody took", async () => {
  const sim = new Simulation();
  const host = sim.host("server");
  const cause = new Error("full");
  const error = await assertRejects(
    () =>
      sim.run(async () => {
        await sim.sleep(2);
        host.report({ message: "Exception in callback save", error: cause });
        await sim.sleep(2);
      }),
    SimulationError,
    "Exception in callback save: Error: full (host server, time 2 s, turn 2, event wake sleep, at ",
  );
  assertEquals([error.failure, error.cause], ["report", cause]);
});

Deno.test("Simulation.takeReports() takes reports so that they do not fail the run", async () => {
  const sim = new Simulation();
  const host = sim.host("server");
  await sim.run(() => {
    host.report({ message: "a", error: 1 });
    assertEquals(sim.takeReports("server"), [{ message: "a", error: 1 }]);
    assertEquals(sim.takeReports("server"), []);
  });
  assertThrows(() => sim.takeReports("nobody"), TypeError);
});

Deno.test("Simulation.run() rejects with the report behind a deadlock", async () => {
  const sim = new Simulation();
  const host = sim.host("server");
  const error = await assertRejects(
    () =>
      sim.run(() => {
        host.report({ message: "why", error: null });
        return new Promise(() => {});
      }),
    SimulationError,
  );
  assertEquals(error.failure, "report");
});

Deno.test("Simulation.always() ends the run in the turn that breaks it", async () => {
  const sim = new Simulation();
  let balance = 0;
  sim.always("balance", () => balance < 3);
  const error = await assertRejects(
    () =>
      sim.run(async () => {
        for (;;) {
          await sim.sleep(1);
          balance++;
        }
      }),
    SimulationError,
    "Invariant balance does not hold",
  );
  assertEquals([error.failure, error.time, error.turn], ["always", 3, 4]);
});

Deno.test("Simulation.always() takes a thrown error as its cause", async () => {
  const sim = new Simulation();
  sim.always("never", () => {
    throw new Error("broken");
  });
  const error = await assertRejects(() => sim.run(() => sim.sleep(1)), SimulationError, "broken");
  assertEquals([(error.cause as Error).message, error.time], ["broken", 0]);
});

Deno.test("Simulation.run() fails when a handler throws through the poller", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  loop.callLater(1, () => {
    throw new Error("oops");
  });
  const error = await assertRejects(() => sim.run(() => sim.sleep(2)), SimulationError, "oops");
  assertEquals([error.failure, error.host, error.time], ["handler", "a", 1]);
});

Deno.test("Simulation.run() fails after too many turns", async () => {
  const sim = new Simulation({ turnsMax: 50 });
  const loop = new RawLoop(sim.host("a")).start();
  const again = () => loop.callSoon(again);
  again();
  const error = await assertRejects(() => sim.run(() => sim.sleep(1e6)), SimulationError);
  assertEquals([error.failure, error.turn], ["turns", 51]);
});

Deno.test("Simulation.run() lets time pass for a loop that never waits", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  const again = () => loop.callSoon(again);
  again();
  await sim.run(() => sim.sleep(0.01));
  assertEquals(loop.passes > 1000, true);
});

Deno.test("Simulation.run() refuses to run twice at a time", async () => {
  const sim = new Simulation();
  const first = sim.run(() => sim.sleep(1));
  await assertRejects(() => sim.run(), TypeError);
  await first;
});

Deno.test("Simulation.run() settles each of several simulations that run at a time", async () => {
  const sims = [1, 2, 3].map((seed) => new Simulation({ seed }));
  const ends = await Promise.all(
    sims.map((sim, i) => sim.run(() => sim.sleep(i).then(() => sim.now))),
  );
  assertEquals(ends, [0, 1, 2]);
});

Deno.test("Simulation.signal() runs the listeners in a turn of their own", async () => {
  const sim = new Simulation();
  const { signals } = sim.host("a");
  const log: string[] = [];
  const listener = () => log.push(`listener at ${sim.now}`);
  signals.addListener("SIGINT", listener);
  signals.addListener("SIGINT", listener);
  await sim.run(async () => {
    await sim.sleep(1);
    sim.signal("a", "SIGINT");
    log.push("sent");
    await sim.sleep(1);
    signals.removeListener("SIGINT", listener);
    sim.signal("a", "SIGINT");
    await sim.sleep(1);
  });
  assertEquals(log, ["sent", "listener at 1"]);
});

Deno.test("Simulation.choose() asks the strategy, and only if there is something to decide", () => {
  const asked: string[] = [];
  const strategy = {
    name: "last",
    choose: (label: string, bound: number) => {
      asked.push(label);
      return label === "bad" ? bound : bound - 1;
    },
  };
  const sim = new Simulation({ strategy });
  assertEquals([sim.choose("a", 1), sim.choose("b", 4)], [0, 3]);
  assertEquals(asked, ["b"]);
  assertThrows(() => sim.choose("bad", 2), RangeError);
  assertThrows(() => sim.choose("c", 0), RangeError);
  assertThrows(() => sim.choose("c", NaN), RangeError);
  assertEquals(sim.trace.toString(), "@0.000000 (world) choose b 3/4");
});

Deno.test("Simulation.sleep() refuses NaN and takes what is not positive as now", async () => {
  const sim = new Simulation();
  assertThrows(() => sim.sleep(NaN), RangeError);
  await sim.run(() => sim.sleep(-5));
  assertEquals(sim.now, 0);
});

Deno.test("Simulation.leaks() lists handles, registrations and polls by host", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  const socket = loop.platform.network.bindDatagram({
    transport: "udp",
    hostname: "127.0.0.1",
    port: 53,
  });
  loop.add(socket, 1, () => {});
  await sim.run(() => {});
  assertEquals(sim.leaks(), [
    { host: "a", kind: "handle", description: "datagram#3 (datagram 127.0.0.1:53)" },
    { host: "a", kind: "registration", description: "datagram#3 READ" },
    { host: "a", kind: "poll", description: "polls until 0 s" },
  ]);
  socket.close();
  loop.stop();
  await sim.run();
  assertEquals(sim.leaks(), []);
});

Deno.test("Simulation.host() returns one platform a name, with randomness of its own", () => {
  const sim = new Simulation({ seed: 5 });
  const a = sim.host("a");
  assertEquals(sim.host("a"), a);
  assertEquals([a.address, sim.host("b").address], ["10.0.0.1", "10.0.0.2"]);
  const other = new Simulation({ seed: 5 });
  other.host("b");
  const value = a.random.next();
  assertEquals(other.host("a").random.next(), value);
  assertEquals(sim.host("b").random.next() === value, false);
});

Deno.test("Simulation.jump() moves nothing when it is refused", async () => {
  const sim = new Simulation();
  await sim.run(async () => {
    await assertRejects(() => sim.jump(10), TypeError, "it is running");
    assertEquals(sim.now, 0);
  });
});
