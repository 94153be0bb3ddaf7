import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import {
  explore,
  formatOutcomes,
  NondeterminismError,
  replay,
  runSimTest,
  shrink,
  SimTestError,
  type Simulation,
} from "../../../sim/mod.ts";
import { WRITE } from "../../../poller/mod.ts";
import { lostUpdate } from "./lost_update.ts";

function ignore(): void {}

/** What a report has behind a title. */
function row(report: string, title: string): string {
  return new RegExp(`^ +${title} +(\\S+)$`, "m").exec(report)?.[1] ?? "";
}

Deno.test("canary: a race is found, shrunk, and replayed from the text of the report", async () => {
  const error = await assertRejects(() => runSimTest("two deposits", lostUpdate), SimTestError);
  assertStringIncludes(
    error.message,
    "Simulation failed in two deposits: Error: expected balance 2",
  );
  assertMatch(error.message, /^ {2}deviates {2}decision \d+: .* goes before .*$/m);
  const line = /^Replay it: +await replay\(scenario, "(v1:[^"]+)", (\{.*\})\)$/m.exec(
    error.message,
  );
  assertEquals(line?.[2], '{ name: "two deposits" }');
  assertEquals(row(error.message, "tape"), line?.[1]);
  await assertRejects(
    () => replay(lostUpdate, line?.[1] as string, { name: "two deposits" }),
    Error,
    "expected balance 2, got 1",
  );
  const words = /^As a test: +TWINLOOP_REPLAY=(v1:\S+) deno test -A --filter 'two deposits'$/m;
  assertEquals(words.exec(error.message)?.[1], line?.[1]);
});

Deno.test("runSimTest() tells what a search came to, with an outcome table, when all passes", async () => {
  const told: string[] = [];
  await runSimTest("coins", (sim) => sim.choose("a", 2) + sim.choose("b", 2), {
    onResult: ({ guarantee, outcomes }) => told.push(guarantee, formatOutcomes(outcomes)),
  });
  assertEquals(told[0], "complete: all 4 schedules pass");
  const rows = told[1]?.split("\n").map((line) => line.split(/ +/)) ?? [];
  assertEquals(rows.map(([count, , outcome]) => [count, outcome]), [["2", "1"], ["1", "0"], [
    "1",
    "2",
  ]]);
  // Each row ends with the simplest tape that comes to its outcome.
  const sum = (sim: Simulation) => sim.choose("a", 2) + sim.choose("b", 2);
  for (const [, , outcome, tape] of rows) {
    assertEquals((await replay(sum, tape as string)).outcome, outcome);
  }
});

Deno.test("canary: every strategy finds the race, and shrinks it to the same size", async () => {
  const sizes = new Set<number>();
  for (
    const strategy of ["exhaustive", "delayBounded", "random", "pct", "pos", "portfolio"] as const
  ) {
    const { failure } = await explore(lostUpdate, { strategy });
    sizes.add(failure?.tape.deviations.length ?? -1);
  }
  assertEquals(sizes.size, 1);
});

Deno.test("shrink() is as short as the shortest failing tape that exhaustive search finds", async () => {
  const program = fc.array(
    fc.array(fc.record({ at: fc.nat({ max: 5 }), value: fc.nat({ max: 2 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (clauses, seed) => {
      // Fails when all the conditions of one of the clauses hold.
      const scenario = (sim: Simulation) => {
        const answers = Array.from({ length: 6 }, (_, i) => sim.choose(`c${i}`, 3));
        const holds = clauses.some((all) => all.every(({ at, value }) => answers[at] === value));
        if (holds) throw new Error("found");
      };
      const best = (await explore(scenario, { shrinkRuns: 0 })).failure;
      const options = { strategy: "random", maxSchedules: 100, seed } as const;
      const { failure } = await explore(scenario, options);
      if (failure === null) return;
      assertEquals(failure.tape.deviations.length, best?.tape.deviations.length);
    }),
    { numRuns: 40 },
  );
});

Deno.test("shrink() keeps the identity of the failure", async () => {
  const scenario = (sim: Simulation) => {
    const [a, b] = [sim.choose("a", 2), sim.choose("b", 2)];
    if (a === 1 && b === 1) throw new RangeError("both");
    if (a === 1) throw new TypeError("one");
  };
  const { outcomes } = await explore(scenario, { stopAtFailure: false });
  const { tape } = outcomes.find(({ outcome }) => outcome.includes("RangeError"))!;
  const shrunk = await shrink(scenario, tape);
  assertEquals(shrunk.tape.deviations.length, 2);
  assertEquals([shrunk.isMinimal, (shrunk.error as Error).name], [true, "RangeError"]);
});

Deno.test("shrink() lowers answers and says when it has not looked at everything", async () => {
  const scenario = (sim: Simulation) => {
    const answers = Array.from({ length: 8 }, (_, i) => sim.choose(`c${i}`, 100));
    if (answers.filter((answer) => answer >= 7).length > 2) throw new Error("found");
  };
  const { failure } = await explore(scenario, { strategy: "random", shrinkRuns: 0 });
  const { tape, isMinimal, runs } = await shrink(scenario, failure!.tape, { maxRuns: 300 });
  assertEquals(tape.deviations.map(({ value }) => value), [7, 7, 7]);
  assertEquals([isMinimal, runs <= 300], [false, true]);
});

Deno.test("shrink() refuses a tape whose run passes", async () => {
  const { outcomes } = await explore((sim) => sim.choose("a", 2));
  await assertRejects(() => shrink((sim) => sim.choose("a", 2), outcomes[0]!.tape), TypeError);
});

Deno.test("explore() verifies the shrunk failure and tells when it does not come back", async () => {
  let runs = 0;
  await assertRejects(
    () =>
      explore((sim) => {
        if (sim.choose("a", 30) === 17 && runs++ === 0) throw new Error("once");
      }),
    NondeterminismError,
    "failed: Error, then passed",
  );
});

Deno.test("explore() tells in words who went before whom", async () => {
  const { failure } = await explore((sim: Simulation) => {
    const order: string[] = [];
    const server = sim.host("server");
    server.network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 1 });
    for (const name of ["a", "b"]) {
      const { poller, network } = sim.host(name);
      const stream = network.connect({ transport: "tcp", hostname: "server", port: 1 });
      poller.register(stream, WRITE);
      poller.poll(Infinity, () => order.push(name), ignore);
    }
    return () => {
      if (order[0] === "b") throw new Error("b was first");
    };
  });
  assertMatch(failure?.narrative[0] ?? "", /^decision \d+: (what arrives at )?b goes before /);
  assertEquals(failure?.narrative.length, 1);
});
