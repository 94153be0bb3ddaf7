/**
 * Datagrams, as a reactor offers them.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IPAddress } from "../net/address.ts";
import type { ILoggingContext } from "./descriptors.ts";
import type { IListeningPort } from "./listening_port.ts";

/** Where a datagram goes: an address of the reactor's, or anything with the same two members. */
export interface DatagramTarget {
  /** An IPv4 or IPv6 literal, or `<broadcast>`. */
  readonly host: string;
  /** The port, 1 to 65535. */
  readonly port: number;
}

/**
 * What speaks over datagrams.
 *
 * Twisted: `IDatagramProtocol` of the documentation, `AbstractDatagramProtocol`
 * (`internet/protocol.py`, 24.7).
 *
 * @typeParam T The transport: {@linkcode IUDPTransport} unless said otherwise.
 * @typeParam A The address of a sender.
 */
export interface IDatagramProtocol<T = IUDPTransport, A = IPAddress>
  extends Partial<ILoggingContext> {
  /**
   * Gives the protocol its transport, each time that a port is opened with it.
   *
   * @param transport The transport.
   */
  makeConnection(transport: T): void;
  /** Tells that the port was closed. Called once for each `makeConnection`. */
  doStop(): void;
  /**
   * Takes a datagram, whole.
   *
   * @param data The payload, the protocol's to keep; it may be empty.
   * @param address The sender.
   */
  datagramReceived(data: Uint8Array, address: A): void;
  /** Tells that the peer of a connected transport does not listen. */
  connectionRefused(): void;
}

/**
 * Sends datagrams.
 *
 * Twisted: `IUDPTransport` (`internet/interfaces.py`, 24.7). Differs from Twisted: a destination is
 * an object with `host` and `port`, not a pair.
 */
export interface IUDPTransport {
  /**
   * Sends a datagram, whole or not at all. Ignored after the port was closed.
   *
   * @param packet The payload; copied before this returns.
   * @param address Where to. A connected transport needs none, or takes that of its peer.
   * @throws {InvalidAddressError} If the host is not a literal of the port's family or
   * `<broadcast>`, or if it is missing or not that of the peer.
   * @throws {MessageLengthError} If the payload is longer than a datagram can be.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535.
   * @throws {TypeError} If `packet` is not a `Uint8Array`.
   */
  write(packet: Uint8Array, address?: DatagramTarget): void;
  /**
   * Sends pieces as one datagram.
   *
   * @param pieces The pieces, in order.
   * @param address As in {@linkcode IUDPTransport.write}.
   */
  writeSequence(pieces: Iterable<Uint8Array>, address?: DatagramTarget): void;
  /**
   * Binds the transport to one peer: `write` needs no address, and datagrams of others are dropped.
   *
   * @param host An IPv4 or IPv6 literal.
   * @param port The port.
   * @throws {InvalidAddressError} If the host is not a literal of the port's family.
   * @throws {Error} If the transport is connected.
   */
  connect(host: string, port: number): void;
  /** Returns the address that is listened on, with the real port. */
  getHost(): IPAddress;
  /** Returns whether datagrams may be sent to broadcast addresses; at first they may not. */
  getBroadcastAllowed(): boolean;
  /**
   * Allows or forbids to send to `<broadcast>` and `255.255.255.255`.
   *
   * @param enabled Whether it is allowed.
   */
  setBroadcastAllowed(enabled: boolean): void;
  /**
   * Ceases to receive at once, and closes the port in a later pass.
   *
   * @returns A Deferred that fires when the address can be bound again, or `null` if the port is
   * closed already.
   */
  stopListening(): Deferred<void> | null;
}

/** How to listen for datagrams. */
export interface ListenUDPOptions {
  /**
   * The local address to receive on: an IPv4 or IPv6 literal; empty for all IPv4 addresses.
   *
   * @default {""}
   */
  readonly interface?: string;
  /**
   * The longest payload that is delivered whole, in bytes; a longer one loses its end.
   *
   * @default {8192}
   */
  readonly maxPacketSize?: number;
}

/**
 * Opens UDP ports. Twisted: `IReactorUDP` (`internet/interfaces.py`, 24.7). Differs from Twisted:
 * what follows the protocol is one options object.
 */
export interface IReactorUDP {
  /**
   * Listens for datagrams.
   *
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of them. Its `makeConnection` is called before this returns.
   * @param options The interface and the longest payload.
   * @returns The port, bound; it is the protocol's transport, too.
   * @throws {CannotListenError} If the address cannot be bound.
   * @throws {InvalidAddressError} If the interface is not a literal.
   */
  listenUDP(port: number, protocol: IDatagramProtocol, options?: ListenUDPOptions): IListeningPort;
}
