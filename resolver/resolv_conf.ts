/**
 * The format of `/etc/resolv.conf` (`resolv.conf(5)`).
 *
 * @module
 */

import { checkDomainName } from "./domain_name.ts";
import { canonicalAddress } from "./ip_address.ts";
import type { ParsedFile } from "./text_files.ts";

/** More servers than this are ignored: each costs a name that nobody answers for one more time-out. */
const SERVERS_MAX = 8;

/** More search domains than this are ignored: each costs a bad name one more question. */
const SEARCH_MAX = 32;

/** The largest `ndots`, as in glibc. */
const NDOTS_MAX = 15;

/** What `resolv.conf` says. */
export interface ResolvConf {
  /** The servers' addresses, in order; empty if there are none. */
  readonly servers: readonly string[];
  /** The domains to try a short name in, in order. */
  readonly search: readonly string[];
  /** Names with at least so many dots are tried as they are first. */
  readonly ndots: number;
  /** Whether to begin with another server each time. */
  readonly rotate: boolean;
  /** Whether to ask over TCP alone (`use-vc`). */
  readonly useTCP: boolean;
}

/**
 * Reads the text of a `resolv.conf`.
 *
 * Of `domain` and `search` the last line counts; either may be without argument and then means
 * none. Options other than `ndots`, `rotate` and `use-vc` are
 * ignored.
 *
 * @example
 * ```ts
 * import { parseResolvConf } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const { value } = parseResolvConf("nameserver ::1\nsearch example.test\noptions ndots:2");
 * assertEquals(value.servers, ["::1"]);
 * assertEquals(value.search, ["example.test"]);
 * assertEquals(value.ndots, 2);
 * ```
 *
 * @param text The text.
 * @returns The configuration. Lines with an unknown keyword, an address that is none or has a zone,
 * or a domain that is none are skipped.
 */
export function parseResolvConf(text: string): ParsedFile<ResolvConf> {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  let rotate = false;
  let useTCP = false;
  const skipped: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [keyword, ...values] = line.replace(/[#;].*/s, "").trim().split(/\s+/);
    switch (keyword) {
      case "":
      case "sortlist":
        break;
      case "nameserver": {
        const address = canonicalAddress(values[0] ?? "");
        if (address === null) skipped.push(index + 1);
        else if (servers.length < SERVERS_MAX && !servers.includes(address)) servers.push(address);
        break;
      }
      case "domain":
      case "search": {
        const domains = keyword === "domain" ? values.slice(0, 1) : values;
        search = domains.filter(isDomain).slice(0, SEARCH_MAX);
        if (search.length < domains.length) skipped.push(index + 1);
        break;
      }
      case "options":
        for (const option of values) {
          const match = /^ndots:(\d+)$/.exec(option);
          if (match !== null) ndots = Math.min(Number(match[1]), NDOTS_MAX);
          if (option === "rotate") rotate = true;
          if (option === "use-vc") useTCP = true;
        }
        break;
      default:
        skipped.push(index + 1);
    }
  }
  return { value: { servers, search, ndots, rotate, useTCP }, skipped };
}

function isDomain(text: string): boolean {
  try {
    checkDomainName(text);
    return true;
  } catch {
    return false;
  }
}
