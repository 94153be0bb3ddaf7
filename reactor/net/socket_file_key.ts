/**
 * UNIX addresses, compared by their files.
 *
 * @module
 */

import type { Network } from "../../poller/network.ts";
import type { UNIXAddress } from "./address.ts";

/**
 * Returns a text that is the same for all addresses of one socket file, also over links: to compare
 * addresses by it, or as the key of a map.
 *
 * Twisted: `UNIXAddress.__eq__` and `UNIXAddress.__hash__` (`internet/address.py`, 24.7).
 *
 * Differs from Twisted: `equals()` compares paths, since an address knows no file system, and a
 * simulated path is none of this machine's; so it is a function, and is told whose files count.
 *
 * @example Where there is no file, the path counts
 * ```ts
 * import { socketFileKey, UNIXAddress } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const { network } = new Simulation().host("host");
 * const key = socketFileKey(new UNIXAddress("/run/a"), network);
 * assertEquals(key, socketFileKey(new UNIXAddress("/run/a"), network));
 * assertNotEquals(key, socketFileKey(new UNIXAddress("/run/b"), network));
 * ```
 *
 * @param address The address.
 * @param network Whose files count: `reactor.platform.network`.
 * @returns The text; that of `address.toString()` if there is no file, or it cannot be looked at.
 */
export function socketFileKey(
  address: UNIXAddress,
  network: Pick<Network, "identifyFile">,
): string {
  const file = address.name === null ? null : network.identifyFile(address.name);
  return file === null ? address.toString() : `UNIXAddress(file='${file}')`;
}
