/**
 * The end of patience.
 *
 * @module
 */

import type { IDelayedCall } from "../../interfaces/delayed_call.ts";
import type { IReactorTime } from "../../interfaces/reactor_time.ts";

/** What policies need of a reactor. */
export type PolicyClock = Pick<IReactorTime, "callLater">;

/**
 * Calls a function when nothing has happened for some time.
 *
 * Twisted: `TimeoutMixin` (`protocols/policies.py`, 24.7). Differs from Twisted: a protocol has it
 * as a member, and does not inherit it; the clock, which `callLater` is overridden for there, and
 * what `timeoutConnection` does are given to the constructor.
 *
 * @example A protocol that closes when nothing has come for a minute
 * ```ts
 * import { ConnectionTimeout, Protocol, StringTransport } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * class Impatient extends Protocol {
 *   readonly #timeout = new ConnectionTimeout(clock, () => this.transport.loseConnection());
 *   override connectionMade(): void {
 *     this.#timeout.setTimeout(60);
 *   }
 *   override dataReceived(): void {
 *     this.#timeout.resetTimeout();
 *   }
 *   override connectionLost(): void {
 *     this.#timeout.setTimeout(null);
 *   }
 * }
 * const transport = new StringTransport();
 * new Impatient().makeConnection(transport);
 * clock.advance(60);
 * assertEquals(transport.disconnecting, true);
 * ```
 */
export class ConnectionTimeout {
  readonly #clock: PolicyClock;
  readonly #onTimeout: () => void;
  #period: number | null = null;
  /** The end of the period; `null` if there is none, or it has come. */
  #call: IDelayedCall | null = null;

  /**
   * Makes a time-out that is not set.
   *
   * @param clock Waits; a reactor is one.
   * @param onTimeout Called when the period is over, once for each time it is set.
   */
  constructor(clock: PolicyClock, onTimeout: () => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  /** The call that waits; `null` if none does. */
  get call(): IDelayedCall | null {
    return this.#call?.active() ? this.#call : null;
  }

  /**
   * Begins a period, in place of the one that runs.
   *
   * @param period How long it is, in seconds; `null` for none.
   * @returns How long the one before was, or `null`.
   * @throws {RangeError} If it is negative or `NaN`.
   */
  setTimeout(period: number | null): number | null {
    if (period !== null && !(period >= 0)) {
      throw new RangeError(`Cannot set a time-out: period is ${period}`);
    }
    const previous = this.#period;
    this.#period = period;
    const call = this.#call;
    if (period !== null && call?.active()) {
      call.reset(period);
    } else {
      this.#call = null;
      if (call?.active()) call.cancel();
      if (period !== null) this.#start(period);
    }
    return previous;
  }

  /** Begins the period that runs anew; does nothing if none does. */
  resetTimeout(): void {
    if (this.#period !== null && this.#call?.active()) this.#call.reset(this.#period);
  }

  #start(period: number): void {
    this.#call = this.#clock.callLater(period, () => {
      this.#call = null;
      this.#onTimeout();
    });
  }
}
