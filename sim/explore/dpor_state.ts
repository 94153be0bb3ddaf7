/**
 * Branches of a search by classes as JSON has them.
 *
 * @module
 */

import type { Footprint } from "../footprint.ts";
import type { Branch } from "./dpor_branch.ts";
import type { Node, TurnNode, ValueNode } from "./dpor_strategy.ts";

/** Whose turns touched what. */
type SavedTouches = readonly (readonly [owner: string, touched: Footprint])[];

/** A decision that picks whose turn is next, as JSON has it. */
interface SavedTurn extends Omit<TurnNode, "sleepers" | "done" | "wanted"> {
  readonly sleepers: SavedTouches;
  readonly done: SavedTouches;
  readonly wanted: readonly string[];
}

/** A branch as JSON has it. */
export interface SavedBranch {
  /** The number of the first decision that may change. */
  readonly base: number;
  /** Its decisions. */
  readonly path: readonly (SavedTurn | ValueNode)[];
}

/** Writes a branch. */
export function saveBranch({ path, base }: Branch): SavedBranch {
  return { base, path: path.map((node) => node.kind === "value" ? node : saveTurn(node)) };
}

/** Reads what {@linkcode saveBranch} wrote. */
export function loadBranch({ path, base }: SavedBranch): Branch {
  return { base, path: path.map((node): Node => node.kind === "value" ? node : loadTurn(node)) };
}

function saveTurn(node: TurnNode): SavedTurn {
  const { sleepers, done, wanted } = node;
  return { ...node, sleepers: [...sleepers], done: [...done], wanted: [...wanted] };
}

function loadTurn(node: SavedTurn): TurnNode {
  const { sleepers, done, wanted } = node;
  return { ...node, sleepers: new Map(sleepers), done: new Map(done), wanted: new Set(wanted) };
}
