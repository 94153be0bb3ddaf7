/**
 * What judges a run: conditions that are looked at after every turn and at the end.
 *
 * @module
 */

import type { SimulationFailure } from "./errors.ts";
import type { Failures } from "./failures.ts";
import type { Sightings } from "./sightings.ts";
import { addSecondsUp, type VirtualTime } from "./virtual_time.ts";

/** A condition. One that throws does not hold. */
export type Condition = () => boolean | void;

/** By when something has to happen. */
export interface Within {
  /**
   * After how many seconds it is too late.
   *
   * @default {the run's end}
   */
  readonly within?: number;
}

/** One oracle. */
interface Oracle {
  /** Looks at the world after a turn. */
  afterTurn(): void;
  /** Looks at it at the end of a run that did not fail. */
  atEnd?(): void;
}

/** What of the world the oracles look at. */
export interface OracleParts {
  readonly time: VirtualTime;
  readonly failures: Failures;
  /** What others share; `null` if nobody asks what was seen. */
  readonly sightings: Sightings | null;
  /** The host that has waited for its turn the longest, and for how many of others. */
  longestWait(): { readonly host: string; readonly turns: number } | null;
  /** How many turns were taken. */
  turn(): number;
}

/** The oracles of a simulation, in the order in which they were added. */
export class Oracles {
  readonly #parts: OracleParts;
  readonly #all: Oracle[] = [];
  /** The turn of the last progress. */
  #progress = 0;

  /** Made by the simulation. */
  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  /** Looks at the world after a turn; the first oracle that finds something ends the run. */
  check(): void {
    // An oracle looks at the whole world after each turn: no two can be swapped.
    if (this.#all.length > 0) this.#parts.time.log?.touchAll();
    for (let i = 0; i < this.#all.length; i++) {
      if (this.#parts.failures.hasFailed) return;
      this.#all[i]?.afterTurn();
    }
  }

  /** Looks at the world at the end of a run. */
  end(): void {
    for (const oracle of this.#all) {
      if (this.#parts.failures.hasFailed) return;
      oracle.atEnd?.();
    }
  }

  /** Adds a condition that holds after every turn. */
  always(id: string, holds: Condition): void {
    const what = `Invariant ${id} does not hold`;
    this.#all.push({
      afterTurn: () => {
        if (!this.#holds("always", what, holds)) this.#fail("always", what);
      },
    });
  }

  /** Adds a condition that holds after no turn. */
  never(id: string, happens: () => boolean): void {
    this.#all.push({
      afterTurn: () => {
        const what = `Cannot judge whether ${id} happens`;
        if (this.#holds("never", what, happens)) this.#fail("never", `${id} happened`);
      },
    });
  }

  /** Adds a condition that holds in some run. */
  sometimes(id: string, happens: () => boolean): void {
    const { sightings } = this.#parts;
    sightings?.expect(id);
    let isSeen = false;
    this.#all.push({
      afterTurn: () => {
        if (isSeen || !happens()) return;
        isSeen = true;
        sightings?.see(id);
      },
    });
  }

  /** Adds a condition that holds at some time. */
  eventually(id: string, holds: Condition, { within }: Within): void {
    this.#promise("eventually", `${id} did not happen`, holds, within);
  }

  /** Adds: whenever the first begins to hold, the second holds then or later. */
  leadsTo(id: string, cause: () => boolean, effect: Condition, { within }: Within): void {
    const what = `${id}: what it leads to did not happen`;
    let held = false;
    let isOpen = false;
    this.#all.push({
      afterTurn: () => {
        const holds = cause();
        const begins = holds && !held;
        held = holds;
        if (!begins || isOpen) return;
        isOpen = true;
        const close = () => void (isOpen = false);
        this.#promise("leadsTo", what, effect, within, close).afterTurn();
      },
    });
  }

  /** Adds: {@linkcode Oracles.progress} is called every so many turns. */
  livelock(turns: number): void {
    this.#progress = this.#parts.turn();
    this.#all.push({
      afterTurn: () => {
        if (this.#parts.turn() - this.#progress <= turns) return;
        this.#fail("livelock", `${turns} turns passed without progress`);
      },
    });
  }

  /** Takes note of progress. */
  progress(): void {
    this.#progress = this.#parts.turn();
  }

  /** Adds: no host that can make a pass waits for it longer than so many turns of others. */
  starvation(turns: number): void {
    this.#all.push({
      afterTurn: () => {
        const waiting = this.#parts.longestWait();
        if (waiting === null || waiting.turns <= turns) return;
        this.#fail("starvation", `Host ${waiting.host} waits for its turn for ${turns} turns`);
      },
    });
  }

  /** Adds something that has to happen once; it goes away when it did. */
  #promise(
    kind: SimulationFailure,
    what: string,
    holds: Condition,
    within: number | undefined,
    onKept: () => void = () => {},
  ): Oracle {
    const { time } = this.#parts;
    let isKept = false;
    const oracle: Oracle = {
      afterTurn: () => {
        if (isKept || !this.#holds(kind, what, holds)) return;
        isKept = true;
        this.#all.splice(this.#all.indexOf(oracle), 1);
        if (timer !== null) time.cancel(timer);
        onKept();
      },
      atEnd: () => {
        if (within === undefined && !this.#holds(kind, what, holds)) this.#fail(kind, what);
      },
    };
    const timer = within === undefined
      ? null
      : time.schedule(addSecondsUp(time.now, within), () => {
        if (!isKept && !this.#holds(kind, what, holds)) {
          this.#fail(kind, `${what} within ${within} s`);
        }
      });
    this.#all.push(oracle);
    return oracle;
  }

  /** Whether a condition holds; what it throws is the failure's cause. */
  #holds(kind: SimulationFailure, what: string, condition: Condition): boolean {
    try {
      return condition() !== false;
    } catch (error) {
      // What has to happen in the end may throw until then.
      if (kind !== "eventually" && kind !== "leadsTo") this.#fail(kind, what, error);
      return kind === "always";
    }
  }

  #fail(kind: SimulationFailure, what: string, cause?: unknown): void {
    this.#parts.failures.fail(kind, what, cause);
  }
}
