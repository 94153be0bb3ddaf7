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
export interface SavedBranch extends Omit<Branch, "path"> {
  /** Its decisions. */
  readonly path: readonly (SavedTurn | ValueNode)[];
}

/** Writes a branch. */
export function saveBranch({ path, ...rest }: Branch): SavedBranch {
  return { ...rest, path: path.map((node) => node.kind === "value" ? node : saveTurn(node)) };
}

/** Reads all branches of a search: who is wanted where they have not parted is known to each. */
export function loadBranches(saved: readonly SavedBranch[]): Branch[] {
  const known = new Map<string, Set<string>>();
  return saved.map(({ path, ...rest }) => {
    const nodes = path.map((node): Node => node.kind === "value" ? node : loadTurn(node));
    for (const [index, node] of nodes.slice(0, rest.base + 1).entries()) {
      if (node.kind === "value") continue;
      const place = path.slice(0, index).map(({ answer }) => answer).join();
      const wanted = known.get(place) ?? node.wanted;
      known.set(place, wanted);
      node.wanted = wanted;
    }
    return { ...rest, path: nodes };
  });
}

function saveTurn(node: TurnNode): SavedTurn {
  const { sleepers, done, wanted } = node;
  return { ...node, sleepers: [...sleepers], done: [...done], wanted: [...wanted] };
}

function loadTurn(node: SavedTurn): TurnNode {
  const { sleepers, done, wanted } = node;
  return { ...node, sleepers: new Map(sleepers), done: new Map(done), wanted: new Set(wanted) };
}
