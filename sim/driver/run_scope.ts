/**
 * What holds in the process while a simulation takes turns.
 *
 * @module
 */

import { ErrorLedger } from "../../poller/mod.ts";
import { type Ambient, setAmbient } from "../globals/deno_ambient.ts";
import type { DriveScope } from "./deno_drain.ts";
import type { Failures } from "./failures.ts";
import type { PendingResults } from "./pending_results.ts";

/** A run's own globals, and its ledger of errors that may still be handled. */
export class RunScope implements DriveScope {
  readonly #failures: Failures;
  readonly #ambient: Ambient | null;
  readonly #pending: PendingResults | null;
  readonly #ledger = new ErrorLedger();

  /**
   * Made for one run, outside of it.
   *
   * @param failures Where errors go that nobody handled.
   * @param ambient What answers for the globals; `null` leaves them alone.
   * @param pending What watches Deferreds; `null` if nothing does.
   */
  constructor(failures: Failures, ambient: Ambient | null, pending: PendingResults | null) {
    this.#failures = failures;
    this.#pending = pending;
    this.#ambient = ambient;
    this.#ledger.suspend();
  }

  /** Called before turns. */
  enter(): void {
    this.#ledger.resume();
    this.#pending?.enter();
    setAmbient(this.#ambient);
  }

  /** Called after turns. */
  leave(): void {
    setAmbient(null);
    this.#pending?.leave();
    this.#ledger.suspend();
  }

  /** Ends the run: errors that nobody handled are its failures from now on. */
  end(): void {
    this.#failures.noteUnhandled(this.#ledger.take());
    this.#ledger[Symbol.dispose]();
  }
}
