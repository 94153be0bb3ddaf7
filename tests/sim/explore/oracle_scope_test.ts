import { assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import {
  explore,
  type OracleOptions,
  Sightings,
  type SimCell,
  type SimulatedProcess,
  type Simulation,
} from "../../../sim/mod.ts";
import { chains } from "./chains.ts";
import { onOneHost, type Parts, program, scenarioOf } from "./random_program.ts";

type Scenario = (sim: Simulation) => unknown;

const SCHEDULES_MAX = 1000;

function ignore(): void {}

async function classesOf(scenario: Scenario): Promise<number | null> {
  const { classes, verdict } = await explore(scenario, { strategy: "dpor" });
  assertEquals(verdict, "complete");
  return classes;
}

/** The outcomes of all schedules by a strategy; `null` if there are too many schedules. */
async function outcomesOf(
  scenario: Scenario,
  strategy: "exhaustive" | "dpor",
): Promise<string[] | null> {
  const options = { strategy, stopAtFailure: false, shrinkRuns: 0 } as const;
  const result = await explore(scenario, { ...options, maxSchedules: SCHEDULES_MAX + 1 });
  if (result.schedules > SCHEDULES_MAX) return null;
  assertEquals(result.audit?.leaks ?? [], []);
  return result.outcomes.map(({ outcome }) => outcome).sort();
}

async function assertComplete(scenario: Scenario, outcomes: readonly string[]): Promise<void> {
  assertEquals(await outcomesOf(scenario, "exhaustive"), outcomes);
  assertEquals(await outcomesOf(scenario, "dpor"), outcomes);
}

/** Adds an oracle of each kind that passes; all say that they look at the same. */
const KINDS: Record<string, (sim: Simulation, options: OracleOptions) => void> = {
  always: (sim, options) => sim.always("x", () => true, options),
  never: (sim, options) => sim.never("x", () => false, options),
  sometimes: (sim, options) => sim.sometimes("x", () => true, options),
  eventually: (sim, options) => sim.eventually("x", () => true, options),
  "eventually within": (sim, options) => sim.eventually("x", () => true, { within: 1, ...options }),
  leadsTo: (sim, options) => sim.leadsTo("x", () => true, () => true, { within: 1, ...options }),
};

for (const [kind, add] of Object.entries(KINDS)) {
  Deno.test(`Simulation.${kind}() makes only turns depend on each other that it says it looks at`, async () => {
    const watched = (...of: readonly string[]): Scenario => (sim) => {
      chains(4, 2)(sim);
      if (of.length === 2) add(sim, { of: of.map((name) => sim.host(name)) });
      else of.forEach((name) => add(sim, { of: [sim.host(name)] }));
    };
    assertEquals(await classesOf(watched("h0", "h1")), 6);
    // One host's turns have an order as it is, whatever looks on.
    assertEquals(await classesOf(watched("h0", "h1", "h2")), 1);
  });
}

Deno.test("Oracles about different hosts do not make them depend on each other", async () => {
  const pairs = (of: (sim: Simulation) => SimulatedProcess[] | null): Scenario => (sim) => {
    chains(3, 1, (sim, name) => sim.host("m").process(name))(sim);
    const looksAt = of(sim);
    sim.always("x", () => true, looksAt === null ? {} : { of: looksAt });
  };
  const process = (name: string) => (sim: Simulation) => sim.host("m").process(name);
  assertEquals(await classesOf(pairs((sim) => [process("h0")(sim), process("h1")(sim)])), 2);
  // Of a host that is its own program, not the processes on it.
  assertEquals(await classesOf(pairs((sim) => [sim.host("m"), process("h1")(sim)])), 1);
  assertEquals(await classesOf(pairs(() => [])), 1);
  assertEquals(await classesOf(pairs(() => null)), 6);
});

Deno.test("An oracle about cells sees who sets them, and looks at them without being in the way", async () => {
  const use = (acts: readonly string[]): Scenario => (sim) => {
    const cells = new Map(["x", "y", "z"].map((name) => [name, sim.cell(name, 0)]));
    const [x, y] = [...cells.values()] as [SimCell<number>, SimCell<number>];
    sim.always("sum", () => x.value + y.value >= 0, { of: [x, y] });
    acts.forEach((act, i) => {
      const cell = cells.get(act.at(-1) ?? "") as SimCell<number>;
      sim.host(`h${i}`).poller.poll(0, ignore, () => {
        if (act.startsWith("set")) cell.value = 1;
        else cell.noteRead();
      });
    });
  };
  assertEquals(await classesOf(use(["set x", "set y"])), 2);
  assertEquals(await classesOf(use(["set x", "get y"])), 1);
  assertEquals(await classesOf(use(["set x", "set z", "get z"])), 2);
});

/** Two hosts, each of which sets a flag; the oracle sees both. */
function flags(
  judge: (sim: Simulation, a: () => boolean, b: () => boolean, of: OracleOptions) => void,
): Scenario {
  return (sim) => {
    const set = { a: false, b: false };
    const of = [sim.host("a"), sim.host("b")];
    judge(sim, () => set.a, () => set.b, { of });
    for (const name of ["a", "b"] as const) {
      sim.host(name).poller.poll(0, ignore, () => void (set[name] = true));
    }
    sim.host("c").poller.poll(0, ignore, ignore);
  };
}

Deno.test("explore() by dpor comes to what an invariant finds in one order only", async () => {
  await assertComplete(flags((sim, a, b, of) => sim.always("a first", () => a() || !b(), of)), [
    "failed: always a first",
    "passed",
  ]);
  await assertComplete(flags((sim, a, b, of) => sim.never("b alone", () => b() && !a(), of)), [
    "failed: never on b",
    "passed",
  ]);
});

Deno.test("explore() by dpor comes to what was kept in one order only", async () => {
  // Once it is kept nobody looks any more, but in the other order somebody still does.
  await assertComplete(flags((sim, a, b, of) => sim.eventually("a alone", () => a() && !b(), of)), [
    "failed: eventually",
    "passed",
  ]);
  await assertComplete(
    flags((sim, a, b, of) => sim.leadsTo("a before b", a, () => !b(), of)),
    ["failed: leadsTo", "passed"],
  );
});

Deno.test("explore() by dpor sees what is seen in one order only", async () => {
  for (const strategy of ["exhaustive", "dpor"] as const) {
    const sightings = new Sightings();
    await explore(flags((sim, a, b, of) => sim.sometimes("b alone", () => b() && !a(), of)), {
      strategy,
      world: { sightings },
    });
    assertEquals(sightings.unseen(), []);
  }
});

Deno.test("explore() by dpor comes to both orders of a deadline and what it waits for", async () => {
  for (const isScoped of [true, false]) {
    await assertComplete((sim) => {
      const host = sim.host("a");
      let isUp = false;
      host.poller.poll(0, ignore, () => {
        // It comes first as a rule, and then there is no deadline any more.
        setTimeout(() => isUp = true, 1000);
        sim.eventually("up", () => isUp, { within: 1, ...isScoped ? { of: [host] } : {} });
      });
    }, ["failed: eventually", "passed"]);
  }
});

Deno.test("What is kept before its deadline does not depend on other hosts", async () => {
  const scenario: Scenario = (sim) => {
    let isUp = false;
    chains(2, 2)(sim);
    const host = sim.host("a");
    host.poller.poll(0, ignore, () => isUp = true);
    sim.eventually("up", () => isUp, { within: 1, of: [host] });
  };
  assertEquals(await classesOf(scenario), 1);
});

Deno.test("An oracle that a host adds depends on the turns that it could have seen", async () => {
  await assertComplete((sim) => {
    let isSet = false;
    const b = sim.host("b");
    sim.host("a").poller.poll(0, ignore, () => {
      sim.eventually("unset", () => !isSet, { of: [b] });
    });
    b.poller.poll(0, ignore, () => isSet = true);
  }, ["failed: eventually", "passed"]);
});

/** Draws what an oracle looks at: parts and cells of a program, and a number made of how much they have seen. */
const judge = fc.record({
  kind: fc.constantFrom("always", "never", "eventually", "leadsTo"),
  parts: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 }),
  cells: fc.uniqueArray(fc.nat(1), { maxLength: 1 }),
  count: fc.integer({ min: 1, max: 6 }),
  within: fc.constantFrom(undefined, 0.001, 0.0015),
});

type Judge = typeof judge extends fc.Arbitrary<infer T> ? T : never;

function addOracle({ sim, platforms, cells, seen }: Parts, drawn: Judge): void {
  const { count, within } = drawn;
  const parts = drawn.parts.filter((part) => part < platforms.length);
  const of = [
    ...parts.map((part) => platforms[part] as SimulatedProcess),
    ...drawn.cells.map((cell) => cells[cell] as SimCell<number>),
  ];
  const size = (): number => {
    const lengths = parts.map((part) => seen[part]?.length ?? 0);
    const values = drawn.cells.map((cell) => cells[cell]?.value ?? 0);
    // Of two, which is first makes a difference.
    return [...lengths, ...values].reduce((sum, each) => 3 * sum + each, 0);
  };
  const options = { of, ...within === undefined ? {} : { within } };
  if (drawn.kind === "always") sim.always("x", () => size() !== count, { of });
  if (drawn.kind === "never") sim.never("x", () => size() === count, { of });
  if (drawn.kind === "eventually") sim.eventually("x", () => size() === count, options);
  if (drawn.kind === "leadsTo") {
    sim.leadsTo("x", () => size() > 0, () => size() === count, options);
  }
}

Deno.test("explore() by dpor comes to every outcome of random programs with oracles", async () => {
  let compared = 0;
  for (const place of [undefined, onOneHost]) {
    await fc.assert(
      fc.asyncProperty(program, judge, async (hosts, drawn) => {
        const scenario = scenarioOf(hosts, place, (parts) => addOracle(parts, drawn));
        const all = await outcomesOf(scenario, "exhaustive");
        if (all === null) return;
        compared++;
        assertEquals(await outcomesOf(scenario, "dpor"), all);
      }),
      { numRuns: 40, seed: 5 },
    );
  }
  assertGreater(compared, 50);
});

Deno.test("explore() by dpor is not complete when an oracle looks at more than it says", async () => {
  const lies: Record<string, (sim: Simulation, state: { b: boolean }) => void> = {
    host: (sim, state) => sim.sometimes("b", () => state.b, { of: [sim.host("a")] }),
    nothing: (sim, state) => sim.sometimes("b", () => state.b, { of: [] }),
    cell: (sim) => {
      const cell = sim.cell("x", 0);
      sim.eventually("b", () => cell.value === 1, { of: [sim.host("a")] });
    },
    thrown: (sim, state) => {
      sim.eventually("b", () => {
        if (!state.b) throw new Error("not yet");
        return true;
      }, { of: [sim.host("a")] });
    },
    cause: (sim, state) => sim.leadsTo("b", () => state.b, () => true, { of: [sim.host("a")] }),
  };
  for (const [name, judge] of Object.entries(lies)) {
    const { verdict, guarantee, audit } = await explore((sim) => {
      const state = { b: false };
      const cell = sim.cell("x", 0);
      judge(sim, state);
      sim.host("a").poller.poll(0, ignore, ignore);
      sim.host("b").poller.poll(0, ignore, () => {
        state.b = true;
        cell.value = 1;
      });
    }, { strategy: "dpor" });
    assertEquals(verdict, "incomplete", name);
    const leak =
      "oracle b looks at more than it says: its answer has changed after a turn of host b";
    assertEquals(audit?.leaks[0], leak, name);
    assertEquals(guarantee, `incomplete: 1 schedule pass, but ${leak}`, name);
  }
});

Deno.test("An oracle that fails at the end, or at its deadline, is of no host", async () => {
  for (const within of [undefined, 1]) {
    const { failure } = await explore((sim) => {
      sim.host("a").poller.poll(2, ignore, ignore);
      sim.eventually("up", () => false, within === undefined ? {} : { within });
    });
    assertEquals(failure?.identity, "eventually");
  }
});
