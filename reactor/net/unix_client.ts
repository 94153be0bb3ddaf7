/**
 * The client's end of a UNIX connection.
 *
 * @module
 */

import { BadFileError } from "../errors.ts";
import { UNIXAddress } from "./address.ts";
import { BaseClient } from "./base_client.ts";
import { getConnectError } from "./connect_errors.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import type { UNIXConnector } from "./unix_connector.ts";

/**
 * One attempt of a connector to reach a path and, if it succeeds, the transport of the protocol.
 *
 * Twisted: `Client` (`internet/unix.py`, 24.7), which is one of TCP, too.
 */
export class UNIXClient extends BaseClient {
  readonly #path: string;
  readonly #isServed: () => boolean;

  /**
   * Makes an attempt that begins in the next pass.
   *
   * @param tcp What it belongs to.
   * @param connector Who is told how it ends.
   * @param isServed Tells whether to go on.
   */
  constructor(tcp: ReactorTCP, connector: UNIXConnector, isServed: () => boolean) {
    super(tcp, connector);
    this.#path = connector.address;
    this.#isServed = isServed;
  }

  /** What was connected to, as it was asked. */
  protected override get destination(): string {
    return this.#path;
  }

  /** Returns the path of this end, which has none. */
  override getHost(): UNIXAddress {
    const { localAddress: local } = this.connectedHandle;
    return new UNIXAddress(local !== null && "path" in local ? local.path : null);
  }

  /** Returns the path of the port. */
  override getPeer(): UNIXAddress {
    return new UNIXAddress(this.#path);
  }

  /** Returns the destination, for people. */
  override toString(): string {
    return `<UNIXClient to ${this.#path}>`;
  }

  /** Opens the handle, if somebody serves the path. */
  protected override begin(): void {
    let isServed: boolean;
    try {
      isServed = this.#isServed();
    } catch (error) {
      return this.failIfNotConnected(getConnectError(error));
    }
    if (isServed) return this.open({ transport: "unix", path: this.#path });
    const message = `Cannot connect to ${this.#path}: its lock is held by no process`;
    this.failIfNotConnected(new BadFileError(message));
  }
}
