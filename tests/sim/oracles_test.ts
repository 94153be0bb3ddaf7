import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Deferred } from "../../reactor/mod.ts";
import {
  random,
  Sightings,
  Simulation,
  SimulationError,
  type SimulationFailure,
  type SimulationOptions,
} from "../../sim/mod.ts";
import { RawLoop } from "./raw_loop.ts";

/** Runs a world in which a counter goes up every second; returns how it fails and when. */
async function verdict(
  add: (sim: Simulation, count: () => number) => void,
  seconds = 10,
): Promise<string> {
  const sim = new Simulation();
  let count = 0;
  add(sim, () => count);
  try {
    await sim.run(async () => {
      for (let i = 0; i < seconds; i++) {
        await sim.sleep(1);
        count++;
      }
    });
    return "passed";
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return `${error.failure} at ${error.time}: ${error.message.split(" (")[0]}`;
  }
}

const CASES: readonly [
  what: string,
  add: (sim: Simulation, count: () => number) => void,
  verdict: string,
][] = [
  ["never() fails when it happens", (sim, count) => {
    sim.never("five", () => count() === 5);
  }, "never at 5: five happened"],
  ["never() passes when it does not", (sim, count) => sim.never("x", () => count() < 0), "passed"],
  ["eventually() passes when it happened once, even if it did not last", (sim, count) => {
    sim.eventually("three", () => count() === 3, { within: 4 });
  }, "passed"],
  ["always() looks on in the turn in which something before it was kept", (sim, count) => {
    sim.eventually("three", () => count() === 3);
    sim.always("not three", () => count() !== 3);
  }, "always at 3: Invariant not three does not hold"],
  ["eventually() fails at its deadline", (sim, count) => {
    sim.eventually("seven", () => count() === 7, { within: 6.5 });
  }, "eventually at 6.5: seven did not happen within 6.5 s"],
  ["eventually() counts what happens in the turn of its deadline", (sim, count) => {
    sim.eventually("seven", () => count() >= 7, { within: 7.5 });
  }, "passed"],
  ["eventually() without a deadline fails at the end", (sim, count) => {
    sim.eventually("99", () => count() === 99);
  }, "eventually at 10: 99 did not happen"],
  ["eventually() passes in a run that ends before the deadline", (sim, count) => {
    sim.eventually("99", () => count() === 99, { within: 100 });
  }, "passed"],
  ["eventually() takes what throws as not yet", (sim, count) => {
    sim.eventually("late", () => {
      if (count() < 3) throw new Error("not yet");
      return true;
    });
  }, "passed"],
  ["leadsTo() passes when each cause has its effect", (sim, count) => {
    sim.leadsTo("odd", () => count() % 2 === 1, () => count() % 2 === 0, { within: 1.5 });
  }, "passed"],
  ["leadsTo() fails when an effect does not come in time", (sim, count) => {
    sim.leadsTo("four", () => count() === 4, () => count() === 8, { within: 2.5 });
  }, "leadsTo at 6.5: four: what it leads to did not happen within 2.5 s"],
  ["leadsTo() without a deadline fails at the end", (sim, count) => {
    sim.leadsTo("four", () => count() === 4, () => count() === 3);
  }, "leadsTo at 10: four: what it leads to did not happen"],
  ["leadsTo() fails when its cause cannot be judged", (sim, count) => {
    sim.leadsTo("bad", () => {
      if (count() === 2) throw new Error("no answer");
      return false;
    }, () => true);
  }, "leadsTo at 2: Cannot judge whether bad begins: Error: no answer"],
  ["sometimes() takes what throws as not seen", (sim) => {
    sim.sometimes("bad", () => {
      throw new Error("no answer");
    });
  }, "passed"],
  ["leadsTo() passes without a cause", (sim, count) => {
    sim.leadsTo("none", () => count() < 0, () => false);
  }, "passed"],
  [
    "livelock() fails without progress",
    (sim) => sim.livelock(4),
    "livelock at 4: 4 turns passed without progress",
  ],
];

for (const [what, add, expected] of CASES) {
  Deno.test(`Simulation.${what}`, async () => assertEquals(await verdict(add), expected));
}

Deno.test("Simulation.progress() holds a livelock off", async () => {
  const add = (sim: Simulation, count: () => number) => {
    sim.livelock(4);
    sim.always("progress", () => {
      if (count() % 2 === 0) sim.progress();
    });
  };
  assertEquals(await verdict(add), "passed");
});

Deno.test("Simulation.starvation() fails when a strategy never lets a host go", async () => {
  const last = (bound: number) => bound - 1;
  const make = (choose: (bound: number) => number) => {
    const strategy = { name: "test", choose: (_: string, bound: number) => choose(bound) };
    const sim = new Simulation({ strategy });
    sim.starvation(20);
    for (const name of ["a", "b", "c"]) {
      const loop = new RawLoop(sim.host(name)).start();
      const again = () => loop.callSoon(again);
      again();
    }
    return sim.run(() => sim.sleep(0.05));
  };
  await make(() => 0);
  const error = await assertRejects(() => make(last), SimulationError);
  assertEquals(error.failure, "starvation" satisfies SimulationFailure);
});

Deno.test("Simulation.sometimes() is counted over simulations, once a run", async () => {
  const sightings = new Sightings();
  for (let seed = 0; seed < 20; seed++) {
    const sim = new Simulation({ strategy: random(seed), sightings });
    let coin = -1;
    sim.sometimes("heads", () => coin === 1);
    sim.sometimes("edge", () => coin === 2);
    await sim.run(async () => {
      coin = sim.choose("coin", 2);
      await sim.sleep(1);
      await sim.sleep(1);
    });
  }
  const heads = sightings.count("heads");
  assertEquals([heads > 0 && heads < 20, sightings.count("edge")], [true, 0]);
  assertEquals(sightings.unseen(), ["edge"]);
  assertThrows(() => sightings.check(), RangeError, "never seen in any: edge");
});

/** Runs a program with the leak check and returns the failure. */
async function leakOf(
  program: (sim: Simulation) => unknown,
  options: SimulationOptions = { leakCheck: true },
): Promise<string> {
  const sim = new Simulation(options);
  try {
    await sim.run(() => program(sim));
  } catch (error) {
    if (error instanceof SimulationError && error.failure === "leak") return error.message;
    throw error;
  }
  return "passed";
}

Deno.test("SimulationOptions.leakCheck fails a run that leaves a timer, and tells where it was made", async () => {
  const message = await leakOf(() => setTimeout(() => {}, 5000));
  assertStringIncludes(
    message,
    "1 left behind:\n  timer (world): setTimeout#1 due at 5 s, made at",
  );
  assertStringIncludes(message, "oracles_test.ts");
});

Deno.test("SimulationOptions.leakCheck fails a run that leaves a handle, and tells where it was made", async () => {
  const message = await leakOf((sim) => {
    sim.host("a").network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
  });
  assertStringIncludes(message, "handle a: listener#3 (listener 0.0.0.0:80), made at");
  assertStringIncludes(message, "oracles_test.ts");
});

Deno.test("SimulationOptions.leakCheck passes what was cleared and closed", async () => {
  const program = (sim: Simulation) => {
    clearTimeout(setTimeout(() => {}, 5000));
    sim.host("a").network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 }).close();
  };
  assertEquals(await leakOf(program), "passed");
  assertEquals(await leakOf(() => setTimeout(() => {}, 5000), {}), "passed");
});

Deno.test("SimulationOptions.leakCheck fails a run that leaves a sleep, and tells where it was made", async () => {
  const message = await leakOf((sim) => {
    sim.sleep(7);
    return null;
  });
  assertStringIncludes(message, "1 left behind:\n  sleep (world): ends at 7 s, made at ");
  assertStringIncludes(message, "oracles_test.ts");
});

Deno.test("SimulationOptions.leakCheck fails a run that leaves a Deferred that is awaited, and tells where it was made", async () => {
  const message = await leakOf((sim) => {
    new Deferred().callback(1);
    const abandoned = new Deferred();
    assertEquals(abandoned.called, false);
    const loop = new RawLoop(sim.host("a")).start();
    loop.callSoon(() => {
      new Deferred().addCallback(() => {});
      loop.stop();
    });
    return sim.sleep(1);
  });
  assertStringIncludes(
    message,
    "1 left behind:\n  result a: a Deferred that did not fire is awaited, made at ",
  );
  assertStringIncludes(message, "oracles_test.ts");
});

Deno.test("Simulation.leaks() lists sleeps, those that end first first, and no Deferreds of other runs", async () => {
  const [sim, other] = [new Simulation({ leakCheck: true }), new Simulation({ leakCheck: true })];
  await Promise.all([
    sim.run(() => {
      sim.sleep(2);
      sim.sleep(1);
    }).catch(() => {}),
    other.run(() => void new Deferred().addCallback(() => {})).catch(() => {}),
  ]);
  assertEquals(sim.leaks().map(({ kind, description }) => `${kind} ${description}`), [
    "sleep ends at 1 s",
    "sleep ends at 2 s",
  ]);
  assertEquals(other.leaks().map(({ kind }) => kind), ["result"]);
});

Deno.test("Simulation.leaks() leaves out Deferreds of other code and of programs that have ended", async () => {
  const sim = new Simulation({ leakCheck: true });
  const loop = new RawLoop(sim.host("a")).start();
  loop.callSoon(() => void new Deferred().addCallback(() => {}));
  await sim.run(async () => {
    await sim.sleep(1);
    assertEquals(sim.leaks().filter(({ kind }) => kind === "result").length, 1);
    sim.hosts.crash("a");
  });
  new Deferred().addCallback(() => {});
  assertEquals(sim.leaks(), []);
});

Deno.test("Simulation.leaks() lists timers", async () => {
  const sim = new Simulation();
  await sim.run(() => void setTimeout(() => {}, 5000));
  assertEquals(sim.leaks(), [
    { host: "", kind: "timer", description: "setTimeout#1 due at 5 s" },
  ]);
});
