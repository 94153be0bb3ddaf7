/**
 * Twisted's way to a resolver of records.
 *
 * @module
 */

import { AnswerCache } from "./answer_cache.ts";
import { CacheResolver } from "./cache_resolver.ts";
import { DenoFiles } from "./deno_files.ts";
import { DNSClient, RESOLV_CONF_PATH } from "./dns_client.ts";
import { HOSTS_PATH, HostsResolver } from "./hosts_resolver.ts";
import { type AnyLoop, resolverLoop } from "./loop.ts";
import { ResolverChain } from "./resolver_chain.ts";
import type { TextFiles } from "./text_files.ts";

/** How {@linkcode createResolver} makes a chain. */
export interface CreateResolverOptions {
  /** Servers to ask before those of `resolv.conf`. */
  readonly servers?: readonly string[];
  /**
   * The path of `resolv.conf`.
   *
   * @default {"/etc/resolv.conf"}
   */
  readonly resolvConf?: string;
  /**
   * The path of the hosts file.
   *
   * @default {"/etc/hosts"}
   */
  readonly hosts?: string;
  /** Reads both; by default `DenoFiles`. */
  readonly files?: TextFiles;
}

/** The steps of a chain that {@linkcode createResolver} made. */
export class SystemResolverChain extends ResolverChain {
  /** Knows the hosts file. */
  readonly hosts: HostsResolver;
  /** Knows what was answered before. */
  readonly cache: CacheResolver;
  /** Asks the servers, and fills the cache. */
  readonly client: DNSClient;

  /**
   * Makes a chain of three.
   *
   * @param hosts Asked first.
   * @param cache Asked second.
   * @param client Asked last.
   */
  constructor(hosts: HostsResolver, cache: CacheResolver, client: DNSClient) {
    super([hosts, cache, client]);
    this.hosts = hosts;
    this.cache = cache;
    this.client = client;
  }

  /** Ends lookups under way and leaves nothing behind. */
  close(): void {
    this.client.close();
  }

  /** Closes the chain, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Makes a chain of hosts file, cache and name servers that looks up records of any type.
 *
 * Twisted: `client.createResolver` (`names/client.py`, 24.7). Differs from Twisted: the loop is an
 * argument, and the cache is filled.
 *
 * @param loop The loop to run on.
 * @param options Servers and files.
 * @returns The chain; the caller closes it.
 * @throws {TypeError} If a server is no address.
 */
export function createResolver(
  loop: AnyLoop,
  options: CreateResolverOptions = {},
): SystemResolverChain {
  const { servers, resolvConf = RESOLV_CONF_PATH, hosts = HOSTS_PATH } = options;
  const files = options.files ?? new DenoFiles();
  const { clock, report } = resolverLoop(loop).platform;
  const cache = new AnswerCache(clock);
  const given = servers === undefined ? {} : { servers };
  return new SystemResolverChain(
    new HostsResolver({ files, clock, report, path: hosts }),
    new CacheResolver(clock, [], cache),
    new DNSClient(loop, { ...given, files, resolvConf, cache }),
  );
}

/** The chain of each loop that {@linkcode getResolver} was asked for. */
const resolvers = new WeakMap<AnyLoop, SystemResolverChain>();

/**
 * Returns the resolver of a loop, made at the first call.
 *
 * Twisted: `client.getResolver` (`names/client.py`, 24.7), which has one for the global reactor.
 *
 * @param loop The loop.
 * @returns The same chain each time.
 */
export function getResolver(loop: AnyLoop): SystemResolverChain {
  let resolver = resolvers.get(loop);
  if (resolver === undefined) {
    resolver = createResolver(loop);
    resolvers.set(loop, resolver);
  }
  return resolver;
}
