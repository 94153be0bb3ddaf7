/**
 * Limits on how much all connections of a factory do together.
 *
 * @module
 */

import type { IAddress } from "../../interfaces/address.ts";
import type { IDelayedCall } from "../../interfaces/delayed_call.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import type { IProtocolFactory } from "../../interfaces/protocol_factory.ts";
import type { PolicyClock } from "./connection_timeout.ts";
import type { ProtocolWrapper } from "./protocol_wrapper.ts";
import { type ByteCounter, ThrottlingProtocol } from "./throttling_protocol.ts";
import { WrappingFactory } from "./wrapping_factory.ts";

/** What a {@linkcode ThrottlingFactory} limits; by default nothing. */
export interface ThrottlingLimits {
  /**
   * How many connections there may be; more are refused.
   *
   * @default {Infinity}
   */
  readonly maxConnectionCount?: number;
  /**
   * How much may be received, in bytes a second; `null` for no limit.
   *
   * @default {null}
   */
  readonly readLimit?: number | null;
  /**
   * How much may be sent, in bytes a second; `null` for no limit.
   *
   * @default {null}
   */
  readonly writeLimit?: number | null;
}

/**
 * Limits how many connections there are and how much goes through all of them together.
 *
 * Once a second it looks at what was counted. If that is over a limit, reading is paused, or the producers are,
 * for as long as it takes to make up for the excess.
 *
 * Twisted: `ThrottlingFactory` (`protocols/policies.py`, 24.7). Differs from Twisted: it is given a
 * clock and its limits in one object; a connection that is made while others are held up is held up, too.
 */
export class ThrottlingFactory extends WrappingFactory implements ByteCounter {
  /** How many connections there are. */
  connectionCount = 0;
  readonly #maxConnectionCount: number;
  readonly #reads: Throttle;
  readonly #writes: Throttle;

  /**
   * Makes a factory.
   *
   * @param wrappedFactory The factory of the protocols.
   * @param clock Looks once a second; a reactor is one.
   * @param limits What to limit.
   */
  constructor(wrappedFactory: IProtocolFactory, clock: PolicyClock, limits: ThrottlingLimits = {}) {
    super(wrappedFactory);
    this.#maxConnectionCount = limits.maxConnectionCount ?? Infinity;
    this.#reads = new Throttle(clock, limits.readLimit ?? null, (isHeld) => {
      for (const protocol of this.#throttled()) {
        if (isHeld) protocol.throttleReads();
        else protocol.unthrottleReads();
      }
    });
    this.#writes = new Throttle(clock, limits.writeLimit ?? null, (isHeld) => {
      for (const protocol of this.#throttled()) {
        if (isHeld) protocol.throttleWrites();
        else protocol.unthrottleWrites();
      }
    });
  }

  /** See {@linkcode ByteCounter.registerWritten}. */
  registerWritten(length: number): void {
    this.#writes.count += length;
  }

  /** See {@linkcode ByteCounter.registerRead}. */
  registerRead(length: number): void {
    this.#reads.count += length;
  }

  /**
   * Wraps what the wrapped factory makes, if there are not too many.
   *
   * @param address The address of the other end.
   * @returns The wrapper, or `null` to refuse the connection.
   */
  override buildProtocol(address: IAddress): ProtocolWrapper | null {
    if (this.connectionCount >= this.#maxConnectionCount) return null;
    const protocol = super.buildProtocol(address);
    if (protocol === null) return null;
    if (this.connectionCount++ === 0) {
      this.#reads.start();
      this.#writes.start();
    }
    return protocol;
  }

  /** Wraps a protocol so that it is counted. */
  override wrap(protocol: IProtocol): ThrottlingProtocol {
    return new ThrottlingProtocol(this, protocol);
  }

  /**
   * Remembers a wrapper, and holds it up if the others are.
   *
   * @param protocol The wrapper.
   */
  override registerProtocol(protocol: ProtocolWrapper): void {
    super.registerProtocol(protocol);
    if (!(protocol instanceof ThrottlingProtocol)) return;
    if (this.#reads.isHeld) protocol.throttleReads();
    if (this.#writes.isHeld) protocol.throttleWrites();
  }

  /**
   * Forgets a wrapper; after the last one nothing is looked at any more.
   *
   * @param protocol The wrapper.
   */
  override unregisterProtocol(protocol: ProtocolWrapper): void {
    super.unregisterProtocol(protocol);
    if (--this.connectionCount > 0) return;
    this.#reads.stop();
    this.#writes.stop();
  }

  #throttled(): ThrottlingProtocol[] {
    return [...this.protocols].filter((protocol) => protocol instanceof ThrottlingProtocol);
  }
}

/** Looks at a count once a second and holds for as long as it was too high. */
class Throttle {
  /** What was counted since the last look. */
  count = 0;
  /** Whether it holds. */
  isHeld = false;
  readonly #clock: PolicyClock;
  readonly #limit: number | null;
  readonly #hold: (isHeld: boolean) => void;
  #look: IDelayedCall | null = null;
  #release: IDelayedCall | null = null;

  constructor(clock: PolicyClock, limit: number | null, hold: (isHeld: boolean) => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#hold = hold;
  }

  start(): void {
    if (this.#limit === null) return;
    this.count = 0;
    this.#look = this.#clock.callLater(1, () => this.#check(this.#limit as number));
  }

  stop(): void {
    if (this.#look?.active()) this.#look.cancel();
    if (this.#release?.active()) this.#release.cancel();
    this.#look = null;
    this.#release = null;
    this.isHeld = false;
  }

  #check(limit: number): void {
    const { count } = this;
    // First, as what is held up may end the last connection in answer, and with it all of this.
    this.count = 0;
    this.#look = this.#clock.callLater(1, () => this.#check(limit));
    if (count > limit) {
      const excess = count / limit - 1;
      if (this.#release?.active()) this.#release.cancel();
      this.isHeld = true;
      this.#release = this.#clock.callLater(excess, () => {
        this.isHeld = false;
        this.#hold(false);
      });
      this.#hold(true);
    }
  }
}
