/**
 * What every transport of a reactor shares.
 *
 * @module
 */

import type { Platform } from "../../poller/platform.ts";
import type { IReactorFDSet } from "../interfaces/reactor_fdset.ts";
import type { IReactorFromThreads } from "../interfaces/reactor_from_threads.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import type { LogObserver } from "../log.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionLost } from "../errors.ts";
import { ReceiveSlab } from "./receive_slab.ts";

/** What transports stand on: readiness, time, calls from elsewhere, and a world to open handles in. */
export interface TransportReactor extends IReactorTime, IReactorFDSet, IReactorFromThreads {
  /** What opens the handles that the reactor watches. */
  readonly platform: Platform;
}

/** A port or connection that a reactor may end. */
export interface LosableTransport {
  /** Ends it; a second call is ignored. */
  connectionLost(reason: Failure): void;
  /** Returns what to call it in the log. */
  logPrefix(): string;
}

/** The reactor, its log, and where received bytes go. */
export class TransportSite {
  /** What watches the handles and keeps the time. */
  readonly reactor: TransportReactor;
  /** Where received bytes are copied to; shared by all connections of the reactor. */
  readonly slab: ReceiveSlab = new ReceiveSlab();
  /** The ports and connections that have a handle, oldest first. */
  readonly transports: Set<LosableTransport> = new Set();
  readonly #log: LogObserver;

  /**
   * Makes what the transports of a reactor share.
   *
   * @param reactor The reactor.
   * @param log Takes what the transports have to tell, and the errors of protocols and factories.
   */
  constructor(reactor: TransportReactor, log: LogObserver) {
    this.reactor = reactor;
    this.#log = log;
  }

  /**
   * Logs what a protocol or factory has thrown.
   *
   * @param message Where it came from, as a phrase.
   * @param error What was thrown.
   * @param system The log prefix of the port or transport.
   */
  logError(message: string, error: unknown, system: string): void {
    this.#log({ level: "error", message, error, system });
  }

  /**
   * Ends all transports, also those that the reactor does not watch because they are paused. An
   * error of one is logged and the rest are told.
   */
  disconnectAll(): void {
    for (const transport of [...this.transports]) {
      const system = transport.logPrefix();
      try {
        transport.connectionLost(new Failure(new ConnectionLost()));
      } catch (error) {
        this.logError("Exception in connectionLost", error, system);
      }
    }
  }

  /**
   * Logs that something happened, as it should.
   *
   * @param message What, as a phrase.
   * @param system The log prefix of what it happened to.
   */
  logInfo(message: string, system: string): void {
    this.#log({ level: "info", message, system });
  }
}
