/**
 * Where among the schedules of a level a search has come to.
 *
 * @module
 */

/** A schedule from which others are made. */
export interface Parent {
  /** Its answers up to its last deviation. */
  readonly values: readonly number[];
  /** How many answers each decision after that had. */
  readonly bounds: readonly number[];
  /** How many deviations, or delays, it has. */
  readonly cost: number;
  /** Whether every shard ran it. */
  readonly isShared: boolean;
}

/** What a cursor is made of, for checkpoints. */
export interface CursorState {
  /** The schedules of which those of the level are made. */
  readonly parents: readonly Parent[];
  /** What a level by delays comes to; 0 for a level by deviations. */
  readonly delays: number;
  /** The number of the parent. */
  at: number;
  /** How many decisions behind the parent's last deviation the new one is. */
  gap: number;
  /** The answer there; 0 before the first. */
  value: number;
}

/** Goes through the schedules of a level: each is a parent with one more deviation. */
export class LevelCursor {
  /** Where it is. */
  readonly state: CursorState;

  /** Makes a cursor, at the first schedule or where another was. */
  constructor(state: CursorState) {
    this.state = state;
  }

  /** Moves to the next schedule; returns its parent, or `null` at the end of the level. */
  advance(): Parent | null {
    const { state } = this;
    for (; state.at < state.parents.length; state.at++, state.gap = 0) {
      const parent = state.parents[state.at] as Parent;
      for (; state.gap < parent.bounds.length; state.gap++, state.value = 0) {
        const value = this.#valueAfter(state.value, parent.cost);
        if (value >= (parent.bounds[state.gap] as number)) continue;
        state.value = value;
        return parent;
      }
    }
    return null;
  }

  /** Returns the answers of the schedule where it is. */
  values(): number[] {
    const { parents, at, gap, value } = this.state;
    const child = (parents[at] as Parent).values.slice();
    for (let i = 0; i < gap; i++) child.push(0);
    child.push(value);
    return child;
  }

  /** By delays, there is one answer for each decision: what is missing to the level. */
  #valueAfter(value: number, cost: number): number {
    if (this.state.delays === 0) return value + 1;
    return value === 0 ? this.state.delays - cost : Infinity;
  }
}
