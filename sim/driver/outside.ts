/**
 * Main functions that wait for the real world.
 *
 * A run that cannot go on may have a main function that awaits something which the simulation does not
 * know: an import, a digest, a timer of another module. While the driver holds the thread that never
 * settles. So before such a run is called a deadlock, the real world gets a moment.
 *
 * @module
 */

import { captureStack } from "../../poller/stack.ts";
import { Causes } from "../causes.ts";
import { goRound } from "./deno_drain.ts";
import { DeadlockError, SimulationError, type SimulationPlace } from "../errors.ts";
import { programFrame } from "../stack.ts";
import type { VirtualTime } from "../virtual_time.ts";

/** How many seconds of real time the main function gets. */
const GRACE_SECONDS = 0.05;

/** Takes note of where the program first does something to the world. */
class FirstTouch extends Causes {
  stack: string | undefined;

  override add(name: number, parent: number): void {
    super.add(name, parent);
    this.stack ??= captureStack();
  }
}

/** A run that cannot go on though its main function waits. */
export class StandStill {
  readonly #time: VirtualTime;
  readonly #place: SimulationPlace;
  readonly #causes: Causes | null;
  readonly #touch = new FirstTouch();

  /** Begins to watch whether the main function goes on all the same. */
  constructor(time: VirtualTime, place: SimulationPlace) {
    this.#time = time;
    this.#place = { ...place, host: null, event: null };
    this.#causes = time.causes;
    time.causes = this.#touch;
  }

  /**
   * Finds out why it waits, and ceases to watch.
   *
   * @param hasSettled Whether the main function has settled meanwhile.
   * @param waiting Who waits for what, a line each.
   */
  async explain(hasSettled: () => boolean, waiting: readonly string[]): Promise<Error> {
    const isOutside = () => hasSettled() || this.#touch.stack !== undefined;
    const wentOn = await goRound(isOutside, GRACE_SECONDS);
    this.#time.causes = this.#causes;
    if (!wentOn) return new DeadlockError(this.#time.now, waiting);
    const line = programFrame(this.#touch.stack);
    const where = line === null ? "" : `; it went on before ${line}`;
    const what = `Cannot await something outside of the simulation in it${where}`;
    return new SimulationError("outside", what, this.#place);
  }
}
