/**
 * Multicast, as a reactor offers it.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IDatagramProtocol, IUDPTransport, ListenUDPOptions } from "./reactor_udp.ts";

/**
 * Sends datagrams, also to groups, and receives those of the groups that it has joined.
 *
 * An interface is named by one of its addresses for IPv4 and by its index for IPv6; nothing has the
 * system choose.
 *
 * Twisted: `IMulticastTransport` (`internet/interfaces.py`, 24.7).
 */
export interface IMulticastTransport extends IUDPTransport {
  /**
   * Joins a group.
   *
   * @param group The group's address, `239.1.2.3` for example.
   * @param networkInterface The interface.
   * @returns A Deferred that has fired; it fails with `MulticastJoinError`.
   */
  joinGroup(group: string, networkInterface?: string): Deferred<void>;
  /**
   * Leaves a group. Closing the port leaves all.
   *
   * @param group The group's address.
   * @param networkInterface The interface, as it was given when the port joined.
   * @returns A Deferred that has fired; it fails with `MulticastJoinError` if the port is no member.
   */
  leaveGroup(group: string, networkInterface?: string): Deferred<void>;
  /** Returns for how many hops datagrams to groups live; 1 at first. */
  getTTL(): number;
  /**
   * Says for how many hops datagrams to groups live.
   *
   * @param ttl 1 to 255.
   * @throws {RangeError} If it is not.
   */
  setTTL(ttl: number): void;
  /** Returns whether what is sent to a group reaches the own machine; at first it does. */
  getLoopbackMode(): boolean;
  /**
   * Says whether what is sent to a group reaches the own machine.
   *
   * @param enabled Whether it does.
   */
  setLoopbackMode(enabled: boolean): void;
  /** Returns the interface over which datagrams to groups leave; `0.0.0.0` or `0` is any. */
  getOutgoingInterface(): string;
  /**
   * Says over which interface datagrams to groups leave.
   *
   * @param networkInterface The interface.
   * @returns A Deferred that has fired; it fails with a `SocketError`.
   */
  setOutgoingInterface(networkInterface: string): Deferred<void>;
}

/** How to listen for datagrams of groups. */
export interface ListenMulticastOptions extends ListenUDPOptions {
  /**
   * Whether other sockets that say the same may have the port, too; each receives what comes to a
   * group.
   *
   * @default {false}
   */
  readonly listenMultiple?: boolean;
}

/**
 * Opens multicast ports. Twisted: `IReactorMulticast` (`internet/interfaces.py`, 24.7). Differs from
 * Twisted: what follows the protocol is one options object.
 */
export interface IReactorMulticast {
  /**
   * Listens for datagrams, also of groups.
   *
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of them. Its `makeConnection` is called before this returns.
   * @param options The interface, the longest payload, and whether to share the port.
   * @returns The port, bound; it is the protocol's transport, too.
   * @throws {CannotListenError} If the address cannot be bound.
   * @throws {InvalidAddressError} If the interface is not a literal.
   */
  listenMulticast(
    port: number,
    protocol: IDatagramProtocol<IMulticastTransport>,
    options?: ListenMulticastOptions,
  ): IListeningPort & IMulticastTransport;
}
