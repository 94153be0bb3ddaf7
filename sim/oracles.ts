/**
 * What judges a run: conditions that are looked at after every turn and at the end.
 *
 * @module
 */

import type { SimulationFailure } from "./errors.ts";
import type { Failures } from "./driver/failures.ts";
import { type OracleOptions, OracleScope } from "./oracle_scope.ts";
import type { Sightings } from "./sightings.ts";
import type { TurnLog } from "./turn_log.ts";
import { addSecondsUp, type VirtualTime } from "./virtual_time.ts";

/** A condition. One that throws does not hold. */
export type Condition = () => boolean | void;

/** By when something has to happen. */
export interface Within extends OracleOptions {
  /**
   * After how many seconds it is too late.
   *
   * @default {the run's end}
   */
  readonly within?: number;
}

/** One oracle. */
interface Oracle {
  /** Whether it says what it looks at. */
  readonly isScoped: boolean;
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
  /** What those look at that say so, if somebody notes what turns touch. */
  readonly #scopes: OracleScope[] = [];
  /** The turn of the last progress. */
  #progress = 0;

  /** Made by the simulation. */
  constructor(parts: OracleParts) {
    this.#parts = parts;
  }

  /** Looks at the world after a turn; the first oracle that finds something ends the run. */
  check(): void {
    const { log } = this.#parts.time;
    if (log !== null) this.#noteLooks(log);
    for (let i = 0; i < this.#all.length;) {
      if (this.#parts.failures.hasFailed) return;
      const oracle = this.#all[i];
      oracle?.afterTurn();
      // One that was kept has gone.
      if (oracle === this.#all[i]) i++;
    }
  }

  /** Notes that turns depend on each other as oracles look at what they have done. */
  #noteLooks(log: TurnLog): void {
    // One that does not say what it looks at may look at the whole world: no two turns can be swapped.
    if (this.#all.some(({ isScoped }) => !isScoped)) log.touchAll();
    for (const scope of this.#scopes) scope.turnEnded();
  }

  /** Looks at the world at the end of a run. */
  end(): void {
    for (const oracle of this.#all) {
      if (this.#parts.failures.hasFailed) return;
      oracle.atEnd?.();
    }
  }

  /** Adds a condition that holds after every turn. */
  always(id: string, holds: Condition, options: OracleOptions): void {
    const what = `Invariant ${id} does not hold`;
    const [watched] = this.#watch(id, options, holds);
    this.#all.push({
      isScoped: options.of !== undefined,
      afterTurn: () => {
        if (!this.#holds("always", what, watched)) this.#fail("always", what);
      },
    });
  }

  /** Adds a condition that holds after no turn. */
  never(id: string, happens: () => boolean, options: OracleOptions): void {
    const [watched] = this.#watch(id, options, happens);
    this.#all.push({
      isScoped: options.of !== undefined,
      afterTurn: () => {
        const what = `Cannot judge whether ${id} happens`;
        if (this.#holds("never", what, watched)) this.#fail("never", `${id} happened`);
      },
    });
  }

  /** Adds a condition that holds in some run. */
  sometimes(id: string, happens: () => boolean, options: OracleOptions): void {
    const { sightings } = this.#parts;
    sightings?.expect(id);
    let isSeen = false;
    const [watched] = this.#watch(id, options, happens);
    this.#all.push({
      isScoped: options.of !== undefined,
      afterTurn: () => {
        if (isSeen || !hasHappened(() => Boolean(watched()))) return;
        isSeen = true;
        sightings?.see(id);
      },
    });
  }

  /** Adds a condition that holds at some time. */
  eventually(id: string, holds: Condition, options: Within): void {
    const [watched] = this.#watch(id, options, holds);
    this.#promise("eventually", `${id} did not happen`, watched, options);
  }

  /** Adds: whenever the first begins to hold, the second holds then or later. */
  leadsTo(id: string, cause: () => boolean, effect: Condition, options: Within): void {
    const what = `${id}: what it leads to did not happen`;
    let held = false;
    let isOpen = false;
    const [causes, happens] = this.#watch(id, options, cause, effect);
    this.#all.push({
      isScoped: options.of !== undefined,
      afterTurn: () => {
        const holds = this.#holds("leadsTo", `Cannot judge whether ${id} begins`, causes);
        const begins = holds && !held;
        held = holds;
        if (!begins || isOpen) return;
        isOpen = true;
        const close = () => void (isOpen = false);
        this.#promise("leadsTo", what, happens, options, close).afterTurn();
      },
    });
  }

  /** Adds: {@linkcode Oracles.progress} is called every so many turns. */
  livelock(turns: number): void {
    this.#progress = this.#parts.turn();
    this.#all.push({
      isScoped: false,
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
      isScoped: false,
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
    { within, of }: Within,
    onKept: () => void = () => {},
  ): Oracle {
    const { time, failures } = this.#parts;
    let isKept = false;
    const oracle: Oracle = {
      isScoped: of !== undefined,
      afterTurn: () => {
        if (isKept || !hasHappened(holds)) return;
        isKept = true;
        this.#all.splice(this.#all.indexOf(oracle), 1);
        if (timer !== null) time.withdraw(timer);
        onKept();
      },
      atEnd: () => {
        if (within === undefined && !hasHappened(holds)) failures.failWorld(kind, what);
      },
    };
    const timer = within === undefined
      ? null
      : time.schedule(addSecondsUp(time.now, within), () => {
        if (!isKept && !hasHappened(holds)) {
          failures.failWorld(kind, `${what} within ${within} s`);
        }
      });
    this.#all.push(oracle);
    return oracle;
  }

  /** Has conditions tell what they look at, if they say so and somebody notes what turns touch. */
  #watch<T extends (() => unknown)[]>(id: string, { of }: OracleOptions, ...conditions: T): T {
    const { log } = this.#parts.time;
    if (of === undefined || log === null) return conditions;
    const scope = new OracleScope(id, log, of);
    this.#scopes.push(scope);
    return conditions.map((condition) => scope.watch(condition)) as T;
  }

  /** Whether a condition holds; what it throws fails the run. */
  #holds(kind: SimulationFailure, what: string, condition: Condition): boolean {
    try {
      return condition() !== false;
    } catch (error) {
      this.#fail(kind, what, error);
      return kind === "always";
    }
  }

  #fail(kind: SimulationFailure, what: string, cause?: unknown): void {
    this.#parts.failures.fail(kind, what, cause);
  }
}

/** Whether something has happened: what has to happen in the end may throw until then. */
function hasHappened(condition: Condition): boolean {
  try {
    return condition() !== false;
  } catch {
    return false;
  }
}
