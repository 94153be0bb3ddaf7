/**
 * What finds the addresses of names for a reactor.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { InetTransport, IPAddress } from "../net/address.ts";
import type { IAddress } from "./address.ts";

/** Finds one address. Twisted: `IResolverSimple` (`internet/interfaces.py`, 24.7). */
export interface IResolverSimple {
  /**
   * Finds an address of a host.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round.
   * @returns A Deferred or promise of the address; it fails with a `DNSLookupError`.
   */
  getHostByName(name: string, timeouts?: readonly number[]): PromiseLike<string>;
}

/** A resolution under way. Twisted: `IHostResolution` (`internet/interfaces.py`, 24.7). */
export interface IHostResolution {
  /** What is resolved. */
  readonly name: string;
  /** Ends it: the receiver is called no more. */
  cancel(): void;
}

/** Hears of a resolution. Twisted: `IResolutionReceiver` (`internet/interfaces.py`, 24.7). */
export interface IResolutionReceiver {
  /**
   * Tells that the resolution begins. Called first, once.
   *
   * @param resolution The resolution.
   */
  resolutionBegan(resolution: IHostResolution): void;
  /**
   * Tells an address, the preferred ones first.
   *
   * @param address The address.
   */
  addressResolved(address: IAddress): void;
  /** Tells that there are no more addresses. Called last, once, also if none was found. */
  resolutionComplete(): void;
}

/** The class of IPv4 addresses or of IPv6 addresses. */
export type IPAddressClass = new (type: InetTransport, host: string, port: number) => IPAddress;

/**
 * Finds all addresses. The `NameResolver` of `resolver/` makes one out of any of its resolvers.
 *
 * Twisted: `IHostnameResolver` (`internet/interfaces.py`, 24.7).
 */
export interface IHostnameResolver {
  /**
   * Resolves a name and tells a receiver. A lookup that fails finds no address.
   *
   * @param receiver Hears of it, in this call or later.
   * @param hostName The name, or an IPv4 or IPv6 literal.
   * @param portNumber The port to put into the addresses; 0 by default.
   * @param addressTypes Which classes of addresses are wanted; `null`, the default, for all.
   * @param transportSemantics What the addresses are for; "TCP" by default.
   * @returns The resolution.
   */
  resolveHostName(
    receiver: IResolutionReceiver,
    hostName: string,
    portNumber?: number,
    addressTypes?: readonly IPAddressClass[] | null,
    transportSemantics?: InetTransport,
  ): IHostResolution;
}

/**
 * A reactor whose resolvers can be replaced. To install one of either kind installs it, adapted, as
 * the other kind, too.
 *
 * Twisted: `IReactorPluggableNameResolver` and `IReactorPluggableResolver`
 * (`internet/interfaces.py`, 24.7), and `IReactorCore.resolve`.
 */
export interface IReactorPluggableNameResolver {
  /** What finds all addresses of a name. */
  readonly nameResolver: IHostnameResolver;
  /**
   * Installs a resolver that finds all addresses.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installNameResolver(resolver: IHostnameResolver): IHostnameResolver;
  /**
   * Installs a resolver that finds one address.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installResolver(resolver: IResolverSimple): IResolverSimple;
  /**
   * Finds an address of a host. The empty name is `0.0.0.0`, and a literal is its own address.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round; by default the resolver decides.
   * @returns A Deferred of the address; it fails with what the resolver reports.
   */
  resolve(name: string, timeouts?: readonly number[]): Deferred<string>;
}
