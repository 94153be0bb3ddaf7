/**
 * Parts of the tree of decisions that a search by classes goes through.
 *
 * @module
 */

import { nothingTouched } from "../footprint.ts";
import type { Node, TurnNode, ValueNode } from "./dpor_strategy.ts";

/** A part of the tree, and where in it the search has come to. */
export interface Branch {
  /** The decisions of the last run, or those of the next one up to its first new answer. */
  path: Node[];
  /** The number of the first decision that may change; -1 if that of every run may. */
  readonly base: number;
  /** Whether every shard has it: what is new in it may be run by several. */
  readonly isShared: boolean;
}

/** Makes the branch that is the whole tree. */
export function wholeTree(): Branch {
  return { path: [], base: -1, isShared: false };
}

/**
 * Moves to the next run: the last decision that can be answered in another way is. At the end the
 * decision at the base stays, as it may be wanted in another way later.
 *
 * @returns Whether there is one.
 */
export function advance({ path, base }: Branch): boolean {
  for (;;) {
    const node = path.at(-1);
    if (node === undefined || path.length <= base) return false;
    if (node.kind === "value" ? nextValue(node) : nextTurn(node)) return true;
    if (path.length - 1 === base) return false;
    path.pop();
  }
}

function nextValue(node: ValueNode): boolean {
  if (node.answer + 1 >= node.answers) return false;
  node.answer++;
  return true;
}

function nextTurn(node: TurnNode): boolean {
  const last = node.owners[node.answer] as string;
  if (!node.done.has(last)) node.done.set(last, node.footprint);
  node.footprint = nothingTouched();
  for (const [answer, owner] of node.owners.entries()) {
    if (!node.wanted.has(owner) || node.done.has(owner) || node.sleepers.has(owner)) continue;
    node.answer = answer;
    return true;
  }
  return false;
}
