/** What every search needs for every case of the zoo, as a table. */

import { explore, type ExploreStrategy, type Simulation } from "../../../sim/mod.ts";
import { zoo } from "./zoo.ts";
import { DEVIATIONS, SCHEDULES_MAX, type ZooCase } from "./zoo_case.ts";

/** For how many seeds what is drawn is drawn. */
const SEEDS = 100;
const DRAWN = ["random", "pct", "pos", "portfolio"] as const;

/** The titles of the table's columns. */
export const COLUMNS: readonly string[] = [
  "Case",
  "exhaustive",
  "dpor",
  ...DRAWN,
  "Schedules",
  "Classes",
  "Shrunk",
];

/** After which schedule a search finds a case's bug; `null` if it does not. */
async function firstFailure(
  { run }: ZooCase,
  strategy: ExploreStrategy,
  seed: number,
): Promise<number | null> {
  const bound = strategy === "exhaustive" ? { deviations: DEVIATIONS } : {};
  const limits = { maxSchedules: SCHEDULES_MAX, shrinkRuns: 0 };
  const scenario = (sim: Simulation) => run(sim, false);
  const { failure } = await explore(scenario, { strategy, seed, ...bound, ...limits });
  return failure?.schedule ?? null;
}

/** The median over many seeds. */
async function medianFailure(zooCase: ZooCase, strategy: ExploreStrategy): Promise<string> {
  const found: number[] = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    found.push(await firstFailure(zooCase, strategy, seed) ?? Infinity);
  }
  found.sort((a, b) => a - b);
  const median = found[SEEDS >> 1] as number;
  return median === Infinity ? `> ${SCHEDULES_MAX}` : String(median);
}

/** The row of a case. */
async function measure(zooCase: ZooCase): Promise<string[]> {
  const row = [zooCase.name];
  for (const strategy of ["exhaustive", "dpor"] as const) {
    row.push(String(await firstFailure(zooCase, strategy, 0) ?? "–"));
  }
  for (const strategy of DRAWN) row.push(await medianFailure(zooCase, strategy));
  const fixed = (sim: Simulation) => zooCase.run(sim, true);
  row.push(String((await explore(fixed, { deviations: DEVIATIONS })).schedules));
  const { verdict, classes } = await explore(fixed, {
    strategy: "dpor",
    maxSchedules: SCHEDULES_MAX,
  });
  row.push(verdict === "complete" ? String(classes) : `> ${SCHEDULES_MAX}`);
  const { failure } = await explore((sim) => zooCase.run(sim, false), { strategy: "random" });
  row.push(String(failure?.tape.deviations.length ?? "–"));
  return row;
}

/** Runs everything and returns the table in Markdown. */
export async function makeTable(): Promise<string> {
  const rows: string[][] = [];
  for (const zooCase of zoo) rows.push(await measure(zooCase));
  const all = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, i) => Math.max(...all.map((row) => (row[i] as string).length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, i) => text.padEnd(widths[i] as number)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(COLUMNS), rule, ...rows.map(line)].join("\n");
}
