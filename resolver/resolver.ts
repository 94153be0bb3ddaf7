/**
 * Tornado's contract of a resolver of host names.
 *
 * @module
 */

import type { AddressFamily, Family } from "./address_family.ts";
import { createStubResolver } from "./deno_stub_resolver.ts";
import type { AnyLoop } from "./loop.ts";

/**
 * An address that a name stands for: its family, and the pair of literal and port to connect to.
 */
export type ResolvedAddress = readonly [
  family: Family,
  address: readonly [host: string, port: number],
];

/** Makes a resolver for a loop. */
export type ResolverFactory = (loop: AnyLoop) => Resolver;

/** What {@linkcode Resolver.configure} chose; `null` for the default. */
let configured: ResolverFactory | null = null;

/**
 * Resolves host names.
 *
 * Tornado: `Resolver` (`netutil.py`, 4.5.3), a class whose constructor makes an instance of the
 * configured subclass; here {@linkcode Resolver.create} does.
 *
 * @example The default is chosen once
 * ```ts
 * import { Resolver } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * class Fixed extends Resolver {
 *   override resolve(_host: string, port: number): Promise<[2, [string, number]][]> {
 *     return Promise.resolve([[2, ["10.0.0.1", port]]]);
 *   }
 *   override close(): void {}
 * }
 *
 * Resolver.configure(() => new Fixed());
 * const resolver = Resolver.create({} as never);
 * assertEquals(await resolver.resolve("a.test", 80), [[2, ["10.0.0.1", 80]]]);
 * Resolver.configure(null);
 * ```
 */
export abstract class Resolver {
  /**
   * Chooses what {@linkcode Resolver.create} makes. Tornado: `Resolver.configure`.
   *
   * @param make Makes a resolver for a loop; `null` for the default, a `StubResolver` with the
   * system's `hosts` and `resolv.conf`.
   */
  static configure(make: ResolverFactory | null): void {
    configured = make;
  }

  /**
   * Makes a resolver of the configured kind. Tornado: `Resolver()`.
   *
   * @param loop The loop to run on.
   * @returns The resolver; the caller closes it.
   */
  static create(loop: AnyLoop): Resolver {
    return configured === null ? createStubResolver(loop) : configured(loop);
  }

  /**
   * Finds the addresses of a host.
   *
   * @param host A name, or an IP literal, which is answered at once.
   * @param port The port to put into the addresses.
   * @param family Which addresses; both families by default.
   * @returns At least one address; rejects with a `DNSLookupError`.
   */
  abstract resolve(
    host: string,
    port: number,
    family?: AddressFamily,
  ): Promise<ResolvedAddress[]>;

  /** Ends lookups under way and frees what the resolver holds. A second call is ignored. */
  abstract close(): void;
}
