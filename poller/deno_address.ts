/**
 * Addresses between Deno's form and this package's.
 *
 * @module
 */

import type { Address, DatagramAddress, StreamAddress } from "./address.ts";

/** Addresses that mean something on one network interface only: fe80::/10. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i;

/**
 * Converts the address of a stream or a listener.
 *
 * @param address Deno's address.
 * @param scope The interface that a link-local address is on, as in {@linkcode scopeOf}: Deno does not
 * tell it.
 * @returns The same, frozen.
 */
export function streamAddressOf(address: Deno.Addr, scope: string = ""): StreamAddress {
  if ("path" in address) return Object.freeze({ transport: "unix", path: pathOf(address) });
  const { hostname: host, port } = address as Deno.NetAddr;
  const hostname = LINK_LOCAL.test(host) && !host.includes("%") ? host + scope : host;
  return Object.freeze({ transport: "tcp", hostname, port });
}

/**
 * Returns the scope of an address that was asked for: `%eth0` of `fe80::1%eth0`.
 *
 * @param address The address.
 * @returns The scope with its sign; empty if there is none.
 */
export function scopeOf(address: Address): string {
  if ("path" in address) return "";
  return /%[^\]]*/.exec(address.hostname)?.[0] ?? "";
}

/**
 * Converts the address of a datagram socket.
 *
 * @param address Deno's address.
 * @returns The same, frozen.
 */
export function datagramAddressOf(address: Deno.Addr): DatagramAddress {
  if ("path" in address) return Object.freeze({ transport: "unixpacket", path: pathOf(address) });
  const { hostname, port } = address as Deno.NetAddr;
  return Object.freeze({ transport: "udp", hostname, port });
}

/**
 * Takes the brackets off an IPv6 literal.
 *
 * @param hostname A name or a literal.
 * @returns It without brackets.
 */
export function withoutBrackets(hostname: string): string {
  return hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname;
}

/**
 * Checks the port of an address.
 *
 * @param operation What is tried, for the message.
 * @param address The address; one without a port passes.
 * @param min The smallest port allowed.
 * @throws {RangeError} If the port is not a whole number from `min` to 65535.
 */
export function checkPort(operation: string, address: Address, min: number): void {
  if ("path" in address) return;
  const { port } = address;
  if (Number.isInteger(port) && port >= min && port <= 65_535) return;
  throw new RangeError(`Cannot ${operation}: port ${port} is not in ${min} to 65535`);
}

function pathOf(address: Deno.UnixAddr): string | null {
  const path = address.path as string | null | undefined;
  return path === undefined || path === null || path === "" ? null : path;
}
