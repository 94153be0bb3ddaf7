/** Searches that are stopped and resumed again and again. */

import {
  type Exploration,
  explore,
  type ExploreOptions,
  type Simulation,
} from "../../../sim/mod.ts";

/** What searches that were made in one go or in parts must agree on. */
export function totals({ schedules, failed, outcomes, guarantee, failure }: Exploration): unknown {
  return {
    schedules,
    failed,
    guarantee,
    outcomes: outcomes.map(({ outcome, count, tape }) => [outcome, count, tape.toString()]),
    failure: failure && [failure.schedule, failure.tape.toString(), failure.identity],
  };
}

/** Searches in pieces, each stopped by a limit and resumed from text. */
export async function inPieces(
  scenario: (sim: Simulation) => unknown,
  options: ExploreOptions,
  size: number,
): Promise<Exploration> {
  let checkpoint: string | undefined;
  for (let maxSchedules = size;; maxSchedules += size) {
    const max = Math.min(maxSchedules, options.maxSchedules ?? Infinity);
    const result = await explore(scenario, {
      ...options,
      maxSchedules: max,
      ...(checkpoint === undefined ? {} : { resume: checkpoint }),
      onCheckpoint: (text) => checkpoint = text,
    });
    const isDone = max === options.maxSchedules || result.verdict === "complete" ||
      (result.failed > 0 && (options.stopAtFailure ?? true)) ||
      (options.maxSchedules === undefined && result.schedules < max);
    if (isDone) return result;
  }
}
