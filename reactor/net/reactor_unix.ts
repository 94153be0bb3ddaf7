/**
 * UNIX streams for any reactor.
 *
 * @module
 */

import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type {
  ConnectUNIXOptions,
  IReactorUNIX,
  ListenUNIXOptions,
} from "../interfaces/reactor_unix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { UNIXConnector } from "./unix_connector.ts";
import { UNIXPort } from "./unix_port.ts";

/**
 * The UNIX side of a reactor; its connections are as those of TCP.
 *
 * Twisted: `PosixReactorBase.listenUNIX` and `connectUNIX` (`internet/posixbase.py`, 24.7).
 */
export class ReactorUNIX implements IReactorUNIX {
  readonly #tcp: ReactorTCP;

  /**
   * Makes the UNIX side of a reactor.
   *
   * @param tcp What its connections share.
   */
  constructor(tcp: ReactorTCP) {
    this.#tcp = tcp;
  }

  /**
   * Listens on a path; see {@linkcode IReactorUNIX.listenUNIX}.
   *
   * @param address The path.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog, the mode of the file, and whether to hold a lock.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the path cannot be listened on, or its lock is held.
   */
  listenUNIX(
    address: string,
    factory: IProtocolFactory,
    options: ListenUNIXOptions = {},
  ): UNIXPort {
    const listening = new UNIXPort(this.#tcp, address, factory, options);
    listening.startListening();
    return listening;
  }

  /**
   * Begins to connect; see {@linkcode IReactorUNIX.connectUNIX}.
   *
   * @param address The path.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out, and whether to look for the lock.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   */
  connectUNIX(
    address: string,
    factory: IClientFactory,
    options: ConnectUNIXOptions = {},
  ): UNIXConnector {
    const connector = new UNIXConnector(this.#tcp, address, factory, options);
    connector.connect();
    return connector;
  }
}
