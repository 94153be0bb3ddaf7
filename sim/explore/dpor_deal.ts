/**
 * Dealing the tree of decisions out to the shards of a search by classes.
 *
 * Shards do not talk to each other, and who is wanted at a decision may come up anywhere behind it.
 * So every shard runs the top of the tree, until that has parted into enough branches: the runs are
 * counted by one shard each, the branches go to one each. Before, some random runs of each branch
 * show who else is wanted in the top. Whoever is wanted there later is only known to the shard that
 * came upon it, which runs that itself. Other shards may do the same.
 *
 * Nobody sleeps for the sake of what no shard runs: who was gone through in the top sleeps in the
 * branches beside it, in the same order in all shards; who is wanted later comes after all of those.
 *
 * @module
 */

import { nothingTouched } from "../footprint.ts";
import { advance, type Branch, wholeTree } from "./dpor_branch.ts";
import { loadBranches, saveBranch, type SavedBranch } from "./dpor_state.ts";
import type { Node } from "./dpor_strategy.ts";
import type { Shard } from "./shard.ts";

/** The tree is dealt out once it has so many branches for each shard. */
const DEALT_MIN = 4;
/** At how many decisions it parts at most, for each shard: it may be a bare trunk. */
const TOPS_MAX = 32;

/** How many random runs of each branch there are before it is dealt. */
const PROBES = 4;

/** What dealing has come to, as it is written to a checkpoint. */
export interface DealState {
  /** How many runs there were. */
  readonly runs: number;
  /** How many random runs there were. */
  readonly probes: number;
  /** The branches in the top of the tree. */
  readonly tops: readonly SavedBranch[];
  /** The branches that are to be dealt. */
  readonly leaves: readonly SavedBranch[];
}

/** Runs the top of the tree, the same in every shard. */
export class DporDeal {
  /** How many runs there were. */
  #runs = 0;
  /** How many random runs there were. */
  #probes = 0;
  /** The seed of the next run, if it is random. */
  #seed: number | null = null;
  /** The branches in the top: each goes through the answers to one decision. */
  #tops: Branch[] = [wholeTree()];
  /** The branches behind them, those nearest to the root first. */
  #leaves: Branch[] = [];
  readonly #shard: Shard;

  /** Made for one shard of several. */
  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Whether the next run is counted by another shard. */
  get isOthers(): boolean {
    return this.#seed !== null || this.#runs % this.#shard.count !== this.#shard.index;
  }

  /** What picks the decisions of the next run behind its branch; `null` if it is not random. */
  get seed(): number | null {
    return this.#seed;
  }

  /** Moves to the next run; returns its branch, or `null` if the tree can be dealt out. */
  next(): Branch | null {
    if (this.#runs === 0) return this.#tops[0] as Branch;
    for (;;) {
      const top = this.#tops.find(advance);
      if (top !== undefined) return top;
      if (!this.#part()) return this.#nextProbe();
    }
  }

  /** Told the decisions of a run of a branch. */
  ended(top: Branch, nodes: Node[]): void {
    if (this.#seed !== null) {
      this.#seed = null;
      this.#probes++;
      return;
    }
    this.#runs++;
    this.#split(top, nodes);
  }

  /** Returns what the shard gets: its share of the branches, and the top, which every shard has. */
  hand(): Branch[] {
    const { index, count } = this.#shard;
    const own = this.#leaves.filter((_, number) => number % count === index);
    // Who is wanted deep in the top may make others wanted further up.
    return [...own, ...this.#tops.map((top) => ({ ...top, isShared: true })).reverse()];
  }

  /** Returns what {@linkcode DporDeal.load} needs. */
  save(): DealState {
    return {
      runs: this.#runs,
      probes: this.#probes,
      tops: this.#tops.map(saveBranch),
      leaves: this.#leaves.map(saveBranch),
    };
  }

  /** Goes on where another was saved. */
  load({ runs, probes, tops, leaves }: DealState): void {
    const branches = loadBranches([...tops, ...leaves]);
    this.#runs = runs;
    this.#probes = probes;
    this.#tops = branches.slice(0, tops.length);
    this.#leaves = branches.slice(tops.length);
  }

  /** Moves the first turn of a branch into the top; returns whether that was worthwhile. */
  #part(): boolean {
    const { count } = this.#shard;
    if (this.#leaves.length >= DEALT_MIN * count) return false;
    if (this.#tops.length >= TOPS_MAX * count) return false;
    const leaf = this.#leaves.shift();
    if (leaf === undefined) return false;
    const top: Branch = { path: [], base: leaf.base, isShared: false };
    this.#tops.push(top);
    this.#split(top, leaf.path);
    return true;
  }

  /** The next random run; `null` if there were enough of each branch. */
  #nextProbe(): Branch | null {
    const leaf = this.#leaves[Math.floor(this.#probes / PROBES)];
    if (leaf === undefined) return null;
    this.#seed = this.#probes;
    return { ...leaf, path: leaf.path.slice(0, leaf.base) };
  }

  /** Keeps the decisions of a run up to the next turn in the top, and makes a branch of the rest. */
  #split(top: Branch, nodes: Node[]): void {
    const next = nodes.findIndex(({ kind }, index) => index > top.base && kind === "turn");
    const base = next < 0 ? nodes.length : next;
    top.path = nodes.slice(0, base);
    if (next < 0) return;
    const path = nodes.map((node, index) => index < base ? copyTop(node) : node);
    this.#leaves.push({ path, base, isShared: false });
  }
}

/** A decision as it was when a branch left it; who is wanted there is known to all branches. */
function copyTop(node: Node): Node {
  if (node.kind === "value") return { ...node };
  return { ...node, done: new Map(node.done), footprint: nothingTouched() };
}
