import { assert, assertEquals, assertLess } from "@std/assert";
import { explore, replay, shrink, type Simulation, Tape } from "../../../sim/mod.ts";
import { PollIOLoop } from "../../../ioloop/mod.ts";

/** The tape of the first failing schedule that is drawn at random, as it was found. */
async function drawFailure(scenario: (sim: Simulation) => unknown, seed = 0): Promise<Tape> {
  const options = { strategy: "random", maxSchedules: 500, shrinkRuns: 0, seed } as const;
  const { failure } = await explore(scenario, options);
  return failure?.tape as Tape;
}

function labelsOf(tape: Tape): string[] {
  return tape.deviations.map(({ label }) => label);
}

/** Has a host decide something now and then. */
function decideOften(sim: Simulation, name: string, count: number): void {
  const loop = new PollIOLoop(sim.host(name));
  loop.start();
  for (let i = 0; i < count; i++) {
    loop.callLater(0.01 * i, () => void sim.choose(`${name} ${i}`, 4));
  }
}

Deno.test("shrink() leaves out in one run what came after the failure", async () => {
  const scenario = async (sim: Simulation) => {
    const host = sim.host("server");
    await sim.sleep(1);
    if (sim.choose("early", 2) === 1) host.report({ message: "broken", error: new Error("x") });
    for (let i = 0; i < 30; i++) {
      await sim.sleep(1);
      sim.choose(`late ${i}`, 4);
    }
  };
  const tape = await drawFailure(scenario);
  assert(tape.deviations.length > 10);
  // One run with nothing, one without what came later; the rest finds nothing more.
  const { tape: small, runs } = await shrink(scenario, tape, { maxRuns: 2 });
  assertEquals([labelsOf(small), runs], [["early"], 2]);
});

Deno.test("shrink() leaves out in one run what the failure does not depend on", async () => {
  const scenario = async (sim: Simulation) => {
    for (let i = 0; i < 5; i++) decideOften(sim, `other ${i}`, 8);
    const host = sim.host("server");
    const loop = new PollIOLoop(host);
    loop.start();
    loop.callLater(0.055, () => {
      if (sim.choose("culprit", 2) === 0) return;
      loop.callLater(0.02, () => host.report({ message: "broken", error: new Error("x") }));
    });
    await sim.sleep(0.2);
  };
  const tape = await drawFailure(scenario);
  assert(tape.deviations.length > 20);
  const { tape: small, runs } = await shrink(scenario, tape, { maxRuns: 3 });
  assertEquals([labelsOf(small), runs <= 3], [["culprit"], true]);
});

Deno.test("shrink() leaves out whole kinds of faults", async () => {
  const scenario = (sim: Simulation) => {
    let lost = 0;
    for (let i = 0; i < 40; i++) {
      sim.faultPoint("crash", () => {});
      sim.faultPoint("lose", () => lost++);
    }
    if (lost >= 12) throw new Error("too many were lost");
  };
  const tape = await drawFailure(scenario);
  // Beginnings and ends take the first runs.
  const { tape: early } = await shrink(scenario, tape, { maxRuns: 25 });
  assertEquals([...new Set(labelsOf(early))], ["lose"]);
  const { tape: small, isLocallyMinimal } = await shrink(scenario, tape);
  assertEquals(labelsOf(small), Array(12).fill("lose"));
  assertEquals(isLocallyMinimal, false, "the search for fewer takes more than 500 runs");
});

Deno.test("shrink() keeps a deviation's meaning when one before it that shifts it is left out", async () => {
  const scenario = async (sim: Simulation) => {
    const loop = new PollIOLoop(sim.host("server"));
    loop.start();
    // An answer of 1 makes three more decisions, which shift those that follow.
    loop.callLater(0.5, () => {
      if (sim.choose("detour", 2) === 0) return;
      for (let i = 0; i < 3; i++) sim.choose("on the way", 2);
    });
    const answers: number[] = [];
    loop.callLater(1, () => answers.push(sim.choose("a", 3)));
    loop.callLater(2, () => answers.push(sim.choose("b", 3)));
    await sim.sleep(3);
    if (answers.join() === "2,1") throw new Error("found");
  };
  const tape = await drawFailure(scenario);
  const { tape: small } = await shrink(scenario, tape, { maxRuns: 20 });
  assertEquals(labelsOf(small), ["a", "b"]);
});

Deno.test("shrink() moves a deviation to the last decision at which it fails", async () => {
  const scenario = (sim: Simulation) => {
    const answers = Array.from({ length: 9 }, () => sim.choose("coin", 2));
    if (answers.slice(0, 7).includes(1)) throw new Error("found");
  };
  const { failure } = await explore(scenario);
  assertEquals(failure?.tape.deviations.map(({ index }) => index), [6]);
});

Deno.test("shrink() prefers schedules with fewer changes from host to host", async () => {
  // Fails when any turn of b comes before any of a but the first.
  const scenario = (sim: Simulation) => {
    const log: string[] = [];
    for (const name of ["a", "b"]) {
      const { poller } = sim.host(name);
      let left = 3;
      const step = (): void => {
        if (left-- === 0) return;
        poller.poll(0, () => {}, () => {
          log.push(name);
          step();
        });
      };
      step();
    }
    return () => {
      if (log.join("") !== "ababab") throw new Error(log.join(""));
    };
  };
  const { failure } = await explore(scenario, { strategy: "random" });
  const hosts = failure?.trace.map((line) => line.split(" ")[1]) ?? [];
  const switches = hosts.filter((host, i) => i > 0 && host !== hosts[i - 1]).length;
  const usual =
    (await replay(scenario, new Tape({ scenario: "", seed: "0", length: 5, deviations: [] }), {
      mode: "fallback",
    })).trace.split("\n").map((line) => line.split(" ")[1]);
  assertLess(switches, usual.filter((host, i) => i > 0 && host !== usual[i - 1]).length);
});

Deno.test("shrink() stops after some seconds by the clock it is given", async () => {
  const scenario = (sim: Simulation) => {
    const answers = Array.from({ length: 30 }, (_, i) => sim.choose(`c${i}`, 9));
    if (answers.filter((answer) => answer > 4).length > 5) throw new Error("found");
  };
  const tape = await drawFailure(scenario);
  let now = 0;
  const shrunk = await shrink(scenario, tape, { maxSeconds: 9, clock: { now: () => now++ } });
  assertLess(shrunk.runs, 10);
  assertEquals([shrunk.isMinimal, shrunk.isLocallyMinimal], [false, false]);
});
