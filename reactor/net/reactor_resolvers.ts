/**
 * The resolvers of a reactor.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { maybeDeferred } from "../deferred/maybe_deferred.ts";
import { succeed } from "../deferred/succeed.ts";
import type {
  IHostnameResolver,
  IHostResolution,
  IPAddressClass,
  IReactorPluggableNameResolver,
  IResolutionReceiver,
  IResolverSimple,
} from "../interfaces/resolvers.ts";
import type { LogObserver } from "../log.ts";
import type { InetTransport } from "./address.ts";
import { isIPAddress, isIPv6Address } from "./ip_literal.ts";
import {
  HostnameAsSimpleResolver,
  isWanted,
  SimpleAsHostnameResolver,
  toAddress,
} from "./resolver_adapters.ts";

/**
 * The resolvers of a reactor: until one is installed, names are handed on to the platform.
 *
 * Twisted: `PluggableResolverMixin` (`internet/base.py`, 24.7).
 */
export class ReactorResolvers implements IReactorPluggableNameResolver {
  readonly #log: LogObserver;
  #names: IHostnameResolver = new PlatformNames();
  #simple: IResolverSimple = { getHostByName: (name) => succeed(name) };
  #isInstalled = false;

  /**
   * Makes the resolvers of a reactor.
   *
   * @param log Hears of errors that are none of a lookup's.
   */
  constructor(log: LogObserver) {
    this.#log = log;
  }

  /** What finds all addresses of a name. */
  get nameResolver(): IHostnameResolver {
    return this.#names;
  }

  /**
   * Installs a resolver that finds all addresses.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installNameResolver(resolver: IHostnameResolver): IHostnameResolver {
    const previous = this.#names;
    this.#names = resolver;
    this.#simple = new HostnameAsSimpleResolver(resolver);
    this.#isInstalled = !(resolver instanceof PlatformNames);
    return previous;
  }

  /**
   * Installs a resolver that finds one address.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installResolver(resolver: IResolverSimple): IResolverSimple {
    const previous = this.#simple;
    this.#simple = resolver;
    this.#names = new SimpleAsHostnameResolver(resolver, this.#log);
    this.#isInstalled = true;
    return previous;
  }

  /**
   * Finds an address of a host; see {@linkcode IReactorPluggableNameResolver.resolve}.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round.
   * @returns A Deferred of the address.
   */
  resolve(name: string, timeouts?: readonly number[]): Deferred<string> {
    if (name === "") return succeed("0.0.0.0");
    if (isIPAddress(name) || isIPv6Address(name)) return succeed(name);
    return maybeDeferred(() => this.#simple.getHostByName(name, timeouts)) as Deferred<string>;
  }

  /**
   * Finds the address to connect to, if that is not the platform's business.
   *
   * @param name A name or literal.
   * @returns A Deferred of the address; `null` if the platform takes the name as it is.
   */
  lookUp(name: string): Deferred<string> | null {
    if (!this.#isInstalled || isIPAddress(name) || isIPv6Address(name)) return null;
    return this.resolve(name);
  }
}

/**
 * Hands names on: the platform resolves what it connects to by itself. It cannot tell which classes of
 * addresses a name has, so it finds none if one was asked for.
 */
class PlatformNames implements IHostnameResolver {
  resolveHostName(
    receiver: IResolutionReceiver,
    hostName: string,
    portNumber = 0,
    addressTypes: readonly IPAddressClass[] | null = null,
    transportSemantics: InetTransport = "TCP",
  ): IHostResolution {
    let isCancelled = false;
    const resolution: IHostResolution = { name: hostName, cancel: () => void (isCancelled = true) };
    receiver.resolutionBegan(resolution);
    const address = toAddress(hostName, portNumber, transportSemantics);
    if (!isCancelled && isWanted(address, addressTypes)) receiver.addressResolved(address);
    if (!isCancelled) receiver.resolutionComplete();
    return resolution;
  }
}
