/**
 * A port that nobody but a test connects to.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/succeed.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import { IPv4Address, IPv6Address } from "../net/address.ts";
import type { StringTransport } from "./string_transport.ts";
import { StringTransportWithDisconnection } from "./string_transport_with_disconnection.ts";

/** A protocol and the transport that it was connected to. */
export interface MemoryConnection {
  /** The protocol. */
  readonly protocol: IProtocol;
  /** Its transport. */
  readonly transport: StringTransport;
}

/**
 * A port of a `MemoryReactor`: a test accepts connections in the name of the network.
 *
 * Twisted: `_FakePort` (`internet/testing.py`, 24.7). Differs from Twisted: it starts and stops its
 * factory, and accepts.
 */
export class MemoryPort implements IListeningPort {
  /** The factory that was given. */
  readonly factory: IProtocolFactory;
  /** Whether the port listens. */
  listening = false;
  readonly #clock: Timers;
  readonly #host: IPv4Address | IPv6Address;

  /**
   * Makes a port that does not listen yet.
   *
   * @param clock Calls later.
   * @param host The address to listen on; empty for all.
   * @param port The port.
   * @param factory Makes the protocols.
   */
  constructor(clock: Timers, host: string, port: number, factory: IProtocolFactory) {
    this.#clock = clock;
    this.factory = factory;
    this.#host = host.includes(":")
      ? new IPv6Address("TCP", host, port)
      : new IPv4Address("TCP", host === "" ? "0.0.0.0" : host, port);
  }

  /** Listens, and starts the factory. */
  startListening(): void {
    if (this.listening) return;
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
  getHost(): IPv4Address | IPv6Address {
    return this.#host;
  }

  /**
   * Accepts a connection, as if somebody had connected.
   *
   * @param peerAddress Who.
   * @returns The protocol and its transport; `null` if the factory refuses.
   * @throws {Error} If the port does not listen.
   */
  accept(
    peerAddress: IAddress = new IPv4Address("TCP", "192.168.1.1", 54_321),
  ): MemoryConnection | null {
    const protocol = this.buildProtocol(peerAddress);
    if (protocol === null) return null;
    const transport = new StringTransportWithDisconnection(protocol, {
      hostAddress: this.#host,
      peerAddress,
      callSoon: (callback) => void this.#clock.callLater(0, callback),
    });
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
}
