import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  checkDeterminism,
  DivergenceError,
  random,
  type TraceEntry,
  type Variation,
} from "../../sim/mod.ts";
import { echo } from "./echo_program.ts";
import { gossip } from "./gossip_program.ts";

const VARIATIONS: readonly Variation[] = ["again", "wall clock", "after another", "other drain"];

Deno.test("checkDeterminism() passes programs that depend on nothing else", async () => {
  assertEquals(await checkDeterminism((sim) => echo(sim, new Uint8Array(5))), 18);
  for (let seed = 0; seed < 20; seed++) {
    await checkDeterminism(gossip, { options: () => ({ seed, strategy: random(seed) }) });
  }
});

/** Programs that notice something, and in which run it shows first. */
const LEAKS: readonly [
  what: string,
  shows: Variation,
  main: () => (sim: {
    sleep(seconds: number): Promise<void>;
  }) => unknown,
][] = [
  ["module state", "again", () => {
    let runs = 0;
    return (sim) => sim.sleep(++runs);
  }],
  ["the wall clock", "wall clock", () => (sim) => sim.sleep(Date.now() % 7 + 1)],
  ["what ran before it", "after another", () => {
    const seen = new Set<number>();
    return async (sim) => {
      const value = Math.random();
      seen.add(value);
      await sim.sleep(seen.size);
    };
  }],
];

for (const [what, shows, make] of LEAKS) {
  Deno.test(`checkDeterminism() finds a program that depends on ${what}`, async () => {
    const main = make();
    const error = await assertRejects(
      () => checkDeterminism((sim) => main(sim), { variations: VARIATIONS }),
      DivergenceError,
    );
    assertEquals([error.variation, error.index], [shows, 1]);
    assertStringIncludes(error.message, "first: @");
    assertStringIncludes(error.message, "caused by @0.000000 (world) main");
  });
}

Deno.test("checkDeterminism() compares outcomes, too", async () => {
  let runs = 0;
  const error = await assertRejects(
    () => checkDeterminism(() => ++runs),
    DivergenceError,
    "first: returned 1\n  other: returned 2",
  );
  assertEquals(error.variation, "again");
});

Deno.test("checkDeterminism() tells where both events were scheduled, and what caused them", async () => {
  let runs = 0;
  const error = await assertRejects(
    () =>
      checkDeterminism(async (sim) => {
        const napTooLong = () => sim.sleep(++runs);
        await sim.sleep(1);
        await napTooLong();
      }),
    DivergenceError,
  );
  const [first, other] = error.sides;
  for (const { frames, parents } of [first, other]) {
    assertStringIncludes(frames[0] ?? "", "napTooLong");
    assertStringIncludes(frames[0] ?? "", "determinism_test.ts:");
    assertEquals(parents.map(({ event }) => event.kind), ["wake", "main"]);
    assertStringIncludes(parents[0]?.frames[0] ?? "", "determinism_test.ts:");
  }
  assertStringIncludes(
    error.message,
    "  first: @2.000000 (world) wake sleep\n      at napTooLong (",
  );
  // The first run and another, and each once more for its stacks.
  assertEquals(runs, 4);
});

Deno.test("checkDeterminism() tells where the program did what only one run did", async () => {
  let runs = 0;
  const error = await assertRejects(
    () =>
      checkDeterminism((sim) => {
        const bindSometimes = () => {
          const { network } = sim.host("a");
          network.bindDatagram({ transport: "udp", hostname: "a", port: 9 });
        };
        if (++runs % 2 === 0) setTimeout(bindSometimes, 10);
        return sim.sleep(1);
      }),
    DivergenceError,
  );
  const [first, other] = error.sides;
  assertEquals((first.event as TraceEntry).kind, "wake");
  assertStringIncludes(other.frames.join(), "determinism_test.ts:");
});
