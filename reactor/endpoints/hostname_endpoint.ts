/**
 * A place to connect to by name.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import { fail } from "../deferred/succeed.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectTCPOptions, IReactorTCP } from "../interfaces/reactor_tcp.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import type { IReactorPluggableNameResolver } from "../interfaces/resolvers.ts";
import { HostnameAddress } from "../net/address.ts";
import { noAddress, resolveAll } from "../net/resolver_adapters.ts";
import { raceConnections } from "./connection_race.ts";
import { ConnectingCancelledError } from "./errors.ts";
import { encodeHostName } from "./host_name.ts";
import { connectWith } from "./attempt_factory.ts";

/** How long an attempt has before the next one begins, in seconds (Twisted's default). */
const ATTEMPT_DELAY = 0.3;

/** What a {@linkcode HostnameEndpoint} stands on; each reactor of this package will do. */
export interface HostnameReactor extends IReactorTCP, IReactorTime, IReactorPluggableNameResolver {}

/** How a {@linkcode HostnameEndpoint} connects. */
export interface HostnameEndpointOptions {
  /**
   * How long each attempt may take, in seconds.
   *
   * @default {30}
   */
  readonly timeout?: number;
  /**
   * How long an attempt has before the next one begins beside it, in seconds.
   *
   * @default {0.3}
   */
  readonly attemptDelay?: number;
  /** The local address to connect from, or only its literal; by default the system chooses. */
  readonly bindAddress?: string | NonNullable<ConnectTCPOptions["bindAddress"]>;
}

/**
 * A TCP port of a host that is known by name, at whichever of its addresses answers first ("happy
 * eyeballs", RFC 8305).
 *
 * The addresses, found by the reactor's `nameResolver`, are tried in turn, the families alternating. The
 * next attempt begins when the one before has failed, or has gone on for `attemptDelay`. The first
 * connection is the result; the other attempts are given up. If all fail, the last failure is the
 * result.
 *
 * Without an installed resolver there is one attempt: the platform resolves the name.
 *
 * Twisted: `HostnameEndpoint` (`internet/endpoints.py`, 24.7). Differs from Twisted: families
 * alternate, and a failed attempt is followed by the next at once, both as the RFC asks for.
 *
 * @example The second address answers while the first is silent
 * ```ts
 * import {
 *   connectProtocol,
 *   HostnameEndpoint,
 *   IPv4Address,
 *   PollReactor,
 *   Protocol,
 *   ServerFactory,
 * } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("client"));
 * reactor.installNameResolver({
 *   resolveHostName(receiver, name, port = 0) {
 *     const resolution = { name, cancel() {} };
 *     receiver.resolutionBegan(resolution);
 *     for (const host of ["192.0.2.1", "127.0.0.1"]) {
 *       receiver.addressResolved(new IPv4Address("TCP", host, port));
 *     }
 *     receiver.resolutionComplete();
 *     return resolution;
 *   },
 * });
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   reactor.listenTCP(80, ServerFactory.forProtocol(Protocol));
 *   const endpoint = new HostnameEndpoint(reactor, "www.test", 80);
 *   const { transport } = await connectProtocol(endpoint, new Protocol());
 *   assertEquals(`${transport.getPeer()}`, "IPv4Address(type='TCP', host='127.0.0.1', port=80)");
 *   reactor.stop();
 *   await running;
 * });
 * ```
 */
export class HostnameEndpoint implements IStreamClientEndpoint {
  readonly #reactor: HostnameReactor;
  readonly #host: string;
  readonly #port: number;
  readonly #attemptDelay: number;
  readonly #options: ConnectTCPOptions;

  /**
   * Makes an endpoint; host and port are checked by {@linkcode HostnameEndpoint.connect}.
   *
   * @param reactor What resolves and connects.
   * @param host The name, in ASCII or not, or a literal.
   * @param port The port.
   * @param options The time-out, the delay and the local address.
   * @throws {RangeError} If the delay is negative or `NaN`.
   */
  constructor(
    reactor: HostnameReactor,
    host: string,
    port: number,
    options: HostnameEndpointOptions = {},
  ) {
    const { attemptDelay = ATTEMPT_DELAY, bindAddress, timeout } = options;
    if (!(attemptDelay >= 0)) {
      throw new RangeError(`Cannot connect to ${host}: delay of attempts is ${attemptDelay}`);
    }
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#attemptDelay = attemptDelay;
    this.#options = {
      ...timeout === undefined ? {} : { timeout },
      ...bindAddress === undefined ? {} : {
        bindAddress: typeof bindAddress === "string" ? { host: bindAddress, port: 0 } : bindAddress,
      },
    };
  }

  /**
   * Connects; see {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol. Every attempt starts and stops it; one that succeeds asks it.
   * @returns A Deferred of the protocol. It fails with an `InvalidAddressError` if the host is neither a
   * name nor a literal, and with a `DNSLookupError` if it has no address.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    let name: string;
    try {
      name = encodeHostName(this.#host);
    } catch (error) {
      return fail(error);
    }
    return resolveAll(this.#reactor.nameResolver, name, this.#port)
      .addCallback((addresses) => this.#race(addresses, factory))
      .addErrback((failure): never => {
        if (failure.check(CancelledError) === null) throw failure.value;
        throw new ConnectingCancelledError(new HostnameAddress(this.#host, this.#port));
      }) as Deferred<IProtocol>;
  }

  /** Returns the destination, for people. */
  toString(): string {
    return `<HostnameEndpoint ${this.#host}:${this.#port}>`;
  }

  #race(addresses: readonly IAddress[], factory: IProtocolFactory): Deferred<IProtocol> {
    const hosts = alternate(addresses);
    if (hosts.length === 0) throw noAddress(this.#host);
    const reactor = this.#reactor;
    const attempts = hosts.map(({ host, port }) => () =>
      connectWith(factory, (wrapping) => reactor.connectTCP(host, port, wrapping, this.#options))
    );
    return raceConnections(attempts, { timers: reactor, attemptDelay: this.#attemptDelay });
  }
}

/** Where to connect to. */
interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * Orders addresses so that the families alternate, the first one's first (RFC 8305 section 4);
 * leaves out what TCP cannot connect to.
 */
function alternate(addresses: readonly IAddress[]): Destination[] {
  const families = new Map<string, Destination[]>();
  for (const address of addresses) {
    if (!("port" in address)) continue;
    const host = address.family === "Hostname" ? address.hostname : address.host;
    const members = families.get(address.family) ?? [];
    members.push({ host, port: address.port });
    families.set(address.family, members);
  }
  const ordered: Destination[] = [];
  for (let round = 0; [...families.values()].some(({ length }) => length > round); round++) {
    for (const members of families.values()) ordered.push(...members.slice(round, round + 1));
  }
  return ordered;
}
