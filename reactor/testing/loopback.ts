/**
 * Two protocols that talk to each other.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { succeed } from "../deferred/succeed.ts";
import type { IConnector } from "../interfaces/connector.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IReactorTCP } from "../interfaces/reactor_tcp.ts";
import type { IReactorUNIX } from "../interfaces/reactor_unix.ts";
import { IPv4Address } from "../net/address.ts";
import { WrappingFactory } from "../protocols/policies/wrapping_factory.ts";
import { ClientFactory } from "../protocols/factory.ts";
import { LoopbackTransport } from "./loopback_transport.ts";
import { identityPumpPolicy, type PumpPolicy } from "./pump_policies.ts";

/**
 * Connects two protocols without a network. What one writes the other receives later, in order and
 * never inside a call that writes.
 *
 * Twisted: `loopbackAsync` (`protocols/loopback.py`, 24.7).
 *
 * Differs from Twisted: the clock is an argument; a connection that is closed, half or at once, ends
 * for both protocols as over TCP; push producers are paused and resumed; each end has an address.
 *
 * @example A client and its server
 * ```ts
 * import { loopbackAsync, Protocol, wire } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const log: string[] = [];
 * class Asking extends Protocol {
 *   override connectionMade(): void {
 *     this.transport.write(new TextEncoder().encode("ping"));
 *   }
 *   override dataReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data));
 *     this.transport.loseConnection();
 *   }
 * }
 * loopbackAsync(new wire.Echo(), new Asking(), clock).addCallback(() => log.push("over"));
 * clock.advance(0);
 * assertEquals(log, ["ping", "over"]);
 * ```
 *
 * @param server Connected first.
 * @param client Connected second.
 * @param clock Calls later: a reactor or a simulated clock.
 * @param pumpPolicy How what was written becomes calls of `dataReceived`.
 * @returns Fires when both have lost the connection.
 */
export function loopbackAsync(
  server: IProtocol,
  client: IProtocol,
  clock: Timers,
  pumpPolicy: PumpPolicy = identityPumpPolicy,
): Deferred<void> {
  const over = new Deferred<void>();
  let left = 2;
  function onLost(): void {
    if (--left === 0) over.callback(undefined);
  }
  const shared = { clock, pumpPolicy, onLost };
  LoopbackTransport.join(
    new LoopbackTransport({
      ...shared,
      protocol: server,
      host: new IPv4Address("TCP", "127.0.0.1", 1),
    }),
    new LoopbackTransport({
      ...shared,
      protocol: client,
      host: new IPv4Address("TCP", "127.0.0.1", 2),
    }),
  );
  return over;
}

/** A factory for one protocol, and none after it. */
class OneShot extends ClientFactory {
  #instance: IProtocol | null;
  readonly #fail: (reason: Failure) => void;

  constructor(instance: IProtocol, fail: (reason: Failure) => void) {
    super();
    this.#instance = instance;
    this.#fail = fail;
  }

  override buildProtocol(): IProtocol | null {
    const instance = this.#instance;
    this.#instance = null;
    return instance;
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.#fail(reason);
  }
}

/** A factory that says when the connection of its protocol is lost. */
class Ending extends WrappingFactory {
  readonly #onLost: () => void;

  constructor(wrapped: ClientFactory, onLost: () => void) {
    super(wrapped);
    this.#onLost = onLost;
  }

  override unregisterProtocol(
    protocol: Parameters<WrappingFactory["unregisterProtocol"]>[0],
  ): void {
    super.unregisterProtocol(protocol);
    this.#onLost();
  }
}

/**
 * Connects two protocols over a TCP connection on this machine.
 *
 * Twisted: `loopbackTCP` (`protocols/loopback.py`, 24.7). Differs from Twisted: it needs a reactor,
 * and fires only when both ends have lost the connection and the port is closed.
 *
 * @param server What accepts.
 * @param client What connects.
 * @param reactor What both live on; it has to run.
 * @returns Fires when all is closed; fails if the connection is not made.
 */
export function loopbackTCP(
  server: IProtocol,
  client: IProtocol,
  reactor: IReactorTCP,
): Deferred<void> {
  return loopbackOver(server, client, {
    listen: (factory) => reactor.listenTCP(0, factory, { interface: "127.0.0.1" }),
    connect: (port, factory) => {
      const address = port.getHost() as IPv4Address;
      reactor.connectTCP("127.0.0.1", address.port, factory);
    },
  });
}

/**
 * Connects two protocols over a UNIX socket on this machine.
 *
 * Twisted: `loopbackUNIX` (`protocols/loopback.py`, 24.7). Differs from Twisted: see
 * {@linkcode loopbackTCP}; the path is an argument.
 *
 * @param server What accepts.
 * @param client What connects.
 * @param reactor What both live on; it has to run.
 * @param path The path of the socket, which must be free; it is removed at the end.
 * @returns Fires when all is closed; fails if the connection is not made.
 */
export function loopbackUNIX(
  server: IProtocol,
  client: IProtocol,
  reactor: IReactorUNIX,
  path: string,
): Deferred<void> {
  return loopbackOver(server, client, {
    listen: (factory) => reactor.listenUNIX(path, factory),
    connect: (_port, factory) => void reactor.connectUNIX(path, factory),
  });
}

/** What two protocols are connected over. */
interface Medium {
  listen(factory: IProtocolFactory): IListeningPort;
  connect(port: IListeningPort, factory: IClientFactory): void;
}

function loopbackOver(server: IProtocol, client: IProtocol, medium: Medium): Deferred<void> {
  const over = new Deferred<void>();
  let left = 2;
  function finish(fire: () => void): void {
    (port.stopListening() ?? succeed(undefined)).addBoth(fire);
  }
  function onLost(): void {
    if (--left === 0) finish(() => over.callback(undefined));
  }
  function fail(reason: Failure): void {
    finish(() => over.errback(reason));
  }
  const port = medium.listen(new Ending(new OneShot(server, fail), onLost));
  medium.connect(port, new Ending(new OneShot(client, fail), onLost));
  return over;
}
