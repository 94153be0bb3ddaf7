/**
 * What a client asks for addresses.
 *
 * @module
 */

import type { AddressFamily, Family } from "../../poller/address_family.ts";

/** An address to connect to: its family, and the literal and the port. */
export type AddressInfo = readonly [
  family: Family,
  address: readonly [host: string, port: number],
];

/**
 * Finds the addresses of a host. The resolvers of `@twinloop/twinloop/resolver` are such.
 *
 * Tornado: the part of `Resolver` (`netutil.py`, 4.5.3) that `TCPClient` uses.
 */
export interface AddressResolver {
  /**
   * Finds the addresses of a host.
   *
   * @param host A name or a literal.
   * @param port The port to put into the addresses.
   * @param family Which addresses.
   * @returns The addresses, the best first; rejects if there are none.
   */
  resolve(
    host: string,
    port: number,
    family: AddressFamily,
  ): PromiseLike<readonly AddressInfo[]>;
}
