/**
 * Datagrams between the processes of a machine.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { UNIXAddress } from "../net/address.ts";
import type { ILoggingContext } from "./descriptors.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IDatagramProtocol } from "./reactor_udp.ts";

/**
 * Sends datagrams to paths.
 *
 * Twisted: `IUNIXDatagramTransport` (`internet/interfaces.py`, 24.7).
 */
export interface IUNIXDatagramTransport {
  /**
   * Sends a datagram, whole or not at all. Ignored after the port was closed.
   *
   * @param packet The payload; copied before this returns.
   * @param address The path of the receiver.
   * @throws {MessageLengthError} If the payload is longer than a datagram can be.
   * @throws {TypeError} If `packet` is not a `Uint8Array`.
   */
  write(packet: Uint8Array, address: string): void;
  /** Returns the path that is listened on. */
  getHost(): UNIXAddress;
  /**
   * Ceases to receive at once, and closes the port in a later pass.
   *
   * @returns A Deferred that fires when the path can be bound again, or `null` if the port is closed
   * already.
   */
  stopListening(): Deferred<void> | null;
}

/**
 * Sends datagrams to one path.
 *
 * Twisted: `IUNIXDatagramConnectedTransport` (`internet/interfaces.py`, 24.7).
 */
export interface IUNIXDatagramConnectedTransport {
  /**
   * Sends a datagram, whole or not at all. Ignored after the port was closed.
   *
   * @param packet The payload; copied before this returns.
   * @throws {MessageLengthError} If the payload is longer than a datagram can be.
   * @throws {TypeError} If `packet` is not a `Uint8Array`.
   */
  write(packet: Uint8Array): void;
  /** Returns the path of this end. */
  getHost(): UNIXAddress;
  /** Returns the path of the peer. */
  getPeer(): UNIXAddress;
  /**
   * Ceases to receive at once, and closes the port in a later pass.
   *
   * @returns A Deferred that fires when the port is closed, or `null` if it is already.
   */
  stopListening(): Deferred<void> | null;
}

/** What speaks over datagrams with one peer. Twisted: `ConnectedDatagramProtocol`'s methods. */
export interface IConnectedDatagramProtocol extends Partial<ILoggingContext> {
  /**
   * Gives the protocol its transport, each time that a port is opened with it.
   *
   * @param transport The transport.
   */
  makeConnection(transport: IUNIXDatagramConnectedTransport): void;
  /** Tells that the port was closed. */
  doStop(): void;
  /**
   * Takes a datagram of the peer, whole.
   *
   * @param data The payload, the protocol's to keep; it may be empty.
   */
  datagramReceived(data: Uint8Array): void;
  /** Tells that the peer does not listen. */
  connectionRefused(): void;
}

/** How to listen for datagrams on a path. */
export interface ListenUNIXDatagramOptions {
  /**
   * The longest payload that is delivered whole, in bytes; a longer one loses its end.
   *
   * @default {8192}
   */
  readonly maxPacketSize?: number;
  /**
   * The permission bits of the socket's file.
   *
   * @default {0o666}
   */
  readonly mode?: number;
}

/** How to send datagrams to a path. */
export interface ConnectUNIXDatagramOptions extends ListenUNIXDatagramOptions {
  /** The path of this end, by which the peer can answer. By default the system chooses a name. */
  readonly bindAddress?: string;
}

/**
 * Opens UNIX datagram ports. Twisted: `IReactorUNIXDatagram` (`internet/interfaces.py`, 24.7). Differs
 * from Twisted: what follows the protocol is one options object.
 */
export interface IReactorUNIXDatagram {
  /**
   * Listens for datagrams.
   *
   * @param address The path of the socket's file; one that begins with a NUL stands for no file
   * (Linux only).
   * @param protocol Who is told of them. Its `makeConnection` is called before this returns.
   * @param options The longest payload, and the mode of the file.
   * @returns The port, bound; it is the protocol's transport, too.
   * @throws {CannotListenError} If the path cannot be bound.
   */
  listenUNIXDatagram(
    address: string,
    protocol: IDatagramProtocol<IUNIXDatagramTransport, string | null>,
    options?: ListenUNIXDatagramOptions,
  ): IListeningPort;
  /**
   * Sends datagrams to a path.
   *
   * @param address The path of the peer.
   * @param protocol Who is told of its answers. Its `makeConnection` is called before this returns.
   * @param options The path of this end, the longest payload, and the mode of the file.
   * @returns The port, bound; it is the protocol's transport, too.
   * @throws {CannotListenError} If `bindAddress` cannot be bound.
   */
  connectUNIXDatagram(
    address: string,
    protocol: IConnectedDatagramProtocol,
    options?: ConnectUNIXDatagramOptions,
  ): IListeningPort;
}
