/**
 * The addresses of name servers.
 *
 * @module
 */

import type { UDPAddress } from "../poller/address.ts";
import { canonicalAddress } from "./ip_address.ts";

/** Where name servers listen. */
const DNS_PORT = 53;

/**
 * Reads the address of a name server.
 *
 * @example
 * ```ts
 * import { parseServer } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseServer("[::1]:5300"), { transport: "udp", hostname: "::1", port: 5300 });
 * assertEquals(parseServer("127.0.0.1").port, 53);
 * ```
 *
 * @param text An IPv4 or IPv6 literal, or one with a port: `127.0.0.1:5300`, `[::1]:5300`.
 * @returns The address.
 * @throws {TypeError} If it is not that, or the port is not 1 to 65535.
 */
export function parseServer(text: string): UDPAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const hostname = canonicalAddress(match === null ? text : (match[1] ?? match[2]) as string);
  const port = match?.[3] === undefined ? DNS_PORT : Number(match[3]);
  if (hostname === null || port < 1 || port > 65535) {
    throw new TypeError(
      `Cannot use server ${JSON.stringify(text)}: it is not an address with an optional port`,
    );
  }
  return { transport: "udp", hostname, port };
}

/**
 * Returns the local address to ask a server from: a loopback one for a server on this machine, so
 * that its answers cannot come from anywhere else.
 *
 * @param server The server.
 * @returns A literal of the server's family.
 */
export function localAddressFor(server: UDPAddress): string {
  const { hostname } = server;
  if (hostname.includes(":")) return hostname === "::1" ? "::1" : "::";
  return hostname.startsWith("127.") ? "127.0.0.1" : "0.0.0.0";
}
