/**
 * Sockets that a reactor did not open.
 *
 * @module
 */

import type { IAddress } from "./address.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IProtocolFactory } from "./protocol_factory.ts";
import type { IDatagramProtocol } from "./reactor_udp.ts";
import type { ITransport } from "./transport.ts";

/** The family of a socket: those of addresses, of which not every method takes all. */
export type AddressFamilyName = IAddress["family"];

/**
 * Takes over sockets that the process has inherited from the one that started it, as from a service
 * manager that listens in its place. Twisted: `IReactorSocket` (`internet/interfaces.py`, 24.7).
 *
 * Differs from Twisted: the descriptor is not duplicated, it belongs to the reactor from then on, and
 * is taken over once; families are named. Of what Deno tells of a UNIX socket its paths are missing.
 */
export interface IReactorSocket {
  /**
   * Listens on a socket.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"`, `"IPv6"` or `"UNIX"`.
   * @param factory Makes a protocol for each connection.
   * @returns The port, listening. To stop it closes this process's descriptor only: others that have
   * the socket go on to accept.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {CannotListenError} If the descriptor is of no socket that can listen, or the platform cannot
   * take sockets over.
   */
  adoptStreamPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): IListeningPort;
  /**
   * Goes on with a connection. The factory and the protocol are called before this returns.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"`, `"IPv6"` or `"UNIX"`.
   * @param factory Makes the protocol.
   * @returns The transport; `null` if the factory made no protocol, and then the connection is closed.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {SocketError} If the descriptor is of no connection, or the platform cannot take sockets over
   * (`ENOTSUP`).
   * @throws {unknown} What `factory.buildProtocol` throws; the connection is closed.
   */
  adoptStreamConnection(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): ITransport | null;
  /**
   * Receives datagrams on a socket.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"` or `"IPv6"`.
   * @param protocol Who is told of them.
   * @param maxPacketSize The longest payload that is delivered whole, in bytes; 8192 by default.
   * @returns The port. To stop it closes this process's descriptor only.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {CannotListenError} If the descriptor is of no datagram socket, or the platform cannot take
   * such over, as Deno.
   */
  adoptDatagramPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    protocol: IDatagramProtocol,
    maxPacketSize?: number,
  ): IListeningPort;
}
