import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  DeadlockError,
  explore,
  type ExploreOptions,
  NondeterminismError,
  replay,
  type Simulation,
} from "../../../sim/mod.ts";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { chains } from "./chains.ts";

/** Explores without a failure and returns the guarantee. */
async function guarantee(
  scenario: (sim: Simulation) => unknown,
  options: ExploreOptions = {},
): Promise<string> {
  return (await explore(scenario, options)).guarantee;
}

Deno.test("explore() runs every schedule of independent chains once", async () => {
  assertEquals(await guarantee(chains(2, 5)), "complete: all 252 schedules pass");
  assertEquals(await guarantee(chains(2, 6)), "complete: all 924 schedules pass");
  assertEquals(await guarantee(chains(3, 3)), "complete: all 1,680 schedules pass");
});

Deno.test("explore() counts deviations as published for an odometer", async () => {
  const at = (deviations: number) => guarantee(chains(3, 4), { deviations });
  assertEquals(await at(0), "complete: all 1 schedule with at most 0 deviations pass");
  assertEquals(await at(1), "complete: all 22 schedules with at most 1 deviation pass");
  assertEquals(await at(2), "complete: all 210 schedules with at most 2 deviations pass");
  assertEquals(await at(3), "complete: all 1,161 schedules with at most 3 deviations pass");
});

Deno.test("explore() by delays bounds the sum of the answers", async () => {
  const odometer = (limit: number) => {
    let count = 0;
    const visit = (left: number[], spent: number): void => {
      const enabled = left.flatMap((steps, i) => steps > 0 ? i : []);
      if (enabled.length === 0) count++;
      // A chain that has made a step goes to the end of the queue.
      enabled.forEach((_, i) => {
        if (spent + i > limit) return;
        const rest = left.filter((steps) => steps > 0);
        const [picked] = rest.splice(i, 1) as [number];
        visit([...rest, picked - 1], spent + i);
      });
    };
    visit([3, 3, 3], 0);
    return count;
  };
  for (const delays of [0, 1, 2, 3, 5]) {
    const { schedules } = await explore(chains(3, 3), { strategy: "delayBounded", delays });
    assertEquals(schedules, odometer(delays), `${delays} delays`);
  }
});

Deno.test("explore() says incomplete when a limit cut the search", async () => {
  const result = await explore(chains(3, 4), { maxSchedules: 300 });
  assertEquals([result.verdict, result.schedules], ["incomplete", 300]);
  assertStringIncludes(
    result.guarantee,
    "incomplete: stopped by maxSchedules after 300 schedules, " +
      "all with at most 2 deviations pass, 9 % of those with 3 deviations, about ",
  );
  assertEquals((result.estimate ?? 0) > 10_000 && (result.estimate ?? 0) < 120_000, true);
});

Deno.test("explore() is complete when the limit is the number of schedules", async () => {
  const text = await guarantee(chains(2, 5), { maxSchedules: 252 });
  assertEquals(text, "complete: all 252 schedules pass");
});

Deno.test("explore() stops at maxSeconds by the clock it is given", async () => {
  let now = 0;
  const clock = { now: () => now++ };
  const result = await explore(chains(3, 4), { maxSeconds: 2, clock });
  assertEquals(result.verdict, "incomplete");
  assertStringIncludes(result.guarantee, "stopped by maxSeconds");
});

Deno.test("explore() says sampled for strategies that sample", async () => {
  for (const strategy of ["random", "pct", "pos", "portfolio"] as const) {
    const result = await explore(chains(2, 5), { strategy, maxSchedules: 50 });
    assertEquals([result.verdict, result.schedules], ["sampled", 50]);
    // Of two hosts with nine decisions each run finds a bug with 1 / (2 * 9^2), but the first few, from
    // which the nine are known.
    const pct =
      "pct, depth 3 pass, and find a bug that takes 3 turns in order with a probability " +
      "of at least 21 % (n = 2, k = 9)";
    const rest = strategy === "pct" ? pct : `${strategy} pass`;
    assertEquals(result.guarantee, `sampled: 50 schedules by ${rest}`);
  }
});

Deno.test("explore() lists outcomes with their simplest tapes, for passes too", async () => {
  const result = await explore((sim) => {
    const [a, b] = [sim.choose("a", 3), sim.choose("b", 2)];
    return a === b ? "equal" : { a, b };
  });
  assertEquals(
    result.outcomes.map(({ outcome, count, tape }) =>
      [outcome, count, tape.deviations.map(({ label, value }) => `${label}=${value}`)].flat()
    ),
    [
      ["equal", 2],
      ['{"a":0,"b":1}', 1, "b=1"],
      ['{"a":1,"b":0}', 1, "a=1"],
      ['{"a":2,"b":0}', 1, "a=2"],
      ['{"a":2,"b":1}', 1, "a=2", "b=1"],
    ],
  );
});

Deno.test("explore() finds all failures when it is not to stop at the first", async () => {
  const result = await explore((sim) => {
    if (sim.choose("a", 4) + sim.choose("b", 4) > 4) throw new Error("too much");
  }, { stopAtFailure: false });
  assertEquals(result.guarantee, "failed: 3 of 16 schedules fail");
  assertEquals(result.outcomes.map(({ count }) => count), [13, 3]);
});

Deno.test("explore() finds the failure with the fewest deviations first", async () => {
  const { failure } = await explore((sim) => {
    const answers = [0, 1, 2, 3, 4].map((i) => sim.choose(`c${i}`, 3));
    const count = answers.filter((answer) => answer !== 0).length;
    if (count >= 2 && answers[3] === 2) throw new Error("found");
  }, { shrinkRuns: 0 });
  assertEquals(failure?.tape.deviations.length, 2);
});

Deno.test("explore() reports what fails in the usual order", async () => {
  const { failure, schedules } = await explore(() => {
    throw new Error("always");
  });
  assertEquals([schedules, failure?.identity], [1, "Error"]);
  assertEquals(failure?.narrative, ["nothing: it fails in the usual order"]);
});

Deno.test("explore() attributes an unhandled rejection to its schedule", async () => {
  const { failure } = await explore(async (sim) => {
    const answer = sim.choose("a", 40);
    if (answer === 23) Promise.reject(new RangeError("lost"));
    await sim.sleep(1);
  });
  assertEquals(failure?.identity, "rejection RangeError");
  assertEquals(failure?.tape.deviations.map(({ value }) => value), [23]);
});

Deno.test("explore() finds a deadlock", async () => {
  const { failure } = await explore(async (sim) => {
    if (sim.choose("a", 2) === 1) await new Promise(() => {});
  });
  assertEquals([failure?.identity, failure?.error instanceof DeadlockError], ["deadlock", true]);
});

Deno.test("explore() tells of a scenario that is not deterministic", async () => {
  let runs = 0;
  const error = await assertRejects(
    () => explore((sim) => sim.choose("a", 2 + (runs++ % 2))),
    NondeterminismError,
    "the scenario is not deterministic",
  );
  assertEquals(error.first === error.second, false);
  let outcomes = 0;
  await assertRejects(() => explore(() => outcomes++), NondeterminismError, "the outcome");
});

Deno.test("explore() lets a scenario run the simulation itself", async () => {
  const result = await explore(async (sim) => {
    const loop = new PollIOLoop(sim.host("a"));
    const value = await sim.run(() => loop.runSync(async () => await sim.choose("a", 3)));
    await sim.run();
    return value;
  });
  assertEquals(result.guarantee, "complete: all 3 schedules pass");
  assertEquals(result.outcomes.map(({ outcome }) => outcome), ["0", "1", "2"]);
});

Deno.test("explore() gives each run a fresh world", async () => {
  const result = await explore((sim) => {
    const { address } = sim.host("only");
    sim.choose("a", 3);
    return `${address} ${sim.now} ${sim.host("only").random.next()}`;
  });
  assertEquals(result.outcomes.map(({ count }) => count), [3]);
});

Deno.test("explore() drops what a scenario writes to the console when quiet", async () => {
  const lines: unknown[] = [];
  const log = console.log;
  console.log = (line) => lines.push(line);
  try {
    const scenario = (sim: Simulation) => console.log(sim.choose("a", 2));
    await explore(scenario, { quiet: true });
    assertEquals(lines, []);
    const { tape } = (await explore(scenario, { quiet: true })).outcomes[0]!;
    await replay(scenario, tape);
    assertEquals(lines, [0]);
  } finally {
    console.log = log;
  }
});

Deno.test("explore() refuses bounds that make no sense", async () => {
  for (const options of [{ deviations: -1 }, { maxSchedules: 1.5 }]) {
    await assertRejects(() => explore(() => {}, options), RangeError, "is not a whole number");
  }
});

Deno.test("explore() refuses a depth that is not a whole number above 0", async () => {
  for (const strategy of ["pct", "portfolio"] as const) {
    for (const depth of [0, -1, 1.5, NaN]) {
      await assertRejects(
        () => explore((sim) => void sim.choose("coin", 2), { strategy, depth }),
        RangeError,
        `depth ${depth} is not a whole number above 0`,
      );
    }
  }
});

Deno.test("explore() reports what was thrown also if it cannot be written", async () => {
  const { verdict, failure } = await explore(() => {
    throw Object.create(null);
  });
  assertEquals([verdict, failure?.identity], ["failed", "[object Object]"]);
});

Deno.test("explore() refuses options that make no sense", async () => {
  const bad: readonly ExploreOptions[] = [
    { strategy: "depth-first" as "dpor" },
    { maxSeconds: NaN },
    { maxSeconds: -1 },
    { checkpointSeconds: NaN },
    { shrinkRuns: NaN },
    { shrinkRuns: -1 },
    { maxSchedules: 1.5 },
  ];
  for (const options of bad) {
    await assertRejects(() => explore(() => {}, options), RangeError, "Cannot explore: ");
  }
});
