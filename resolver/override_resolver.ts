/**
 * A resolver with exceptions to the rule.
 *
 * @module
 */

import { type AddressFamily, AF_UNSPEC } from "./address_family.ts";
import type { ResolvedAddress, Resolver } from "./resolver.ts";

/** What to replace: a host, a host and port, or a host, port and family. */
export type OverrideKey =
  | string
  | readonly [host: string, port: number]
  | readonly [host: string, port: number, family: AddressFamily];

/** What to put in its place: a host; a host and port where the key has a port. */
export type OverrideTarget = string | readonly [host: string, port: number];

/**
 * Replaces some hosts by others before another resolver sees them. The most specific entry wins.
 *
 * Tornado: `OverrideResolver` (`netutil.py`, 5.1).
 *
 * @example
 * ```ts
 * import { AF_INET, OverrideResolver, type Resolver } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const echo: Resolver = {
 *   resolve: (host, port) => Promise.resolve([[AF_INET, [host, port]]]),
 *   close() {},
 * };
 * const resolver = new OverrideResolver(echo, [
 *   ["example.com", "127.0.0.1"],
 *   [["example.com", 443], ["127.0.0.1", 1443]],
 * ]);
 * assertEquals(await resolver.resolve("example.com", 80), [[2, ["127.0.0.1", 80]]]);
 * assertEquals(await resolver.resolve("example.com", 443), [[2, ["127.0.0.1", 1443]]]);
 * ```
 */
export class OverrideResolver implements Resolver {
  readonly #resolver: Resolver;
  readonly #mapping: ReadonlyMap<string, OverrideTarget>;

  /**
   * Makes a resolver.
   *
   * @param resolver Asked for everything, after the replacement; closed with this one.
   * @param mapping Pairs of what to replace and what to put in its place; a `Map` is one.
   */
  constructor(
    resolver: Resolver,
    mapping: Iterable<readonly [key: OverrideKey, target: OverrideTarget]>,
  ) {
    this.#resolver = resolver;
    const entries = [...mapping].map(([key, target]) => [keyOf(key), target] as const);
    this.#mapping = new Map(entries);
  }

  /**
   * Finds the addresses of a host or of what replaces it.
   *
   * @param host A name or literal.
   * @param port The port to put into the addresses.
   * @param family Which addresses; both families by default.
   * @returns What the other resolver returns.
   */
  resolve(
    host: string,
    port: number,
    family: AddressFamily = AF_UNSPEC,
  ): Promise<ResolvedAddress[]> {
    const target = this.#mapping.get(keyOf([host, port, family])) ??
      this.#mapping.get(keyOf([host, port])) ?? this.#mapping.get(keyOf(host)) ?? host;
    return typeof target === "string"
      ? this.#resolver.resolve(target, port, family)
      : this.#resolver.resolve(target[0], target[1], family);
  }

  /** Closes the other resolver. */
  close(): void {
    this.#resolver.close();
  }
}

function keyOf(key: OverrideKey): string {
  return JSON.stringify(key);
}
