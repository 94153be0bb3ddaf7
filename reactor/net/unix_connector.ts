/**
 * The client's hold on a UNIX connection.
 *
 * @module
 */

import type { FilesystemLock } from "../deferred/deno_file_lock.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectUNIXOptions } from "../interfaces/reactor_unix.ts";
import { UNIXAddress } from "./address.ts";
import { BaseConnector } from "./base_connector.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { UNIXClient } from "./unix_client.ts";
import { isLocked, lockOf } from "./unix_lock.ts";

/**
 * Connects to a path, and connects again when told to. Made by `reactor.connectUNIX`.
 *
 * Twisted: `Connector` (`internet/unix.py`, 24.7).
 */
export class UNIXConnector extends BaseConnector {
  /** The path. */
  readonly address: string;
  /** The lock of the port; `null` if nobody looks for it. */
  readonly #lock: FilesystemLock | null;

  /**
   * Makes a connector that is disconnected.
   *
   * @param tcp What it belongs to.
   * @param address The path.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out, and whether to look for the lock.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   */
  constructor(
    tcp: ReactorTCP,
    address: string,
    factory: IClientFactory,
    options: ConnectUNIXOptions = {},
  ) {
    super(tcp, factory, options.timeout);
    this.address = address;
    this.#lock = lockOf(address, options.checkPID);
  }

  /** Returns the path. */
  override getDestination(): UNIXAddress {
    return new UNIXAddress(this.address);
  }

  /** Makes an attempt. */
  protected override makeTransport(): UNIXClient {
    const lock = this.#lock;
    return new UNIXClient(this.tcp, this, () => lock === null || isLocked(lock));
  }

  /** The path. */
  protected override get place(): string {
    return this.address;
  }
}
