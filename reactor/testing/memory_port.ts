/**
 * A port that nobody but a test connects to.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/succeed.ts";
import { ConnectionLost } from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import { type IPAddress, IPv4Address, UNIXAddress } from "../net/address.ts";
import { contextOf, optionsOf } from "../net/tls_start.ts";
import { MemoryTransport } from "./memory_transport.ts";

/** A protocol and the transport that it was connected to. */
export interface MemoryConnection {
  /** The protocol. */
  readonly protocol: IProtocol;
  /** Its transport. */
  readonly transport: MemoryTransport;
}

/**
 * A port of a `MemoryReactor`: a test accepts connections in the name of the network.
 *
 * Twisted: `_FakePort` (`internet/testing.py`, 24.7). Differs from Twisted: it starts and stops its
 * factory, and accepts.
 *
 * @typeParam A The address that is listened on.
 */
export class MemoryPort<A extends IAddress = IPAddress> implements IListeningPort {
  /** The factory that was given. */
  readonly factory: IProtocolFactory;
  /** What TLS is begun with; `null` for a port without TLS. */
  readonly source: TLSContextSource | null;
  /** Whether the port listens. */
  listening = false;
  readonly #clock: Timers;
  readonly #host: A;
  readonly #transports = new Set<MemoryTransport>();

  /**
   * Makes a port that does not listen yet.
   *
   * @param clock Calls later.
   * @param host The address to listen on.
   * @param factory Makes the protocols.
   * @param source What TLS is begun with; `null` for none.
   */
  constructor(
    clock: Timers,
    host: A,
    factory: IProtocolFactory,
    source: TLSContextSource | null = null,
  ) {
    this.#clock = clock;
    this.#host = host;
    this.factory = factory;
    this.source = source;
  }

  /**
   * Listens, and starts the factory.
   *
   * @throws {CertificateError} If TLS was asked for and there is no certificate or no key.
   */
  startListening(): void {
    if (this.listening) return;
    if (this.source !== null) optionsOf(contextOf(this.source, this.factory), false, null);
    this.listening = true;
    this.factory.doStart();
  }

  /** Ceases to listen, and stops the factory. */
  stopListening(): Deferred<void> | null {
    if (!this.listening) return null;
    this.listening = false;
    this.factory.doStop();
    return succeed(undefined);
  }

  /** Returns the address that is listened on. */
  getHost(): A {
    return this.#host;
  }

  // -- For the test --

  /**
   * Accepts a connection, as if somebody had connected.
   *
   * @param peerAddress Who. By default 192.168.1.1, port 54321, or a UNIX socket without a name.
   * @returns The protocol and its transport; `null` if the factory refuses.
   * @throws {Error} If the port does not listen.
   */
  accept(peerAddress: IAddress = this.#somebody()): MemoryConnection | null {
    const context = this.source === null ? null : contextOf(this.source, this.factory);
    const protocol = this.buildProtocol(peerAddress);
    if (protocol === null) return null;
    const transport = new MemoryTransport(protocol, {
      hostAddress: this.#host,
      peerAddress,
      callSoon: (callback) => void this.#clock.callLater(0, callback),
      onLost: () => void this.#transports.delete(transport),
    }, context);
    this.#transports.add(transport);
    protocol.makeConnection(transport);
    return { protocol, transport };
  }

  /**
   * Asks the factory for a protocol.
   *
   * @param address Who connects.
   * @returns The protocol; `null` if the factory refuses.
   * @throws {Error} If the port does not listen.
   */
  buildProtocol(address: IAddress): IProtocol | null {
    if (!this.listening) throw new Error("Cannot accept: the port does not listen");
    return this.factory.buildProtocol(address);
  }

  /** Ceases to listen, and loses all connections that it has accepted. */
  disconnectAll(): void {
    this.stopListening();
    for (const transport of [...this.#transports]) transport.lose(new ConnectionLost());
  }

  #somebody(): IAddress {
    if (this.#host instanceof UNIXAddress) return new UNIXAddress(null);
    return new IPv4Address("TCP", "192.168.1.1", 54_321);
  }
}
