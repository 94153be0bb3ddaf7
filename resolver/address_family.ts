/**
 * Address families, as Tornado's callers name them.
 *
 * @module
 */

import { AF_INET, AF_INET6, AF_UNSPEC } from "../poller/address_family.ts";
import type { AddressFamily, Family } from "../poller/address_family.ts";

export { AF_INET, AF_INET6, AF_UNSPEC };
export type { AddressFamily, Family };

/**
 * Writes a family the way people do.
 *
 * @param family The family.
 * @returns `IPv4`, `IPv6`, or `any family`.
 */
export function formatFamily(family: AddressFamily): string {
  if (family === AF_INET) return "IPv4";
  return family === AF_INET6 ? "IPv6" : "any family";
}
