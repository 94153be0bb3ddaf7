import { assertEquals, assertRejects } from "@std/assert";
import { type ChoicePlace, explore, pct, pos, type Simulation } from "../../../sim/mod.ts";
import { LevelSearch } from "../../../sim/explore/level_search.ts";
import { Recorder } from "../../../sim/explore/recorder.ts";

function ignore(): void {}

/** Four times a fault or none, and two other decisions; comes to how many faults there were. */
function fourFaults(sim: Simulation): number {
  let faults = 0;
  for (let i = 0; i < 4; i++) {
    if (i < 2) sim.choose(`other ${i}`, 2);
    sim.faultPoint("fault", () => faults++);
  }
  return faults;
}

async function guarantee(options: Parameters<typeof explore>[1]): Promise<string> {
  return (await explore(fourFaults, options)).guarantee;
}

Deno.test("explore() bounds faults beside deviations, and says so", async () => {
  assertEquals(
    await guarantee({ faults: 0 }),
    "complete: all 4 schedules with at most 0 faults pass",
  );
  assertEquals(
    await guarantee({ faults: 1 }),
    "complete: all 20 schedules with at most 1 fault pass",
  );
  assertEquals(await guarantee({ faults: 4 }), "complete: all 64 schedules pass");
  assertEquals(
    await guarantee({ faults: 1, deviations: 2 }),
    // None, one of six, two others, one other and one fault.
    "complete: all 16 schedules with at most 2 deviations and 1 fault pass",
  );
  assertEquals(
    await guarantee({ strategy: "delayBounded", delays: 2, faults: 1 }),
    "complete: all 16 schedules with at most 2 delays and 1 fault pass",
  );
});

Deno.test("explore() by dpor bounds faults", async () => {
  const { classes, guarantee, outcomes } = await explore(fourFaults, {
    strategy: "dpor",
    faults: 1,
  });
  assertEquals(classes, 20);
  assertEquals(guarantee.includes(" with at most 1 fault, and all pass"), true, guarantee);
  assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["0", "1"]);
});

Deno.test("explore() by dpor finds that who has no fault left depends on who had it", async () => {
  const draw = (sim: Simulation) => {
    const seen: string[] = [];
    for (const name of ["a", "b"]) {
      const { poller } = sim.host(name);
      poller.poll(0, ignore, () => void sim.faultPoint(name, () => seen.push(name)));
    }
    return () => seen.join();
  };
  const { outcomes, audit } = await explore(draw, { strategy: "dpor", faults: 1 });
  assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["", "a", "b"]);
  assertEquals(audit?.leaks, []);
});

Deno.test("explore() draws no more faults than it may", async () => {
  for (const strategy of ["random", "pct", "pos", "portfolio"] as const) {
    const { outcomes, guarantee } = await explore(fourFaults, { strategy, faults: 1 });
    assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["0", "1"], strategy);
    assertEquals(guarantee.includes("with at most 1 fault"), true, guarantee);
  }
});

Deno.test("LevelSearch keeps to the bound of faults where it goes depth-first, too", () => {
  for (const keptMax of [0, 10, 1e6]) {
    for (const faults of [0, 1, 2]) {
      const search = new LevelSearch("deviations", Infinity, keptMax, undefined, faults);
      const paths: string[] = [];
      for (let plan = search.next(); plan !== null; plan = search.next()) {
        const recorder = new Recorder(plan());
        for (let i = 0; i < 6; i++) recorder.choose("a", 3, placeOf(i % 2 === 0));
        search.ended(recorder);
        paths.push(recorder.values.join(""));
      }
      const all = Array.from({ length: 3 ** 6 }, (_, i) => i.toString(3).padStart(6, "0"));
      const isWithin = (path: string) => [0, 2, 4].filter((i) => path[i] !== "0").length <= faults;
      assertEquals(paths.sort(), all.filter(isWithin), `${faults} faults, ${keptMax} kept`);
      assertEquals(search.isWhole, false);
    }
  }
});

function placeOf(isFault: boolean): ChoicePlace {
  return { cause: 0, host: "", isFault, times: null, candidate: () => null };
}

Deno.test("A fault of a link is told with the link", async () => {
  const { failure } = await explore((sim: Simulation) => {
    const port = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
    const sockets = ["a", "b"].map((name) => sim.host(name).network.bindDatagram(port));
    sim.network.shape({ from: "a" }, { loss: "choose" });
    sockets[0]?.send(new Uint8Array(1), { ...port, hostname: "b" });
    return () => {
      if (sockets[1]?.receive() === undefined) throw new Error("lost");
    };
  });
  assertEquals(failure?.narrative, ["decision 0: udp/loss befalls a>b"]);
});

Deno.test("explore() refuses a bound of faults that is none", async () => {
  await assertRejects(
    () => guarantee({ faults: -1 }),
    RangeError,
    "Cannot explore: faults -1 is not a whole number",
  );
});

/** Has strategies pick among three, again and again; returns the picks of each run. */
function pick(make: (seed: number) => ReturnType<typeof pct>, runs: number): string[] {
  return Array.from({ length: runs }, (_, seed) => {
    const strategy = make(seed);
    const left = ["a", "b", "c"];
    let order = "";
    while (left.length > 0) {
      const candidate = (i: number) => ({ name: left[i]!.charCodeAt(0), subject: left[i]! });
      const place = { cause: 0, host: "", isFault: false, times: null, candidate };
      order += left.splice(strategy.choose("step", left.length, place), 1)[0];
    }
    return order;
  });
}

Deno.test("pct() and pos() draw every order of turns", () => {
  const orders = ["abc", "acb", "bac", "bca", "cab", "cba"];
  assertEquals([...new Set(pick(pos, 100))].sort(), orders);
  assertEquals([...new Set(pick((seed) => pct(seed, 1, 3), 100))].sort(), orders);
  assertEquals([...new Set(pick((seed) => pct(seed, 3, 3), 100))].sort(), orders);
});
