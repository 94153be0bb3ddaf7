/**
 * The table of outcomes, as text.
 *
 * @module
 */

import type { Outcome } from "./explore_options.ts";
import { formatCount } from "./words.ts";

/**
 * Writes what the schedules of a search came to: a line for each outcome, with how many schedules came to it,
 * and the tape of the simplest.
 *
 * @example What two throws of a coin come to
 * ```ts
 * import { explore, formatOutcomes } from "@twinloop/twinloop/sim";
 * import { assertMatch } from "@std/assert";
 *
 * const { outcomes } = await explore((sim) => sim.choose("a", 2) + sim.choose("b", 2));
 * assertMatch(formatOutcomes(outcomes), /^2 × 1 {2}v1:\S+\n1 × 0 {2}v1:\S+\n1 × 2 {2}v1:\S+$/);
 * ```
 *
 * @param outcomes The outcomes, as {@linkcode explore} returns them.
 * @returns The lines, without an end of line after the last.
 */
export function formatOutcomes(outcomes: readonly Outcome[]): string {
  const counts = outcomes.map(({ count }) => formatCount(count));
  const width = Math.max(...counts.map((text) => text.length));
  const words = outcomes.map(({ outcome }) => outcome.split("\n")[0] as string);
  const wordsWidth = Math.min(60, Math.max(...words.map((text) => text.length)));
  return outcomes.map(({ tape }, i) =>
    `${counts[i]?.padStart(width)} × ${words[i]?.padEnd(wordsWidth)}  ${tape}`
  ).join("\n");
}
