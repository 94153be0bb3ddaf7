/**
 * A reactor on which nothing works.
 *
 * @module
 */

import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { MemoryConnector } from "./memory_connector.ts";
import type { MemoryPort } from "./memory_port.ts";
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
   * @param listenError What `listenTCP` throws.
   * @param connectError What attempts fail with.
   */
  constructor(listenError: Error, connectError: Error) {
    super();
    this.#listenError = listenError;
    this.#connectError = connectError;
  }

  /** Throws the error that the reactor was made with. */
  override listenTCP(): MemoryPort {
    throw this.#listenError;
  }

  /** Begins an attempt that fails in the next pass. */
  override connectTCP(host: string, port: number, factory: IClientFactory): MemoryConnector {
    const connector = super.connectTCP(host, port, factory);
    this.callLater(0, () => {
      if (connector.state === "connecting") connector.fail(this.#connectError);
    });
    return connector;
  }
}
