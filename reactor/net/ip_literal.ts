/**
 * What is an IP address, and what is a name.
 *
 * @module
 */

import { AF_INET, AF_INET6 } from "../../poller/address_family.ts";

/**
 * Tells whether a text is an IP address.
 *
 * Twisted: `isIPAddress` (`internet/abstract.py`, 24.7).
 *
 * @example A name is none
 * ```ts
 * import { isIPAddress } from "@twinloop/twinloop/reactor";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isIPAddress("127.0.0.1"));
 * assertFalse(isIPAddress("localhost"));
 * ```
 *
 * @param address The text, or its ASCII bytes.
 * @param family `AF_INET` (2) or `AF_INET6` (10).
 * @returns True for four decimal numbers of 0 to 255 with dots, or for what
 * {@linkcode isIPv6Address} takes.
 * @throws {RangeError} If the family is none of the two.
 */
export function isIPAddress(address: string | Uint8Array, family: number = AF_INET): boolean {
  if (family === AF_INET6) return isIPv6Address(address);
  if (family !== AF_INET) {
    throw new RangeError(`Cannot look for an IP address: family is ${family}, neither 2 nor 10`);
  }
  const parts = toText(address).split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/**
 * Tells whether a text is an IPv6 address; it may have a scope, as in `fe80::1%eth0`.
 *
 * Twisted: `isIPv6Address` (`internet/abstract.py`, 24.7).
 *
 * @param address The text, or its ASCII bytes.
 * @returns True for an IPv6 literal without brackets.
 */
export function isIPv6Address(address: string | Uint8Array): boolean {
  const [literal = "", ...scope] = toText(address).split("%");
  if (scope.length > 1 || scope[0] === "") return false;
  const halves = literal.split("::");
  if (halves.length > 2) return false;
  const groups = halves.map(countGroups);
  if (groups.includes(null)) return false;
  // A dotted tail may end the address only.
  if (halves.length === 2 && halves[0]?.includes(".")) return false;
  const count = groups.reduce<number>((sum, half) => sum + (half ?? 0), 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Counts the groups of 16 bits in a half of an IPv6 address; `null` if something else is there. */
function countGroups(half: string): number | null {
  if (half === "") return 0;
  const groups = half.split(":");
  let count = 0;
  for (const [index, group] of groups.entries()) {
    const isLast = index === groups.length - 1;
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) count += 1;
    else if (isLast && isIPAddress(group)) count += 2;
    else return null;
  }
  return count;
}

/** The text; bytes that are not ASCII become what no address holds. */
function toText(address: string | Uint8Array): string {
  return typeof address === "string" ? address : new TextDecoder().decode(address);
}

/**
 * Writes an address in one way, however it was written.
 *
 * @param host An IPv4 or IPv6 address.
 * @returns An IPv6 address as RFC 5952 asks for, its scope untouched; anything else as it is.
 */
export function canonicalHost(host: string): string {
  if (!isIPv6Address(host)) return host;
  const [literal = "", ...scope] = host.split("%");
  return [new URL(`http://[${literal}]/`).hostname.slice(1, -1), ...scope].join("%");
}
