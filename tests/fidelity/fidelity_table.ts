/**
 * The table of what is seen on real sockets and in simulations.
 *
 * @module
 */

import { realOutcomes, simOutcomes } from "./run_scenario.ts";
import type { Scenario } from "./scenario.ts";
import { themes } from "./scenarios.ts";

/** The columns. */
export const COLUMNS: readonly string[] = ["Scenario", "Deno on Linux", "Only simulated"];

/** What was seen of a scenario. */
export interface Comparison {
  /** The scenario. */
  readonly scenario: Scenario;
  /** What was seen on the machine. */
  readonly real: ReadonlySet<string>;
  /** What was seen in simulations. */
  readonly simulated: ReadonlySet<string>;
}

/** Runs a scenario in both worlds. */
export async function compare(scenario: Scenario): Promise<Comparison> {
  const real = await realOutcomes(scenario);
  return { scenario, real, simulated: await simOutcomes(scenario) };
}

/** What one row says. */
export interface Row {
  /** The scenario's name. */
  readonly name: string;
  /** What was seen on the machine, and in simulations as well. */
  readonly real: readonly string[];
  /** What was seen in simulations only. */
  readonly extra: readonly string[];
}

/** Runs everything and writes the table. */
export async function makeTable(): Promise<string> {
  const lines = [lineOf(COLUMNS), lineOf(COLUMNS.map(() => "---"))];
  for (const [theme, scenarios] of themes) {
    lines.push(lineOf([`**${theme}**`, "", ""]));
    for (const scenario of scenarios) {
      const { real, simulated } = await compare(scenario);
      const missing = [...real.difference(simulated)];
      if (missing.length > 0) {
        throw new Error(`Cannot simulate ${scenario.name}: ${missing.join("; or ")} is not seen`);
      }
      lines.push(lineOf([scenario.name, cellOf(real), cellOf(simulated.difference(real))]));
    }
  }
  return lines.join("\n");
}

/** Reads the table's rows, without those that name a theme. */
export function readTable(text: string): Row[] {
  const rows = text.split("\n").filter((line) => line.startsWith("|")).slice(2);
  return rows
    .map((row) => row.slice(1, -1).split("|").map((cell) => cell.trim()))
    .filter(([name]) => name?.startsWith("**") === false)
    .map(([name = "", real = "", extra = ""]) => ({
      name,
      real: outcomesOf(real),
      extra: outcomesOf(extra),
    }));
}

function cellOf(outcomes: ReadonlySet<string>): string {
  return [...outcomes].sort().map((outcome) => `\`${outcome}\``).join(" ");
}

function outcomesOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*)`/g)].map(([, outcome]) => outcome as string);
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
