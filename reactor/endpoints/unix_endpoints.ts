/**
 * Places on this machine, known by a path.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe_deferred.ts";
import type { IStreamClientEndpoint, IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type {
  ConnectUNIXOptions,
  IReactorUNIX,
  ListenUNIXOptions,
} from "../interfaces/reactor_unix.ts";
import { connectWith } from "./attempt_factory.ts";
import type { EndpointDescription } from "./endpoint_string.ts";

/**
 * A path to connect to.
 *
 * Twisted: `UNIXClientEndpoint` (`internet/endpoints.py`, 24.7).
 *
 * @example A server and a client on one path
 * ```ts
 * import {
 *   connectProtocol,
 *   PollReactor,
 *   Protocol,
 *   ServerFactory,
 *   UNIXClientEndpoint,
 *   UNIXServerEndpoint,
 * } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("host"));
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   const factory = ServerFactory.forProtocol(Protocol);
 *   await new UNIXServerEndpoint(reactor, "/run/echo").listen(factory);
 *   const endpoint = new UNIXClientEndpoint(reactor, "/run/echo");
 *   const { transport } = await connectProtocol(endpoint, new Protocol());
 *   assertEquals(`${transport.getPeer()}`, "UNIXAddress(name='/run/echo')");
 *   reactor.stop();
 *   await running;
 * });
 * ```
 */
export class UNIXClientEndpoint implements IStreamClientEndpoint {
  readonly #reactor: IReactorUNIX;
  readonly #path: string;
  readonly #options: ConnectUNIXOptions;

  /**
   * Makes an endpoint; nothing is checked before {@linkcode UNIXClientEndpoint.connect}.
   *
   * @param reactor What connects.
   * @param path The path.
   * @param options The time-out, and whether to look for the lock.
   */
  constructor(reactor: IReactorUNIX, path: string, options: ConnectUNIXOptions = {}) {
    this.#reactor = reactor;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Connects; see {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred of the protocol.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    return connectWith(
      factory,
      (wrapping) => this.#reactor.connectUNIX(this.#path, wrapping, this.#options),
    );
  }

  /** Returns the destination, for people. */
  toString(): string {
    return `<UNIXClientEndpoint ${this.#path}>`;
  }
}

/**
 * A path to listen on.
 *
 * Twisted: `UNIXServerEndpoint` (`internet/endpoints.py`, 24.7).
 */
export class UNIXServerEndpoint implements IStreamServerEndpoint {
  readonly #reactor: IReactorUNIX;
  readonly #path: string;
  readonly #options: ListenUNIXOptions;

  /**
   * Makes an endpoint; nothing is checked before {@linkcode UNIXServerEndpoint.listen}.
   *
   * @param reactor What listens.
   * @param path The path.
   * @param options The backlog, the mode of the file, and whether to hold a lock.
   */
  constructor(reactor: IReactorUNIX, path: string, options: ListenUNIXOptions = {}) {
    this.#reactor = reactor;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Listens; see {@linkcode IStreamServerEndpoint.listen}.
   *
   * @param factory Makes a protocol for each connection.
   * @returns A Deferred that has the port, or the failure, already.
   */
  listen(factory: IProtocolFactory): Deferred<IListeningPort> {
    return execute(() => this.#reactor.listenUNIX(this.#path, factory, this.#options));
  }

  /** Returns the path, for people. */
  toString(): string {
    return `<UNIXServerEndpoint ${this.#path}>`;
  }
}

/**
 * Makes the endpoint that `unix:PATH` stands for where something connects.
 *
 * @param reactor What connects.
 * @param description The text, taken apart.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong, or the reactor has no UNIX.
 */
export function clientFromUNIX(
  reactor: Partial<IReactorUNIX>,
  description: EndpointDescription,
): UNIXClientEndpoint {
  description.name("path", "timeout", "lockfile");
  const path = description.require("path");
  const timeout = description.getSeconds("timeout");
  const checkPID = description.getInteger("lockfile", 0, 1) === 1;
  return new UNIXClientEndpoint(withUNIX(reactor, description), path, {
    checkPID,
    ...timeout === undefined ? {} : { timeout },
  });
}

/**
 * Makes the endpoint that `unix:PATH` stands for where something listens.
 *
 * @param reactor What listens.
 * @param description The text, taken apart.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong, or the reactor has no UNIX.
 */
export function serverFromUNIX(
  reactor: Partial<IReactorUNIX>,
  description: EndpointDescription,
): UNIXServerEndpoint {
  description.name("address", "mode", "backlog", "lockfile");
  const path = description.require("address");
  const mode = description.get("mode") ?? "666";
  if (!/^[0-7]{3,4}$/.test(mode)) {
    throw description.error(`mode is ${JSON.stringify(mode)}, not three or four octal digits`);
  }
  const backlog = description.getInteger("backlog", 1);
  const wantPID = description.getInteger("lockfile", 0, 1) !== 0;
  return new UNIXServerEndpoint(withUNIX(reactor, description), path, {
    mode: parseInt(mode, 8),
    wantPID,
    ...backlog === undefined ? {} : { backlog },
  });
}

function withUNIX(
  reactor: Partial<IReactorUNIX>,
  description: EndpointDescription,
): IReactorUNIX {
  if (reactor.listenUNIX !== undefined && reactor.connectUNIX !== undefined) {
    return reactor as IReactorUNIX;
  }
  throw description.error("reactor has no UNIX sockets");
}
