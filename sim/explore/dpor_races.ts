/**
 * What a run of a search by classes tells of the runs that are still to come.
 *
 * @module
 */

import { addAll } from "../footprint.ts";
import type { DporStrategy, Node, TurnNode } from "./dpor_strategy.ts";
import { HappensBefore, type Race } from "./happens_before.ts";
import type { Turn } from "../turn_log.ts";

/**
 * Takes note of what the turns of a run touched, and wants its races the other way round.
 *
 * @param run A run that has ended.
 * @param changed The number of the decision that is new in it: races before were looked at.
 */
export function noteRun(run: DporStrategy, changed: number): void {
  const turns = run.log.turns.slice(0, Math.min(run.turnsUsed, run.log.turns.length));
  const leftOver = run.isRedundant ? [] : run.log.leftOver;
  const last = turns.at(-1);
  for (const turn of turns) {
    const node = run.nodes[turn.decision];
    if (node?.kind === "turn") addAll(node.footprint, turn.footprint);
  }
  wantRaces(run, turns, changed);
  for (const { by, owner } of run.log.disabled) wantAll(nodeOf(run, turns[by]), [owner]);
  wantAll(nodeOf(run, last), leftOver);
}

/** Wants the races of a run the other way round; those before the new part were looked at. */
function wantRaces(run: DporStrategy, turns: readonly Turn[], changed: number): void {
  let begin = turns.findLastIndex(({ decision }) => decision >= 0 && decision <= changed);
  begin = Math.max(0, begin);
  const order = new HappensBefore(turns);
  for (let second = begin; second < turns.length; second++) {
    for (const race of order.racesOf(second)) {
      const node = run.nodes[(turns[race.first] as Turn).decision];
      if (node?.kind === "turn") want(node, race);
    }
  }
}

/** Wants somebody to go instead of the first of a race, unless somebody who leads there does. */
function want(node: TurnNode, { initials }: Race): void {
  if (initials.some((owner) => node.wanted.has(owner) || node.sleepers.has(owner))) return;
  const possible = initials.filter((owner) => node.owners.includes(owner));
  // The last one is whose turn came second, if it can go at once.
  const picked = possible.at(-1);
  if (picked === undefined) node.owners.forEach((owner) => node.wanted.add(owner));
  else node.wanted.add(picked);
}

/** The decision that picked a turn, if there was one. */
function nodeOf(run: DporStrategy, turn: Turn | undefined): Node | undefined {
  return turn === undefined ? undefined : run.nodes[turn.decision];
}

/** Wants those to go who could not afterwards. */
function wantAll(node: Node | undefined, owners: readonly string[]): void {
  if (node?.kind !== "turn") return;
  for (const owner of owners) {
    if (node.owners.includes(owner)) node.wanted.add(owner);
  }
}
