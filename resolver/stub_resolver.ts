/**
 * The resolver of host names that runs on a loop.
 *
 * @module
 */

import {
  type AddressFamily,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type Family,
  formatFamily,
} from "./address_family.ts";
import type { Answer } from "./answer.ts";
import { AnswerCache } from "./answer_cache.ts";
import { DNSClient, type DNSClientOptions } from "./dns_client.ts";
import { checkHostName, describeName } from "./domain_name.ts";
import { DNSFamilyError, DNSNameError } from "./errors.ts";
import { type HostLookup, HostLookups } from "./host_lookup.ts";
import { HostsResolver } from "./hosts_resolver.ts";
import { canonicalAddress, literalFamily } from "./ip_address.ts";
import { type AnyLoop, resolverLoop } from "./loop.ts";
import type { Query } from "./message.ts";
import type { ResolvedAddress, Resolver } from "./resolver.ts";
import { searchList } from "./search_list.ts";

/** How a {@linkcode StubResolver} is made. One of `servers` and `files` must be there. */
export interface StubResolverOptions extends Omit<DNSClientOptions, "cache"> {
  /**
   * The path of the hosts file, which `files` reads.
   *
   * @default {"/etc/hosts"}
   */
  readonly hosts?: string;
  /** Domains to try short names in, instead of those of `resolv.conf`. */
  readonly search?: readonly string[];
  /** Names with at least so many dots are tried as they are first, instead of what `resolv.conf` says. */
  readonly ndots?: number;
  /**
   * How many questions are remembered; 0 for none.
   *
   * @default {4096}
   */
  readonly cacheEntries?: number;
  /**
   * Which family comes first in a result.
   *
   * @default {"ipv4"}
   */
  readonly first?: "ipv4" | "ipv6";
}

/**
 * Resolves host names on the loop itself: literals, `localhost`, the hosts file, the cache, and name
 * servers, in this order. It neither blocks nor uses threads, and runs unchanged in a simulation.
 *
 * A and AAAA records are asked for separately and in parallel; a family that fails does not spoil
 * the other. Short names are tried in the search domains, alias chains followed up to a limit.
 *
 * It lifts the limits that Tornado documents for `TwistedResolver` (4.4): all addresses of both
 * families are returned, search domains work, the cache is filled, and nothing is left behind.
 *
 * @example
 * ```ts ignore
 * import { StubResolver } from "@twinloop/twinloop/resolver";
 *
 * using resolver = new StubResolver(ioLoop, { servers: ["127.0.0.1:5300"] });
 * const addresses = await resolver.resolve("example.test", 443);
 * ```
 */
export class StubResolver implements Resolver {
  /** Asks the servers; also for records of other types. */
  readonly client: DNSClient;
  /** What is remembered. */
  readonly cache: AnswerCache;
  readonly #options: StubResolverOptions;
  /** `null` without files. */
  readonly #hosts: HostsResolver | null;
  readonly #lookups: HostLookups;

  /**
   * Makes a resolver. Nothing is opened or read before the first lookup.
   *
   * @param loop The loop to run on: an IOLoop, a reactor, or anything that offers the same.
   * @param options The servers and files.
   * @throws {TypeError} If neither servers nor files are given, or a server is no address.
   * @throws {RangeError} If a number among the options makes no sense.
   */
  constructor(loop: AnyLoop, options: StubResolverOptions) {
    const { platform } = resolverLoop(loop);
    const { files, hosts, cacheEntries } = options;
    this.#options = options;
    this.cache = new AnswerCache(
      platform.clock,
      cacheEntries === undefined ? {} : { maxEntries: cacheEntries },
    );
    this.client = new DNSClient(loop, { ...options, cache: this.cache });
    const { clock, report } = platform;
    const path = hosts === undefined ? {} : { path: hosts };
    this.#hosts = files === undefined ? null : new HostsResolver({ files, clock, report, ...path });
    this.#lookups = new HostLookups((query) => this.#records(query), this.#hosts);
  }

  /**
   * Finds all addresses of a host.
   *
   * @param host A name, or an IP literal without zone, which is answered at once. A name that ends
   * with a dot is not tried in the search domains.
   * @param port The port to put into the addresses; it plays no other part.
   * @param family Which addresses; both families by default.
   * @returns At least one address; rejects with a `DNSLookupError`.
   */
  async resolve(
    host: string,
    port: number,
    family: AddressFamily = AF_UNSPEC,
  ): Promise<ResolvedAddress[]> {
    const { addresses } = await this.lookup(host, family);
    return addresses.map(({ family, address }) => [family, [address, port]]);
  }

  /**
   * Finds all addresses of a host, and tells how they were found.
   *
   * @param host A name or literal, as for {@linkcode StubResolver.resolve}.
   * @param family Which addresses; both families by default.
   * @returns At least one address, and the way to them; rejects with a `DNSLookupError`.
   */
  lookup(host: string, family: AddressFamily = AF_UNSPEC): Promise<HostLookup> {
    try {
      const literal = literalLookup(host, family);
      if (literal !== null) return Promise.resolve(literal);
      checkHostName(host);
      const conf = this.client.searchConf;
      const { search = conf.search, ndots = conf.ndots } = this.#options;
      const names = searchList(host, { search, ndots });
      return this.#lookups.find(host, names, this.#families(family));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Ends lookups under way (they reject with `DNSCancelledError`), closes sockets and cancels
   * timers. Later lookups that need a server reject the same way.
   */
  close(): void {
    this.client.close();
  }

  /** Closes the resolver, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Asks the hosts file, the cache and the servers, without the cost of an error for each miss. */
  #records(query: Query): Promise<Answer> {
    const hosts = this.#hosts?.answer(query) ?? null;
    if (hosts !== null) return Promise.resolve(hosts);
    const known = this.cache.get(query);
    if (known === null) return this.client.lookup(query);
    if (!known.isNameError) return Promise.resolve(known.answer);
    const message = `Cannot resolve ${describeName(query.name)}: the name does not exist`;
    return Promise.reject(new DNSNameError(message));
  }

  #families(family: AddressFamily): readonly Family[] {
    if (family !== AF_UNSPEC) return [family];
    return this.#options.first === "ipv6" ? [AF_INET6, AF_INET] : [AF_INET, AF_INET6];
  }
}

/** Answers for a literal; `null` if the host is none. */
function literalLookup(host: string, family: AddressFamily): HostLookup | null {
  const found = literalFamily(host);
  if (found === null) return null;
  if (family !== AF_UNSPEC && family !== found) {
    throw new DNSFamilyError(
      `Cannot resolve ${describeName(host)} as ${formatFamily(family)}: it is an address of ${
        formatFamily(found)
      }`,
    );
  }
  const address = canonicalAddress(host) as string;
  return {
    host,
    canonicalName: address,
    addresses: [{ family: found, address, ttl: Infinity }],
    path: [{ name: host, family: found, source: { kind: "literal" }, aliases: [], failure: null }],
  };
}
