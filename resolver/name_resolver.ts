/**
 * Any resolver as the `nameResolver` of a reactor.
 *
 * @module
 */

import type { ErrorReporter } from "../poller/error_report.ts";
import { type AddressFamily, AF_INET, AF_INET6, AF_UNSPEC } from "./address_family.ts";
import { DNSLookupError } from "./errors.ts";
import type { ResolvedAddress, Resolver } from "./resolver.ts";

/** What the addresses are for. */
export type TransportSemantics = "TCP" | "UDP";

/** A class of addresses: the reactor's `IPv4Address` or `IPv6Address`. */
export type AddressClass<A> = new (type: TransportSemantics, host: string, port: number) => A;

/**
 * Hears of a resolution. Twisted: `IResolutionReceiver` (`internet/interfaces.py`, 24.7).
 *
 * @typeParam A The type of the addresses.
 */
export interface ResolutionReceiver<A> {
  /** Called first, within `resolveHostName`. */
  resolutionBegan(resolution: HostResolution): void;
  /** Called for each address. */
  addressResolved(address: A): void;
  /** Called last, also when there is no address. */
  resolutionComplete(): void;
}

/** A resolution under way. Twisted: `IHostResolution`. */
export interface HostResolution {
  /** What is resolved. */
  readonly name: string;
  /** Ends it: the receiver is called no more, also not with an answer that comes late. */
  cancel(): void;
}

/**
 * Makes a reactor's name resolver out of a {@linkcode Resolver}.
 *
 * Twisted: `IHostnameResolver` (`internet/interfaces.py`, 24.7), `GAIResolver`
 * (`internet/_resolver.py`). Differs from Twisted: `cancel()` works.
 *
 * @example
 * ```ts
 * import { NameResolver, type Resolver } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * class Address {
 *   readonly host: string;
 *   constructor(_type: string, host: string, _port: number) {
 *     this.host = host;
 *   }
 * }
 * const resolver: Resolver = {
 *   resolve: (_host, port) => Promise.resolve([[2, ["10.0.0.1", port]]]),
 *   close() {},
 * };
 * const names = new NameResolver(resolver, {
 *   IPv4Address: Address,
 *   IPv6Address: class extends Address {},
 *   report: ({ error }) => { throw error; },
 * });
 * const { promise, resolve } = Promise.withResolvers<Address>();
 * names.resolveHostName(
 *   { resolutionBegan() {}, addressResolved: resolve, resolutionComplete() {} },
 *   "a.test",
 *   80,
 * );
 * assertEquals((await promise).host, "10.0.0.1");
 * ```
 *
 * @typeParam A The type of the addresses.
 */
export class NameResolver<A> {
  readonly #resolver: Resolver;
  readonly #options: NameResolverOptions<A>;

  /**
   * Makes a name resolver.
   *
   * @param resolver Asked for everything; its owner closes it.
   * @param options The reactor's classes of addresses.
   */
  constructor(resolver: Resolver, options: NameResolverOptions<A>) {
    this.#resolver = resolver;
    this.#options = options;
  }

  /**
   * Resolves a name and tells a receiver: first, within this call, that it began, then each
   * address, then that it is complete. A failed lookup brings no address; an error that is none
   * of a lookup's is reported besides.
   *
   * @param receiver Hears of it.
   * @param hostName The name or literal.
   * @param portNumber The port to put into the addresses.
   * @param addressTypes Which classes of addresses are wanted; both by default.
   * @param transportSemantics What the addresses are for.
   * @returns The resolution.
   */
  resolveHostName(
    receiver: ResolutionReceiver<A>,
    hostName: string,
    portNumber = 0,
    addressTypes: readonly AddressClass<A>[] | null = null,
    transportSemantics: TransportSemantics = "TCP",
  ): HostResolution {
    let isCancelled = false;
    const cancel = () => {
      isCancelled = true;
    };
    const resolution: HostResolution = { name: hostName, cancel };
    receiver.resolutionBegan(resolution);
    const family = this.#family(addressTypes);
    this.#resolver.resolve(hostName, portNumber, family).then((addresses) => {
      for (const address of addresses) {
        if (!isCancelled) receiver.addressResolved(this.#address(address, transportSemantics));
      }
    }).catch((error: unknown) => {
      if (!isCancelled && !(error instanceof DNSLookupError)) this.#report(hostName, error);
    }).then(() => {
      if (!isCancelled) receiver.resolutionComplete();
    }).catch((error: unknown) => this.#report(hostName, error));
    return resolution;
  }

  #report(hostName: string, error: unknown): void {
    this.#options.report({ message: `Exception in resolution of ${hostName}`, error });
  }

  #family(addressTypes: readonly AddressClass<A>[] | null): AddressFamily {
    const { IPv4Address, IPv6Address } = this.#options;
    const wantsFour = addressTypes?.includes(IPv4Address) ?? true;
    const wantsSix = addressTypes?.includes(IPv6Address) ?? true;
    if (wantsFour === wantsSix) return AF_UNSPEC;
    return wantsFour ? AF_INET : AF_INET6;
  }

  #address([family, [host, port]]: ResolvedAddress, semantics: TransportSemantics): A {
    const { IPv4Address, IPv6Address } = this.#options;
    const AddressType = family === AF_INET ? IPv4Address : IPv6Address;
    return new AddressType(semantics, host, port);
  }
}

/**
 * What a {@linkcode NameResolver} makes addresses of, and who hears of its errors.
 *
 * @typeParam A The type of the addresses.
 */
export interface NameResolverOptions<A> {
  /** The reactor's class of IPv4 addresses. */
  readonly IPv4Address: AddressClass<A>;
  /** The reactor's class of IPv6 addresses. */
  readonly IPv6Address: AddressClass<A>;
  /** Hears of errors that are none of a lookup's: a platform's `report`. */
  readonly report: ErrorReporter;
}
