/**
 * The two kinds of resolvers that a reactor takes, and how each becomes the other.
 *
 * @module
 */

import { SystemResolver } from "./deno_system_resolver.ts";
import { describeName } from "./domain_name.ts";
import { DNSNotFoundError } from "./errors.ts";
import { literalFamily } from "./ip_address.ts";
import {
  type AddressClass,
  type HostResolution,
  NameResolver,
  type NameResolverOptions,
  type ResolutionReceiver,
  type TransportSemantics,
} from "./name_resolver.ts";
import { AF_INET } from "./address_family.ts";

/** Finds one address. Twisted: `IResolverSimple` (`internet/interfaces.py`, 24.7). */
export interface SimpleResolver {
  /**
   * Finds the address of a host.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round.
   * @returns The literal; rejects with a `DNSLookupError`. A Deferred will do.
   */
  getHostByName(name: string, timeouts?: readonly number[]): PromiseLike<string>;
}

/**
 * Finds all addresses. Twisted: `IHostnameResolver` (`internet/interfaces.py`, 24.7).
 *
 * @typeParam A The type of the addresses.
 */
export interface HostnameResolver<A> {
  /** Resolves a name and tells a receiver; see {@linkcode NameResolver.resolveHostName}. */
  resolveHostName(
    receiver: ResolutionReceiver<A>,
    hostName: string,
    portNumber?: number,
    addressTypes?: readonly AddressClass<A>[] | null,
    transportSemantics?: TransportSemantics,
  ): HostResolution;
}

/** An address of a reactor, as far as {@linkcode ComplexResolverSimplifier} looks. */
export interface HostedAddress {
  /** The literal. */
  readonly host: string;
}

/**
 * Makes a resolver of many addresses out of one that finds one.
 *
 * Twisted: `SimpleResolverComplexifier` (`internet/_resolver.py`, 24.7).
 *
 * @typeParam A The type of the addresses.
 */
export class SimpleResolverComplexifier<A> implements HostnameResolver<A> {
  readonly #names: NameResolver<A>;

  /**
   * Makes a resolver.
   *
   * @param simple Asked for everything.
   * @param options The reactor's classes of addresses, and who hears of errors.
   */
  constructor(simple: SimpleResolver, options: NameResolverOptions<A>) {
    const resolver = {
      async resolve(host: string, port: number) {
        const address = await simple.getHostByName(host);
        const family = literalFamily(address) ?? AF_INET;
        return [[family, [address, port]]] as [[typeof family, [string, number]]];
      },
      close() {},
    };
    this.#names = new NameResolver(resolver, options);
  }

  /**
   * Resolves a name to at most one address. See {@linkcode NameResolver.resolveHostName}; the classes
   * of addresses wanted are ignored, as the simple resolver cannot be told.
   */
  resolveHostName(
    receiver: ResolutionReceiver<A>,
    hostName: string,
    portNumber = 0,
    addressTypes: readonly AddressClass<A>[] | null = null,
    transportSemantics: TransportSemantics = "TCP",
  ): HostResolution {
    return this.#names.resolveHostName(
      receiver,
      hostName,
      portNumber,
      addressTypes,
      transportSemantics,
    );
  }
}

/**
 * Makes a resolver of one address out of one that finds many: the first counts.
 *
 * Twisted: `ComplexResolverSimplifier` (`internet/_resolver.py`, 24.7).
 *
 * @typeParam A The type of the addresses.
 */
export class ComplexResolverSimplifier<A extends HostedAddress> implements SimpleResolver {
  readonly #complex: HostnameResolver<A>;

  /**
   * Makes a resolver.
   *
   * @param complex Asked for everything.
   */
  constructor(complex: HostnameResolver<A>) {
    this.#complex = complex;
  }

  /**
   * Finds the first address of a host.
   *
   * @param name The host.
   * @returns The literal; rejects with {@linkcode DNSNotFoundError} if there is none.
   */
  getHostByName(name: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#complex.resolveHostName({
        resolutionBegan() {},
        // Later ones come too late: a promise settles once.
        addressResolved: ({ host }) => resolve(host),
        resolutionComplete() {
          const message = `Cannot resolve ${describeName(name)}: no address was found`;
          reject(new DNSNotFoundError(message));
        },
      }, name);
    });
  }
}

/**
 * The resolvers of a reactor: installing one of either kind installs its adapted form as the other.
 *
 * Twisted: `PluggableResolverMixin` (`internet/base.py`, 24.7).
 *
 * @typeParam A The type of the addresses.
 */
export class PluggableResolver<A extends HostedAddress> {
  readonly #options: NameResolverOptions<A>;
  #simple: SimpleResolver;
  #names: HostnameResolver<A>;

  /**
   * Begins with the system's resolver.
   *
   * @param options The reactor's classes of addresses, and who hears of errors.
   */
  constructor(options: NameResolverOptions<A>) {
    this.#options = options;
    this.#names = new NameResolver(new SystemResolver(), options);
    this.#simple = new ComplexResolverSimplifier(this.#names);
  }

  /** The resolver of many addresses. Twisted: `reactor.nameResolver`. */
  get nameResolver(): HostnameResolver<A> {
    return this.#names;
  }

  /**
   * Installs a resolver of one address.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installResolver(resolver: SimpleResolver): SimpleResolver {
    const previous = this.#simple;
    this.#simple = resolver;
    this.#names = new SimpleResolverComplexifier(resolver, this.#options);
    return previous;
  }

  /**
   * Installs a resolver of many addresses.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installNameResolver(resolver: HostnameResolver<A>): HostnameResolver<A> {
    const previous = this.#names;
    this.#names = resolver;
    this.#simple = new ComplexResolverSimplifier(resolver);
    return previous;
  }

  /**
   * Finds one address; literals are their own. Twisted: `reactor.resolve`.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round.
   * @returns The literal; rejects with a `DNSLookupError`.
   */
  async resolve(name: string, timeouts?: readonly number[]): Promise<string> {
    if (name === "") return "0.0.0.0";
    if (literalFamily(name) !== null) return name;
    return await this.#simple.getHostByName(name, timeouts);
  }
}
