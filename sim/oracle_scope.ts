/**
 * What an oracle says that it looks at.
 *
 * @module
 */

import { SimCell } from "./cell.ts";
import type { SimulatedProcess } from "./simulation_options.ts";
import { hostThing, nameOwner, type TurnLog } from "./turn_log.ts";

/** What an oracle looks at. */
export interface OracleOptions {
  /**
   * The hosts, processes and cells whose state the oracle's answer depends on: what their programs have in
   * memory, and the values of cells. It must look at nothing else: not at the clock, nor at what is under way in the
   * network; of a host it looks at the host's own program, and not at further processes on it.
   *
   * The strategy `dpor` needs it to reduce anything: without it an oracle looks at everything after each turn,
   * so that no two turns can be swapped. With it only those turns depend on each other that touch what
   * is named here. An audit tries whether an oracle looks at more.
   *
   * @default {everything}
   */
  readonly of?: readonly (SimulatedProcess | SimCell<unknown>)[];
}

/** Says which turns an oracle sees, and notices when it sees more. */
export class OracleScope {
  readonly #id: string;
  readonly #log: TurnLog;
  /** What it looks at. */
  readonly #things: readonly number[];
  /** How many turns have touched that. */
  #seen = 0;

  /** Made with an oracle of a run whose turns are noted. */
  constructor(id: string, log: TurnLog, of: NonNullable<OracleOptions["of"]>) {
    this.#id = id;
    this.#log = log;
    this.#things = of.map((one) =>
      log.things.numberOf(one instanceof SimCell ? one.thing : hostThing(one.name))
    );
    // Whether it has seen the turns before depends on the one in which it is made.
    log.touchAll();
  }

  /**
   * A turn has ended. Turns that it sees depend on each other, as their order decides what it sees after
   * each; also once it has seen enough, as in another order it might not have.
   */
  turnEnded(): void {
    if (!this.#log.hasChanged(this.#things)) return;
    this.#seen++;
    this.#log.write(`oracle of ${this.#things}`);
  }

  /** Returns a condition that answers as another, and takes note if that looks at something else. */
  watch<T>(condition: () => T): () => T {
    let last: unknown;
    let lastSeen = -1;
    const note = (answer: unknown) => {
      if (lastSeen === this.#seen && answer !== last) this.#noteLie();
      last = answer;
      lastSeen = this.#seen;
    };
    return () => {
      const { isQuiet } = this.#log;
      this.#log.isQuiet = true;
      let seen: unknown = "thrown";
      try {
        const answer = condition();
        seen = answer !== false;
        return answer;
      } finally {
        this.#log.isQuiet = isQuiet;
        note(seen);
      }
    };
  }

  #noteLie(): void {
    const turn = this.#log.turns.at(-1);
    const after = turn === undefined ? "" : ` after a turn of ${nameOwner(turn.owner)}`;
    this.#log.noteLeak(
      `oracle ${this.#id} looks at more than it says: its answer has changed${after}`,
    );
  }
}
