/**
 * Tells addresses from names.
 *
 * @module
 */

/**
 * Tells whether a text is an IP address: of version 4 in four decimal numbers, or of version 6,
 * without brackets, perhaps with a zone.
 *
 * Tornado: `is_valid_ip(ip)` (`netutil.py`, 4.5.3). Differs from Tornado: that asks the system,
 * which may take `127.1` for an address; here an address has all of its parts.
 *
 * @example Names are not addresses
 * ```ts
 * import { isValidIp } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["127.0.0.1", "::1", "localhost", "1.2.3"].map(isValidIp), [true, true, false, false]);
 * ```
 *
 * @param ip The text.
 * @returns Whether it is an address.
 */
export function isValidIp(ip: string): boolean {
  return isIPv4(ip) || isIPv6(ip);
}

/**
 * Tells whether a text is an IPv4 address.
 *
 * @param ip The text.
 */
export function isIPv4(ip: string): boolean {
  const parts = ip.split(".");
  return parts.length === 4 && parts.every(isByte);
}

/**
 * Tells whether a text is an IPv6 address without brackets.
 *
 * @param ip The text.
 */
export function isIPv6(ip: string): boolean {
  const match = /^([0-9a-fA-F:.]+)(?:%[^\s%/[\]<>]+)?$/.exec(ip);
  if (match === null || !ip.includes(":")) return false;
  const halves = (match[1] as string).split("::");
  if (halves.length > 2) return false;
  const sizes = halves.map((half, index) => countGroups(half, index === halves.length - 1));
  const size = sizes.reduce((sum, count) => sum + count, 0);
  if (Number.isNaN(size)) return false;
  return halves.length === 1 ? size === 8 : size < 8;
}

function isByte(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) < 256;
}

/** How many groups of 16 bits a text has; `NaN` if it is no list of groups. */
function countGroups(text: string, isLast: boolean): number {
  if (text === "") return 0;
  const parts = text.split(":");
  let count = 0;
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) count += 1;
    else if (isLast && index === parts.length - 1 && isIPv4(part)) count += 2;
    else return NaN;
  }
  return count;
}
