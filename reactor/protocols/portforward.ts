/**
 * A port that stands for another one.
 *
 * Twisted: `protocols/portforward.py`, 24.7.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IConnector } from "../interfaces/connector.ts";
import type { IReactorTCP } from "../interfaces/reactor_tcp.ts";
import { ClientFactory, ServerFactory } from "./factory.ts";
import { Protocol } from "./protocol.ts";

/**
 * One of two connections whose data goes to the other.
 *
 * Twisted: `Proxy` (`protocols/portforward.py`, 24.7), renamed as JavaScript has a `Proxy`.
 *
 * Differs from Twisted: when one end has nothing more to say, that alone is handed on, and the other
 * direction goes on; a connection that is lost loses the other only after what was
 * received is sent.
 */
export class ForwardingProtocol extends Protocol {
  /** The other connection; `null` before there is one, and after one of them was lost. */
  peer: ForwardingProtocol | null = null;
  /** Whether the other end of this connection has said that nothing more comes. */
  #hasEnded = false;

  /** True, as nothing is kept or changed, unless a subclass has a `dataReceived` of its own. */
  override get borrowsData(): boolean {
    return this.dataReceived === ForwardingProtocol.prototype.dataReceived;
  }

  /**
   * Sets the other connection.
   *
   * @param peer The other connection.
   */
  setPeer(peer: ForwardingProtocol): void {
    this.peer = peer;
  }

  /**
   * Hands data on.
   *
   * @param data The data.
   */
  override dataReceived(data: Uint8Array): void {
    this.peer?.transport.write(data);
  }

  /** Hands on that nothing more comes; closes both when that is true of both. */
  readConnectionLost(): void {
    this.#hasEnded = true;
    const peer = this.peer;
    if (peer === null) return this.transport.loseConnection();
    peer.transport.unregisterProducer();
    if (peer.#hasEnded) peer.transport.loseConnection();
    else peer.transport.loseWriteConnection();
  }

  /** Does nothing: that this end has said all was asked for. */
  writeConnectionLost(): void {}

  /**
   * Closes the other connection, too.
   *
   * @param _reason Why.
   */
  override connectionLost(_reason: Failure): void {
    const peer = this.peer;
    this.peer = null;
    if (peer === null) return;
    peer.peer = null;
    peer.transport.unregisterProducer();
    peer.transport.loseConnection();
  }
}

/** The connection to the port that another stands for. Twisted: `ProxyClient`. */
export class ProxyClient extends ForwardingProtocol {
  /** Begins to hand data on, both ways, each connection as fast as the other takes it. */
  override connectionMade(): void {
    const peer = this.peer;
    if (peer === null) return this.transport.loseConnection();
    peer.setPeer(this);
    this.transport.registerProducer(peer.transport, true);
    peer.transport.registerProducer(this.transport, true);
    peer.transport.resumeProducing();
  }
}

/** Makes the {@linkcode ProxyClient} of a {@linkcode ProxyServer}. Twisted: `ProxyClientFactory`. */
export class ProxyClientFactory extends ClientFactory {
  /** The class of the connection that is made. */
  override protocol: (new () => ForwardingProtocol) | null = ProxyClient;
  /** The connection that is forwarded; `null` when it is lost. */
  server: ForwardingProtocol | null = null;

  /**
   * Sets the connection that is forwarded.
   *
   * @param server The connection.
   */
  setServer(server: ForwardingProtocol): void {
    this.server = server;
  }

  /**
   * Makes the connection's other half.
   *
   * @param address The address of the other end.
   * @returns The protocol; `null` if the connection that is forwarded is lost meanwhile.
   */
  override buildProtocol(address: IAddress): ForwardingProtocol | null {
    if (this.server === null) return null;
    const client = super.buildProtocol(address) as ForwardingProtocol;
    client.setPeer(this.server);
    return client;
  }

  /**
   * Closes the connection that was to be forwarded.
   *
   * @param _connector What failed.
   * @param _reason Why.
   */
  override clientConnectionFailed(_connector: IConnector, _reason: Failure): void {
    this.server?.transport.loseConnection();
  }
}

/** The connection to the port that stands for another. Twisted: `ProxyServer`. */
export class ProxyServer extends ForwardingProtocol {
  /** The class of the factory that makes the other connection. */
  clientProtocolFactory: new () => ProxyClientFactory = ProxyClientFactory;
  /** The factory of the other connection; `null` before `connectionMade`. */
  #client: ProxyClientFactory | null = null;
  #connector: IConnector | null = null;

  /** Connects to the other port; reads nothing before that has succeeded. */
  override connectionMade(): void {
    this.transport.pauseProducing();
    const { reactor, host, port } = this.factory as ProxyFactory;
    const client = new this.clientProtocolFactory();
    client.setServer(this);
    this.#client = client;
    this.#connector = reactor.connectTCP(host, port, client);
  }

  /**
   * Closes the other connection, too, or gives up the attempt.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    if (this.#client !== null) this.#client.server = null;
    if (this.peer === null) this.#connector?.disconnect();
    super.connectionLost(reason);
  }
}

/**
 * Forwards every connection to a port of its own.
 *
 * Twisted: `ProxyFactory` (`protocols/portforward.py`, 24.7). Differs from Twisted: it is given its
 * reactor.
 *
 * @example A port that stands for another
 * ```ts
 * import { ClientCreator, PollReactor, portforward, Protocol, ServerFactory, wire } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * class Asking extends Protocol {
 *   override connectionMade(): void {
 *     this.transport.write(new TextEncoder().encode("anybody there?"));
 *   }
 *   override dataReceived(data: Uint8Array): void {
 *     assertEquals(new TextDecoder().decode(data), "anybody there?");
 *     reactor.stop();
 *   }
 * }
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("gateway"));
 * await sim.run(() => {
 *   reactor.listenTCP(7, ServerFactory.forProtocol(wire.Echo));
 *   reactor.listenTCP(1007, new portforward.ProxyFactory(reactor, "127.0.0.1", 7));
 *   new ClientCreator(reactor, Asking).connectTCP("127.0.0.1", 1007);
 *   return reactor.run();
 * });
 * ```
 */
export class ProxyFactory extends ServerFactory {
  /** The class of the connections that are accepted. */
  override protocol: (new () => ProxyServer) | null = ProxyServer;
  /** What connects. */
  readonly reactor: IReactorTCP;
  /** The host to forward to. */
  readonly host: string;
  /** The port to forward to. */
  readonly port: number;

  /**
   * Makes a factory.
   *
   * @param reactor What connects.
   * @param host The host to forward to.
   * @param port The port to forward to.
   */
  constructor(reactor: IReactorTCP, host: string, port: number) {
    super();
    this.reactor = reactor;
    this.host = host;
    this.port = port;
  }
}
