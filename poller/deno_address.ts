/**
 * Addresses between Deno's form and this package's.
 *
 * @module
 */

import type { Address, DatagramAddress, StreamAddress } from "./address.ts";

/**
 * Converts the address of a stream or a listener.
 *
 * @param address Deno's address.
 * @returns The same, frozen.
 */
export function streamAddressOf(address: Deno.Addr): StreamAddress {
  if ("path" in address) return Object.freeze({ transport: "unix", path: pathOf(address) });
  const { hostname, port } = address as Deno.NetAddr;
  return Object.freeze({ transport: "tcp", hostname, port });
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
