/**
 * Connects to the first of several addresses that answers.
 *
 * @module
 */

import type { Family } from "../../poller/address_family.ts";
import { TimeoutError } from "../errors.ts";
import type { IOLoop } from "../io_loop.ts";
import type { Timeout } from "../timeout.ts";

/**
 * How long the first family has for itself, in seconds. RFC 6555 asks for 0.15 to 0.25; Tornado takes
 * 0.3 (`_INITIAL_CONNECT_TIMEOUT`).
 */
const FIRST_FAMILY = 0.3;

/** What a connector connects: a stream, or a test's stand-in. */
export interface Connectable {
  /** Gives up. */
  close(): void;
}

/** An address, with the family that it is of. */
export type Candidate<A> = readonly [family: Family, address: A];

/** An attempt to connect. */
export interface Attempt<S extends Connectable> {
  /** What connects. */
  readonly stream: S;
  /** Fulfilled when it is connected. */
  readonly connected: PromiseLike<unknown>;
}

/**
 * Tries addresses in turn: one attempt at a time for the family of the first address, and, from the
 * first failure or a third of a second on, one at a time for the other family beside it. The first
 * that succeeds wins.
 *
 * Tornado: `_Connector` (`tcpclient.py`, 4.5.3, with the time-out of 5.0): a simplified version of
 * "happy eyeballs" (RFC 6555).
 *
 * @typeParam A The type of an address.
 * @typeParam S The type of what is connected.
 */
export class Connector<A, S extends Connectable> {
  readonly #ioLoop: IOLoop;
  readonly #connect: (family: Family, address: A) => Attempt<S>;
  readonly #settled: PromiseWithResolvers<S> = Promise.withResolvers<S>();
  readonly #primary: IterableIterator<Candidate<A>>;
  readonly #secondary: IterableIterator<Candidate<A>>;
  /** What is being connected. */
  readonly #streams = new Set<S>();
  /** How many addresses have not failed. */
  #remaining: number;
  #isSettled = false;
  #lastError: unknown = null;
  /** Starts the other family; `null` when that was done or is not to be. */
  #familyTimer: Timeout | null = null;
  /** Ends everything. */
  #deadline: Timeout | null = null;

  /**
   * Makes a connector.
   *
   * @param ioLoop The loop whose timers it uses.
   * @param candidates The addresses, at least one.
   * @param connect Begins to connect to an address.
   */
  constructor(
    ioLoop: IOLoop,
    candidates: readonly Candidate<A>[],
    connect: (family: Family, address: A) => Attempt<S>,
  ) {
    this.#ioLoop = ioLoop;
    this.#connect = connect;
    this.#remaining = candidates.length;
    const [primary, secondary] = splitByFamily(candidates);
    this.#primary = primary.values();
    this.#secondary = secondary.values();
  }

  /**
   * Begins.
   *
   * @param deadline When to give up, on the loop's clock; `null` for never.
   * @param firstFamily How long the first family has for itself, in seconds.
   * @returns A promise for what was connected first. It rejects with the last error when all have
   * failed, and with `TimeoutError` when the time is over.
   */
  start(deadline: number | null = null, firstFamily: number = FIRST_FAMILY): Promise<S> {
    this.#familyTimer = this.#ioLoop.callLater(firstFamily, () => this.#startSecondary());
    if (deadline !== null) {
      this.#deadline = this.#ioLoop.callAt(deadline, () => this.#onDeadline());
    }
    this.#tryNext(this.#primary);
    return this.#settled.promise;
  }

  #tryNext(candidates: IterableIterator<Candidate<A>>): void {
    const next = candidates.next();
    if (next.done) {
      // The other family may still be at work.
      if (this.#remaining === 0) this.#settle(() => this.#settled.reject(this.#lastError));
      return;
    }
    const [family, address] = next.value;
    let attempt: Attempt<S>;
    try {
      attempt = this.#connect(family, address);
    } catch (error) {
      this.#onFailed(candidates, error);
      return;
    }
    const { stream, connected } = attempt;
    this.#streams.add(stream);
    connected.then(
      () => this.#onConnected(stream),
      (error: unknown) => {
        this.#streams.delete(stream);
        this.#onFailed(candidates, error);
      },
    );
  }

  #onConnected(stream: S): void {
    this.#remaining--;
    this.#streams.delete(stream);
    // One that comes too late was closed when the first came, and changes nothing.
    this.#settle(() => this.#settled.resolve(stream));
  }

  #onFailed(candidates: IterableIterator<Candidate<A>>, error: unknown): void {
    this.#remaining--;
    if (this.#isSettled) return;
    this.#lastError = error;
    this.#tryNext(candidates);
    // After the first failure there is no sense in waiting with the other family.
    if (this.#familyTimer !== null) this.#startSecondary();
  }

  #startSecondary(): void {
    if (this.#familyTimer !== null) this.#ioLoop.removeTimeout(this.#familyTimer);
    this.#familyTimer = null;
    if (!this.#isSettled) this.#tryNext(this.#secondary);
  }

  #onDeadline(): void {
    this.#deadline = null;
    const error = new TimeoutError("Cannot connect: time is up");
    this.#settle(() => this.#settled.reject(error));
  }

  /** Ends everything that is under way, and then the connector. */
  #settle(settle: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (this.#familyTimer !== null) this.#ioLoop.removeTimeout(this.#familyTimer);
    if (this.#deadline !== null) this.#ioLoop.removeTimeout(this.#deadline);
    this.#familyTimer = this.#deadline = null;
    for (const stream of this.#streams) stream.close();
    settle();
  }
}

/**
 * Splits addresses by family.
 *
 * @typeParam A The type of an address.
 * @param candidates The addresses.
 * @returns Those of the family of the first, and the others, each in order.
 */
export function splitByFamily<A>(
  candidates: readonly Candidate<A>[],
): readonly [primary: Candidate<A>[], secondary: Candidate<A>[]] {
  const first = candidates[0]?.[0];
  return [
    candidates.filter(([family]) => family === first),
    candidates.filter(([family]) => family !== first),
  ];
}
