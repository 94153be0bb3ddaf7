/**
 * The resolver that the system has.
 *
 * @module
 */

import { type LookupAddress, promises as dns } from "node:dns";
import { type AddressFamily, AF_INET, AF_INET6, AF_UNSPEC } from "./address_family.ts";
import { checkHostName, describeName } from "./domain_name.ts";
import { DNSCancelledError, DNSFamilyError, DNSNotFoundError, DNSSystemError } from "./errors.ts";
import { canonicalAddress, literalFamily } from "./ip_address.ts";
import type { ResolvedAddress, Resolver } from "./resolver.ts";

/**
 * Answers what the system would answer: its hosts file, its `resolv.conf`, and whatever else
 * `getaddrinfo` looks at. The system looks in threads of its own; the loop does not wait.
 *
 * The system does not tell a name that does not exist from one without addresses: both are
 * {@linkcode DNSNotFoundError}. Use a `StubResolver` to know more, or in a simulation.
 *
 * Tornado: `BlockingResolver`, `ThreadedResolver` (`netutil.py`, 4.5.3). Differs from Tornado:
 * there is no pool to size; a lookup cannot block.
 *
 * @example
 * ```ts
 * import { SystemResolver } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const resolver = new SystemResolver();
 * assertEquals(await resolver.resolve("127.0.0.1", 80), [[2, ["127.0.0.1", 80]]]);
 * ```
 */
export class SystemResolver implements Resolver {
  #isClosed = false;

  /**
   * Finds the addresses of a host, in the system's order.
   *
   * @param host A name or literal.
   * @param port The port to put into the addresses.
   * @param family Which addresses; both families by default.
   * @returns At least one address; rejects with a `DNSLookupError`.
   */
  async resolve(
    host: string,
    port: number,
    family: AddressFamily = AF_UNSPEC,
  ): Promise<ResolvedAddress[]> {
    this.#checkOpen(host);
    const literal = literalFamily(host);
    if (literal !== null) {
      if (family === AF_UNSPEC || family === literal) {
        return [[literal, [canonicalAddress(host) as string, port]]];
      }
      throw new DNSFamilyError(`Cannot resolve ${host}: its family is not the one asked for`);
    }
    const name = checkHostName(host);
    const addresses = await this.#ask(name, family);
    this.#checkOpen(host);
    return addresses.map(({ address, family }) => [
      family === 6 ? AF_INET6 : AF_INET,
      [canonicalAddress(address) ?? address, port],
    ]);
  }

  /** Makes lookups under way reject when the system answers, and later ones at once. */
  close(): void {
    this.#isClosed = true;
  }

  /** Closes the resolver, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #ask(name: string, family: AddressFamily): Promise<LookupAddress[]> {
    const numbers = { [AF_UNSPEC]: 0, [AF_INET]: 4, [AF_INET6]: 6 } as const;
    try {
      const addresses = await dns.lookup(name, { all: true, family: numbers[family] });
      if (addresses.length > 0) return addresses;
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== "ENOTFOUND") {
        const message = `Cannot resolve ${describeName(name)}: the system's resolver failed`;
        throw new DNSSystemError(message, { cause });
      }
    }
    throw new DNSNotFoundError(
      `Cannot resolve ${describeName(name)}: the system knows no such address`,
    );
  }

  #checkOpen(host: string): void {
    if (!this.#isClosed) return;
    throw new DNSCancelledError(`Cannot resolve ${describeName(host)}: the resolver is closed`);
  }
}
