/**
 * Host names as resolvers take them.
 *
 * @module
 */

import { InvalidAddressError } from "../errors.ts";
import { isIPAddress, isIPv6Address } from "../net/ip_literal.ts";

/** What neither a host name nor an address holds. */
// deno-lint-ignore no-control-regex
const FORBIDDEN = /[\x00-\x20"#%/:<>?@[\\\]^`{|}\x7f]/;

/** The longest name and the longest label (RFC 1035 2.3.4). */
const NAME_LENGTH_MAX = 253;
const LABEL_LENGTH_MAX = 63;

/**
 * Writes a host name in ASCII (IDNA, after Unicode normalisation); a literal stays as it is.
 *
 * @param name The name or literal.
 * @returns The name in ASCII.
 * @throws {InvalidAddressError} If it is neither a name nor a literal.
 */
export function encodeHostName(name: string): string {
  if (isIPAddress(name) || isIPv6Address(name)) return name;
  const ascii = FORBIDDEN.test(name) ? "" : toASCII(name);
  const labels = ascii.replace(/\.$/, "").split(".");
  const isName = ascii.length <= NAME_LENGTH_MAX &&
    labels.every(({ length }) => length >= 1 && length <= LABEL_LENGTH_MAX);
  if (isName) return ascii;
  const message = `Cannot connect to ${JSON.stringify(name)}: it is not a host name`;
  throw new InvalidAddressError(name, message);
}

/** IDNA's encoding, as URLs have it; empty for what it does not take. */
function toASCII(name: string): string {
  if (/^[\x21-\x7e]*$/.test(name)) return name;
  const url = `http://${name}/`;
  return URL.canParse(url) ? new URL(url).hostname : "";
}
