/**
 * The resolver of the page `tornado.platform.twisted`.
 *
 * @module
 */

import { type AddressFamily, AF_UNSPEC, formatFamily } from "./address_family.ts";
import { createStubResolver } from "./deno_stub_resolver.ts";
import { describeName } from "./domain_name.ts";
import { DNSFamilyError } from "./errors.ts";
import { canonicalAddress, literalFamily } from "./ip_address.ts";
import type { AnyLoop } from "./loop.ts";
import type { ResolvedAddress, Resolver } from "./resolver.ts";
import type { StubResolver, StubResolverOptions } from "./stub_resolver.ts";

/**
 * A non-blocking and non-threaded resolver with the limits that Tornado documents: it returns at most
 * one address, and heeds nothing but `host` and `family`; literals are answered at once, and an
 * address that does not fit `family` is an error. New code is better off with `StubResolver`.
 *
 * Tornado: `TwistedResolver` (`platform/twisted.py`, 4.4). Differs from Tornado: errors are
 * `DNSLookupError`s throughout; A and AAAA are asked for separately where an ANY query was refused by
 * many servers (RFC 8482); IPv6 lines of the hosts file and IPv6 servers work; the cache is filled;
 * no timer is left behind, and `close()` exists.
 *
 * @example
 * ```ts ignore
 * import { TwistedResolver } from "@twinloop/twinloop/resolver";
 *
 * using resolver = new TwistedResolver(ioLoop);
 * const [[family, [address, port]]] = await resolver.resolve("example.test", 80);
 * ```
 */
export class TwistedResolver implements Resolver {
  readonly #stub: StubResolver;

  /**
   * Makes a resolver.
   *
   * @param loop The loop to run on.
   * @param options Servers and files; by default those of the system.
   */
  constructor(loop: AnyLoop, options: StubResolverOptions = {}) {
    this.#stub = createStubResolver(loop, options);
  }

  /**
   * Finds an address of a host.
   *
   * @param host A name or literal.
   * @param port The port to put into the address.
   * @param family The family that the address must be of; any by default.
   * @returns One address. Rejects with {@linkcode DNSFamilyError} if the host has addresses, but none of
   * the family, and with another `DNSLookupError` if it has none.
   */
  async resolve(
    host: string,
    port: number,
    family: AddressFamily = AF_UNSPEC,
  ): Promise<ResolvedAddress[]> {
    const found = literalFamily(host);
    const addresses = found === null
      ? (await this.#stub.lookup(host)).addresses
      : [{ family: found, address: canonicalAddress(host) as string }];
    const fitting = addresses.find((each) => family === AF_UNSPEC || each.family === family);
    if (fitting !== undefined) return [[fitting.family, [fitting.address, port]]];
    throw new DNSFamilyError(
      `Cannot resolve ${describeName(host)}: requested socket family ${
        formatFamily(family)
      } but got ${formatFamily(addresses[0]?.family ?? AF_UNSPEC)}`,
    );
  }

  /** Ends lookups under way and leaves nothing behind. */
  close(): void {
    this.#stub.close();
  }

  /** Closes the resolver, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
