/**
 * Multicast: datagrams to a group of hosts.
 *
 * @module
 */

/** The first byte from 224 to 239, and three more. */
const GROUP_V4 = /^2(?:2[4-9]|3\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

const GROUP_V6 = /^ff[0-9a-f]{2}:[0-9a-f:.]*$/i;

/**
 * What a datagram socket does with multicast groups. A socket has it that was bound with
 * `BindOptions.multicast`, see `DatagramHandle.multicast`; any socket can send to a group.
 *
 * An interface is named by one of its addresses (`192.0.2.7`, `127.0.0.1`) for IPv4 and by its index
 * (`1`) for IPv6; `0.0.0.0`, `0` or nothing has the system choose.
 *
 * Guaranteed: a socket bound to every address or to the group receives what is sent to its port in the
 * groups that it has joined, once for each datagram; one bound to another address receives
 * nothing of them. Everything takes effect at once.
 *
 * Not guaranteed: that only members receive. On Linux a socket bound to every address gets what comes
 * to its port for any group that some socket of the machine has joined.
 */
export interface MulticastSocket {
  /**
   * For how many hops datagrams to groups live, 1 to 255; 1 stays on the local network.
   *
   * @throws {RangeError} On setting, if it is not a whole number from 1 to 255.
   * @throws {SocketError} On setting, `EBADF` after `close()`.
   * @default {1}
   */
  ttl: number;
  /**
   * Whether what this socket sends to a group reaches the sockets of its own machine. Over the
   * loopback interface it always does.
   *
   * @throws {SocketError} On setting, `EBADF` after `close()`.
   * @default {true}
   */
  loopback: boolean;
  /**
   * The interface over which datagrams to groups leave.
   *
   * @throws {SocketError} On setting, `EADDRNOTAVAIL` if there is no such interface, `ENOTSUP` where
   * the platform cannot set it (Deno, for IPv6), `EBADF` after `close()`.
   * @default {"0.0.0.0" or "0"}
   */
  outgoingInterface: string;
  /**
   * Joins a group on an interface.
   *
   * @param group The group's address.
   * @param networkInterface The interface.
   * @throws {SocketError} `EINVAL` if the address is not that of a group, `EAFNOSUPPORT` if it is of
   * another family than the socket, `EADDRINUSE` if the socket is a member already, `EADDRNOTAVAIL`
   * if there is no such interface or it has no room for another member, `EBADF` after `close()`.
   */
  joinGroup(group: string, networkInterface?: string): void;
  /**
   * Leaves a group on an interface. Closing the socket leaves all.
   *
   * @param group The group's address.
   * @param networkInterface The interface, as it was given when the socket joined.
   * @throws {SocketError} `EADDRNOTAVAIL` if the socket is not a member; otherwise as for
   * {@linkcode MulticastSocket.joinGroup}.
   */
  leaveGroup(group: string, networkInterface?: string): void;
}

/**
 * Tells whether an address is that of a multicast group: 224.0.0.0 to 239.255.255.255 (RFC 5771), or
 * `ff00::/8` (RFC 4291).
 *
 * @example Groups and others
 * ```ts
 * import { isMulticastAddress } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["225.0.0.250", "ff02::1", "127.0.0.1"].map(isMulticastAddress), [true, true, false]);
 * ```
 *
 * @param hostname A literal, without brackets; nothing else is the address of a group.
 * @returns Whether it is.
 */
export function isMulticastAddress(hostname: string): boolean {
  return GROUP_V4.test(hostname) || GROUP_V6.test(hostname);
}
