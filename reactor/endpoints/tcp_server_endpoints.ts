/**
 * Places to listen on over TCP.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe_deferred.ts";
import type { IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IReactorTCP, ListenTCPOptions } from "../interfaces/reactor_tcp.ts";

/** What the endpoints of both families share; any interface may be given. */
export class TCPServerEndpoint implements IStreamServerEndpoint {
  readonly #reactor: IReactorTCP;
  readonly #port: number;
  readonly #options: ListenTCPOptions;

  /**
   * Makes an endpoint; nothing is checked before `listen()`.
   *
   * @param reactor What listens.
   * @param port The port; 0 picks a free one.
   * @param options The backlog and the interface.
   */
  constructor(reactor: IReactorTCP, port: number, options: ListenTCPOptions = {}) {
    this.#reactor = reactor;
    this.#port = port;
    this.#options = options;
  }

  /**
   * Listens; see {@linkcode IStreamServerEndpoint.listen}.
   *
   * @param factory Makes a protocol for each connection.
   * @returns A Deferred that has the port, or the failure, already.
   */
  listen(factory: IProtocolFactory): Deferred<IListeningPort> {
    return execute(() => this.#reactor.listenTCP(this.#port, factory, this.#options));
  }

  /** Returns the class and the port, for people. */
  toString(): string {
    const { interface: host = "" } = this.#options;
    const place = host.includes(":") ? `[${host}]` : host === "" ? "*" : host;
    return `<${this.constructor.name} ${place}:${this.#port}>`;
  }
}

/**
 * A TCP port of this host's IPv4 addresses.
 *
 * Twisted: `TCP4ServerEndpoint` (`internet/endpoints.py`, 24.7).
 *
 * @example Listen on a free port
 * ```ts
 * import { PollReactor, Protocol, ServerFactory, TCP4ServerEndpoint } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("server"));
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   const endpoint = new TCP4ServerEndpoint(reactor, 8000, { interface: "127.0.0.1" });
 *   const port = await endpoint.listen(ServerFactory.forProtocol(Protocol));
 *   assertEquals(`${port.getHost()}`, "IPv4Address(type='TCP', host='127.0.0.1', port=8000)");
 *   reactor.stop();
 *   await running;
 * });
 * ```
 */
export class TCP4ServerEndpoint extends TCPServerEndpoint {}

/**
 * A TCP port of this host's IPv6 addresses: the same, but that the interface is `::` by default.
 *
 * Twisted: `TCP6ServerEndpoint` (`internet/endpoints.py`, 24.7).
 */
export class TCP6ServerEndpoint extends TCPServerEndpoint {
  /**
   * Makes an endpoint; nothing is checked before `listen()`.
   *
   * @param reactor What listens.
   * @param port The port; 0 picks a free one.
   * @param options The backlog and the interface.
   */
  constructor(reactor: IReactorTCP, port: number, options: ListenTCPOptions = {}) {
    super(reactor, port, { interface: "::", ...options });
  }
}
