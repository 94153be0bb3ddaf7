/**
 * A client that does not give up.
 *
 * @module
 */

import type { RandomSource } from "../../poller/random.ts";
import type { TimerCall, Timers } from "../deferred/chained.ts";
import type { Failure } from "../deferred/failure.ts";
import { NotConnectingError } from "../errors.ts";
import type { IConnector } from "../interfaces/connector.ts";
import { ClientFactory } from "./factory.ts";

/** Spreads the delays of clients that lost the same server: a tenth, roughly (Twisted's value). */
const JITTER = 0.11962656472;

/** The longest delay, in seconds: one hour (Twisted's value). */
const DELAY_MAX = 3_600;

/** What a reconnecting factory needs; every reactor has it. */
export interface ReconnectingClock extends Timers {
  /** Where the randomness of the delays comes from. */
  readonly platform: {
    /** The only source of randomness. */
    readonly random: RandomSource;
  };
}

/**
 * A factory that connects again when an attempt fails or a connection is lost, after a delay that
 * grows from attempt to attempt and is a little random, so that a thousand clients that lost
 * their server together do not come back together.
 *
 * Call {@linkcode ReconnectingClientFactory.resetDelay} once a connection has proved itself, in
 * `connectionMade` for example; otherwise the delays keep growing.
 *
 * Twisted: `ReconnectingClientFactory` (`internet/protocol.py`, 24.7).
 *
 * Differs from Twisted: it is made for a reactor, whose platform is the source of randomness, so
 * that a simulation repeats the very same delays; `stopTrying` also stops a first attempt; a
 * delay is never over {@linkcode ReconnectingClientFactory.maxDelay}.
 *
 * @example A client that comes back after a second or so
 * ```ts
 * import { PollReactor, Protocol, ReconnectingClientFactory } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * class Chat extends Protocol {
 *   override connectionMade(): void {
 *     (this.factory as ReconnectingClientFactory).resetDelay();
 *   }
 * }
 * const reactor = new PollReactor(new DenoPlatform());
 * const factory = ReconnectingClientFactory.forProtocol(Chat, reactor);
 * factory.maxRetries = 10;
 * assertEquals(factory.delay, 1);
 * ```
 */
export class ReconnectingClientFactory extends ClientFactory {
  /**
   * The longest delay, in seconds.
   *
   * @default {3600}
   */
  maxDelay: number = DELAY_MAX;
  /**
   * The delay that the first one grows from, in seconds.
   *
   * @default {1}
   */
  initialDelay = 1;
  /**
   * How a delay grows. It is applied before the first retry, too, which so waits 2.7 s.
   *
   * @default {Math.E}
   */
  factor: number = Math.E;
  /**
   * The standard deviation of a delay, as a share of it; 0 for none.
   *
   * @default {0.11962656472}
   */
  jitter: number = JITTER;
  /** The delay before the last retry, in seconds. */
  delay = 1;
  /** How often it was retried since the last {@linkcode ReconnectingClientFactory.resetDelay}. */
  retries = 0;
  /**
   * How often to retry; `null` for ever.
   *
   * @default {null}
   */
  maxRetries: number | null = null;
  /** Makes the delayed calls; a test may put a clock of its own here. */
  clock: Timers;
  /** What connects; `null` before the first attempt. */
  connector: IConnector | null = null;
  /** Whether to connect again: not after {@linkcode ReconnectingClientFactory.stopTrying}. */
  continueTrying = true;

  readonly #random: RandomSource;
  /** The retries that wait, one for each connector that uses the factory. */
  readonly #calls: Map<IConnector, TimerCall> = new Map();

  /**
   * Makes a factory.
   *
   * @param reactor The reactor to connect with.
   */
  constructor(reactor: ReconnectingClock) {
    super();
    this.clock = reactor;
    this.#random = reactor.platform.random;
  }

  /**
   * Remembers what connects.
   *
   * @param connector The connector.
   */
  override startedConnecting(connector: IConnector): void {
    this.connector = connector;
  }

  /**
   * Retries.
   *
   * @param connector What failed.
   * @param _reason Why.
   */
  override clientConnectionFailed(connector: IConnector, _reason: Failure): void {
    this.retry(connector);
  }

  /**
   * Retries.
   *
   * @param connector What lost its connection.
   * @param _reason Why.
   */
  override clientConnectionLost(connector: IConnector, _reason: Failure): void {
    this.retry(connector);
  }

  /**
   * Has the connector connect again after a delay, in place of a retry of it that waits; does nothing
   * after {@linkcode ReconnectingClientFactory.stopTrying} and `maxRetries` retries.
   *
   * @param connector What is to connect; by default, what did so last.
   * @throws {TypeError} If nothing ever connected and no connector is given.
   */
  retry(connector: IConnector | null = this.connector): void {
    if (!this.continueTrying) return;
    if (connector === null) throw new TypeError("Cannot retry: there is no connector");
    this.connector = connector;
    if (this.maxRetries !== null && this.retries >= this.maxRetries) return;
    this.retries++;
    const delay = Math.min(this.delay * this.factor, this.maxDelay);
    this.delay = Math.min(Math.max(0, delay * (1 + this.jitter * this.#normal())), this.maxDelay);
    this.#calls.get(connector)?.cancel();
    const call = this.clock.callLater(this.delay, () => {
      this.#calls.delete(connector);
      connector.connect();
    });
    this.#calls.set(connector, call);
  }

  /** Connects no more: takes back the retries that wait, and stops an attempt under way. */
  stopTrying(): void {
    this.continueTrying = false;
    for (const call of this.#calls.values()) call.cancel();
    this.#calls.clear();
    try {
      this.connector?.stopConnecting();
    } catch (error) {
      if (!(error instanceof NotConnectingError)) throw error;
    }
  }

  /**
   * Begins anew: the next delay is the first one, and stopping is forgotten. A retry that waits is made
   * when it was to be.
   */
  resetDelay(): void {
    this.delay = this.initialDelay;
    this.retries = 0;
    this.continueTrying = true;
  }

  /** A number of the standard normal distribution (Box and Muller). */
  #normal(): number {
    if (this.jitter === 0) return 0;
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.next()));
    return radius * Math.cos(2 * Math.PI * this.#random.next());
  }
}
