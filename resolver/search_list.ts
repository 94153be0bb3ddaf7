/**
 * Which names to ask for when a user wrote a short one.
 *
 * @module
 */

import type { ResolvConf } from "./resolv_conf.ts";

/**
 * Lists the names to try for a host name, in order (`resolv.conf(5)`; RFC 1535 6).
 *
 * @param host The name as given; with a dot at the end it is tried as it is and nothing else.
 * @param conf The search domains and `ndots`.
 * @returns Names without a dot at the end; those that would be too long are left out.
 */
export function searchList(host: string, conf: Pick<ResolvConf, "search" | "ndots">): string[] {
  if (host.endsWith(".")) return [host.slice(0, -1)];
  const dots = host.split(".").length - 1;
  const domains = conf.search.map((domain) => domain === "." ? "" : domain.replace(/\.$/, ""));
  const extended = domains
    .map((domain) => domain === "" ? host : `${host}.${domain}`)
    .filter((name) => name.length <= 253);
  const names = dots >= conf.ndots ? [host, ...extended] : [...extended, host];
  return [...new Set(names)];
}
