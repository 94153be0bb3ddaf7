/**
 * How each kind of resolver becomes the other.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import { maybeDeferred } from "../deferred/maybe_deferred.ts";
import { DNSLookupError } from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type {
  IHostnameResolver,
  IHostResolution,
  IPAddressClass,
  IResolutionReceiver,
  IResolverSimple,
} from "../interfaces/resolvers.ts";
import type { LogObserver } from "../log.ts";
import { HostnameAddress, type InetTransport, IPv4Address, IPv6Address } from "./address.ts";
import { isIPAddress, isIPv6Address } from "./ip_literal.ts";

/**
 * Makes a resolver of many addresses out of one that finds one.
 *
 * Twisted: `SimpleResolverComplexifier` (`internet/_resolver.py`, 24.7). Differs from Twisted:
 * an address of a class that is not wanted is left out, and `cancel()` works.
 */
export class SimpleAsHostnameResolver implements IHostnameResolver {
  readonly #simple: IResolverSimple;
  readonly #log: LogObserver;

  /**
   * Makes a resolver.
   *
   * @param simple Asked for everything.
   * @param log Hears of errors that are none of a lookup's.
   */
  constructor(simple: IResolverSimple, log: LogObserver) {
    this.#simple = simple;
    this.#log = log;
  }

  /** Resolves a name to one address at most; see {@linkcode IHostnameResolver.resolveHostName}. */
  resolveHostName(
    receiver: IResolutionReceiver,
    hostName: string,
    portNumber = 0,
    addressTypes: readonly IPAddressClass[] | null = null,
    transportSemantics: InetTransport = "TCP",
  ): IHostResolution {
    let isCancelled = false;
    const lookup = maybeDeferred(() => this.#simple.getHostByName(hostName)) as Deferred<string>;
    const cancel = () => {
      isCancelled = true;
      lookup.cancel();
    };
    const resolution: IHostResolution = { name: hostName, cancel };
    receiver.resolutionBegan(resolution);
    lookup.addCallbacks((host) => {
      const address = toAddress(host, portNumber, transportSemantics);
      if (!isCancelled && isWanted(address, addressTypes)) receiver.addressResolved(address);
    }, ({ value }) => {
      if (!isCancelled && !isLookupError(value)) this.#report(hostName, value);
    }).addCallback(() => {
      if (!isCancelled) receiver.resolutionComplete();
    }).addErrback(({ value }) => this.#report(hostName, value));
    return resolution;
  }

  #report(hostName: string, error: unknown): void {
    const message = `Exception in resolution of ${hostName}`;
    this.#log({ level: "error", message, error, system: null });
  }
}

/**
 * Makes a resolver of one address out of one that finds many: the first counts.
 *
 * Twisted: `ComplexResolverSimplifier` (`internet/_resolver.py`, 24.7).
 */
export class HostnameAsSimpleResolver implements IResolverSimple {
  readonly #names: IHostnameResolver;

  /**
   * Makes a resolver.
   *
   * @param names Asked for everything.
   */
  constructor(names: IHostnameResolver) {
    this.#names = names;
  }

  /**
   * Finds the first address of a host.
   *
   * @param name The host.
   * @returns A Deferred of the address; it fails with a {@linkcode DNSLookupError} if there is none.
   * Cancelling it cancels the resolution.
   */
  getHostByName(name: string): Deferred<string> {
    return resolveAll(this.#names, name, 0).addCallback(([first]) => {
      if (first?.family === "Hostname") return first.hostname;
      if (first?.family === "IPv4" || first?.family === "IPv6") return first.host;
      throw noAddress(name);
    });
  }
}

/**
 * Finds all addresses of a name.
 *
 * @param names Asked.
 * @param name The name.
 * @param port The port to put into the addresses.
 * @param addressTypes Which classes of addresses are wanted; `null` for all.
 * @returns A Deferred of the addresses, in the order of the resolver; there may be none. It fails
 * with a {@linkcode DNSLookupError} if the resolver throws. Cancelling it cancels the resolution.
 */
export function resolveAll(
  names: IHostnameResolver,
  name: string,
  port: number,
  addressTypes: readonly IPAddressClass[] | null = null,
): Deferred<readonly IAddress[]> {
  const found: IAddress[] = [];
  let resolution: IHostResolution | null = null;
  const deferred = new Deferred<readonly IAddress[]>((cancelled) => {
    // First: a resolver may throw, or complete, when it is cancelled.
    cancelled.errback(new CancelledError());
    resolution?.cancel();
  });
  const receiver: IResolutionReceiver = {
    resolutionBegan(begun) {
      resolution = begun;
      if (deferred.called) begun.cancel();
    },
    addressResolved: (address) => void found.push(address),
    resolutionComplete: () => {
      if (!deferred.called) deferred.callback(found);
    },
  };
  try {
    names.resolveHostName(receiver, name, port, addressTypes);
  } catch (error) {
    const message = `Cannot resolve ${JSON.stringify(name)}: resolver has thrown`;
    if (!deferred.called) deferred.errback(new DNSLookupError(message, { cause: error }));
  }
  return deferred;
}

/**
 * Says that a name has no address.
 *
 * @param name The name.
 * @returns The error.
 */
export function noAddress(name: string): DNSLookupError {
  return new DNSLookupError(`Cannot resolve ${JSON.stringify(name)}: no address was found`);
}

/**
 * Makes the address of a host.
 *
 * @param host A literal or a name.
 * @param port The port.
 * @param type What the address is for.
 * @returns The address; a {@linkcode HostnameAddress} for a name.
 */
export function toAddress(host: string, port: number, type: InetTransport): IAddress {
  if (isIPv6Address(host)) return new IPv6Address(type, host, port);
  return isIPAddress(host) ? new IPv4Address(type, host, port) : new HostnameAddress(host, port);
}

/**
 * Tells whether an address is of a class that was asked for.
 *
 * @param address The address.
 * @param types The classes; `null` for all.
 * @returns True if it is.
 */
export function isWanted(address: IAddress, types: readonly IPAddressClass[] | null): boolean {
  return types === null || types.some((AddressType) => address instanceof AddressType);
}

/**
 * Whether an error says that a lookup failed: this family's class, or one of `resolver/`, which must
 * not be imported here and whose names all begin alike.
 */
function isLookupError(error: unknown): boolean {
  return error instanceof DNSLookupError || error instanceof Error && error.name.startsWith("DNS");
}
