/** Depth-first search over the answers to some of a simulation's decisions. */

import type { Strategy } from "../../sim/mod.ts";

/** One decision of a run. */
interface Step {
  readonly answer: number;
  readonly bound: number;
}

/**
 * Runs a program once for every combination of answers to the decisions whose labels begin with a
 * prefix; all others are answered with 0.
 *
 * @param prefix What the labels begin with.
 * @param run Runs the program with a strategy, once.
 * @returns The tape of each run and what it came to, in the order of the search.
 */
export async function everyTape<T>(
  prefix: string,
  run: (strategy: Strategy) => Promise<T>,
): Promise<{ tape: number[]; result: T }[]> {
  const runs: { tape: number[]; result: T }[] = [];
  for (let next: number[] | null = []; next !== null;) {
    const start: readonly number[] = next;
    const steps: Step[] = [];
    const result = await run({
      name: "every tape",
      choose(label, bound) {
        if (!label.startsWith(prefix)) return 0;
        const answer = start[steps.length] ?? 0;
        steps.push({ answer, bound });
        return answer;
      },
    });
    runs.push({ tape: steps.map(({ answer }) => answer), result });
    next = nextTape(steps);
  }
  return runs;
}

/** The tape after one, in the order of a depth-first search; `null` after the last. */
function nextTape(steps: readonly Step[]): number[] | null {
  const at = steps.findLastIndex(({ answer, bound }) => answer + 1 < bound);
  if (at < 0) return null;
  return steps.slice(0, at + 1).map(({ answer }, i) => i === at ? answer + 1 : answer);
}
