/**
 * A reactor on which nothing works.
 *
 * @module
 */

import type { MemoryConnector } from "./memory_connector.ts";
import { MemoryReactor } from "./memory_reactor.ts";

/**
 * A {@linkcode MemoryReactor} that cannot listen, and whose attempts fail.
 *
 * Twisted: `RaisingMemoryReactor` (`internet/testing.py`, 24.7). Differs from Twisted: an attempt
 * fails later, through its factory, as on a reactor, not by an exception.
 */
export class RaisingMemoryReactor extends MemoryReactor {
  readonly #listenError: Error;
  readonly #connectError: Error;

  /**
   * Makes a reactor.
   *
   * @param listenError What listening throws.
   * @param connectError What attempts fail with.
   */
  constructor(listenError: Error, connectError: Error) {
    super();
    this.#listenError = listenError;
    this.#connectError = connectError;
  }

  /** Throws the error that the reactor was made with. */
  override listenTCP(): never {
    throw this.#listenError;
  }

  /** Throws the error that the reactor was made with. */
  override listenSSL(): never {
    throw this.#listenError;
  }

  /** Throws the error that the reactor was made with. */
  override listenUNIX(): never {
    throw this.#listenError;
  }

  /** Throws the error that the reactor was made with. */
  override listenUDP(): never {
    throw this.#listenError;
  }

  /** Throws the error that the reactor was made with. */
  override listenMulticast(): never {
    throw this.#listenError;
  }

  /** Throws the error that the reactor was made with. */
  override listenUNIXDatagram(): never {
    throw this.#listenError;
  }

  /** Begins an attempt that fails in the next pass. */
  override connectTCP(...given: Parameters<MemoryReactor["connectTCP"]>): MemoryConnector {
    return this.#failLater(super.connectTCP(...given));
  }

  /** Begins an attempt that fails in the next pass. */
  override connectSSL(...given: Parameters<MemoryReactor["connectSSL"]>): MemoryConnector {
    return this.#failLater(super.connectSSL(...given));
  }

  /** Begins an attempt that fails in the next pass. */
  override connectUNIX(...given: Parameters<MemoryReactor["connectUNIX"]>): MemoryConnector {
    return this.#failLater(super.connectUNIX(...given));
  }

  #failLater(connector: MemoryConnector): MemoryConnector {
    this.callLater(0, () => {
      if (connector.state === "connecting") connector.fail(this.#connectError);
    });
    return connector;
  }
}
