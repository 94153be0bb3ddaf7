/**
 * The format of `/etc/hosts` (`hosts(5)`).
 *
 * @module
 */

import { type AddressFamily, AF_INET6, AF_UNSPEC } from "./address_family.ts";
import { nameKey } from "./domain_name.ts";
import { canonicalAddress } from "./ip_address.ts";
import type { ParsedFile } from "./text_files.ts";

/**
 * The names of a hosts file and their addresses.
 *
 * Twisted: `searchFileFor`, `searchFileForAll` (`names/hosts.py`, 24.7).
 */
export class HostsTable {
  readonly #addresses = new Map<string, string[]>();

  /**
   * Returns the addresses of a name.
   *
   * @param name The name, in any case.
   * @param family Which addresses; both families by default.
   * @returns The addresses in the order of the file; empty if the name is not in it.
   */
  addresses(name: string, family: AddressFamily = AF_UNSPEC): string[] {
    const all = this.#addresses.get(nameKey(name)) ?? [];
    if (family === AF_UNSPEC) return [...all];
    return all.filter((address) => address.includes(":") === (family === AF_INET6));
  }

  /**
   * Adds an address of a name; one that is there already is ignored.
   *
   * @param name The name.
   * @param address The literal, canonical.
   */
  add(name: string, address: string): void {
    const key = nameKey(name);
    const addresses = this.#addresses.get(key);
    if (addresses === undefined) this.#addresses.set(key, [address]);
    else if (!addresses.includes(address)) addresses.push(address);
  }
}

/**
 * Reads the text of a hosts file.
 *
 * @example
 * ```ts
 * import { parseHosts } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const { value, skipped } = parseHosts("10.0.0.1 db db.test\nnonsense db");
 * assertEquals(value.addresses("DB"), ["10.0.0.1"]);
 * assertEquals(skipped, [2]);
 * ```
 *
 * @param text The text.
 * @returns The table. Lines without an address (or with one that has a zone) and a name are skipped.
 */
export function parseHosts(text: string): ParsedFile<HostsTable> {
  const table = new HostsTable();
  const skipped: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const fields = line.replace(/#.*/s, "").split(/\s+/).filter((field) => field !== "");
    const [literal, ...names] = fields;
    if (literal === undefined) continue;
    const address = canonicalAddress(literal);
    if (address === null || names.length === 0) {
      skipped.push(index + 1);
      continue;
    }
    for (const name of names) table.add(name, address);
  }
  return { value: table, skipped };
}
