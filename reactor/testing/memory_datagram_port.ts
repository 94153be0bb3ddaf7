/**
 * Ports for datagrams that nobody but a test sends to.
 *
 * @module
 */

import { SocketError, type SocketErrorCode } from "../../poller/errors.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { fail, succeed } from "../deferred/succeed.ts";
import { InvalidAddressError, MulticastJoinError } from "../errors.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IMulticastTransport } from "../interfaces/reactor_multicast.ts";
import type { DatagramTarget, IDatagramProtocol } from "../interfaces/reactor_udp.ts";
import { type IPAddress, IPv4Address, IPv6Address } from "../net/address.ts";
import { isIPAddress, isIPv6Address } from "../net/ip_literal.ts";
import { FakeDatagramTransport } from "./fake_datagram_transport.ts";

/** A protocol over UDP, with or without groups. */
export type MemoryUDPProtocol =
  | IDatagramProtocol
  | IDatagramProtocol<IMulticastTransport>;

/**
 * A UDP port of a `MemoryReactor`, which is its transport, too: what is written is kept, and a test
 * sends in the name of others. What it is told of groups is kept as well.
 *
 * Not in Twisted.
 */
export class MemoryUDPPort extends FakeDatagramTransport
  implements IListeningPort, IMulticastTransport {
  /** Who is told of datagrams. */
  readonly protocol: MemoryUDPProtocol;
  /** Whether the port listens. */
  listening = false;
  /** The groups that the port is in, as `group` or `group networkInterface`. */
  readonly groups: Set<string> = new Set();
  readonly #maxPacketSize: number;
  #ttl = 1;
  #loopback = true;
  #outgoing: string;

  /**
   * Makes a port that does not listen yet.
   *
   * @param host The address to listen on.
   * @param protocol Who is told of datagrams.
   * @param maxPacketSize The longest payload that is delivered whole, in bytes.
   */
  constructor(host: IPAddress, protocol: MemoryUDPProtocol, maxPacketSize: number) {
    super(host);
    this.protocol = protocol;
    this.#maxPacketSize = maxPacketSize;
    this.#outgoing = host.family === "IPv6" ? "0" : "0.0.0.0";
  }

  /** Listens, and connects the protocol. */
  startListening(): void {
    if (this.listening) return;
    this.listening = true;
    this.protocol.makeConnection(this);
  }

  /** Ceases to listen, leaves all groups, and tells the protocol. */
  override stopListening(): Deferred<void> | null {
    if (!this.listening) return null;
    this.listening = false;
    this.groups.clear();
    this.protocol.doStop();
    return succeed(undefined);
  }

  /** Keeps a datagram; ignored if the port does not listen. */
  override write(packet: Uint8Array, address?: DatagramTarget): void {
    if (this.listening) super.write(packet, address);
  }

  // -- Groups --

  /** Joins a group; a Deferred that has fired says whether it is one. */
  joinGroup(group: string, networkInterface?: string): Deferred<void> {
    if (!isGroup(group)) {
      return refuseGroup(group, networkInterface, "EINVAL", "it is no group");
    }
    this.groups.add(nameOf(group, networkInterface));
    return succeed(undefined);
  }

  /** Leaves a group; a Deferred that has fired says whether the port was in it. */
  leaveGroup(group: string, networkInterface?: string): Deferred<void> {
    if (this.groups.delete(nameOf(group, networkInterface))) return succeed(undefined);
    return refuseGroup(group, networkInterface, "EADDRNOTAVAIL", "the port is no member");
  }

  /** Returns what was set last; at first 1. */
  getTTL(): number {
    return this.#ttl;
  }

  /**
   * Remembers for how many hops datagrams to groups live.
   *
   * @param ttl 1 to 255.
   * @throws {RangeError} If it is not.
   */
  setTTL(ttl: number): void {
    if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= 255)) {
      throw new RangeError(`Cannot set the TTL: ${ttl} is not a whole number from 1 to 255`);
    }
    this.#ttl = ttl;
  }

  /** Returns what was set last; at first true. */
  getLoopbackMode(): boolean {
    return this.#loopback;
  }

  /** Remembers whether what is sent to a group reaches the own machine. */
  setLoopbackMode(enabled: boolean): void {
    this.#loopback = enabled;
  }

  /** Returns what was set last; at first `0.0.0.0` or `0`. */
  getOutgoingInterface(): string {
    return this.#outgoing;
  }

  /** Remembers over which interface datagrams to groups leave. */
  setOutgoingInterface(networkInterface: string): Deferred<void> {
    this.#outgoing = networkInterface;
    return succeed(undefined);
  }

  // -- For the test --

  /**
   * Delivers a datagram, as if somebody had sent it; ignored if the port does not listen, or is
   * connected to somebody else.
   *
   * @param data The payload; what is longer than the port takes loses its end.
   * @param from Who. By default 192.168.1.1, port 54321.
   */
  receive(data: Uint8Array, from: IPAddress = SOMEBODY): void {
    if (!this.listening) return;
    const { peer } = this;
    if (peer !== null && (peer.host !== from.host || peer.port !== from.port)) return;
    this.protocol.datagramReceived(data.slice(0, this.#maxPacketSize), from);
  }

  /** Tells a connected port that its peer does not listen; ignored by one that is not connected. */
  refuse(): void {
    if (this.listening && this.peer !== null) this.protocol.connectionRefused();
  }
}

/** Who sends datagrams unless a test says otherwise. */
const SOMEBODY = new IPv4Address("UDP", "192.168.1.1", 54_321);

function isGroup(group: string): boolean {
  if (isIPv6Address(group)) return /^ff/i.test(group);
  const first = Number.parseInt(group);
  return isIPAddress(group) && first >= 224 && first <= 239;
}

function refuseGroup(
  group: string,
  networkInterface: string | undefined,
  code: SocketErrorCode,
  why: string,
): Deferred<void> {
  const cause = new SocketError(code, `Cannot join or leave ${group}: ${why}`);
  return fail(new MulticastJoinError(group, networkInterface ?? "", cause));
}

function nameOf(group: string, networkInterface: string | undefined): string {
  return networkInterface === undefined ? group : `${group} ${networkInterface}`;
}

/**
 * Makes the address that a UDP port listens on.
 *
 * @param host An IPv4 or IPv6 literal; empty for all IPv4 addresses.
 * @param port The port.
 * @returns The address.
 * @throws {InvalidAddressError} If the host is not a literal.
 */
export function udpHost(host: string, port: number): IPAddress {
  if (isIPv6Address(host)) return new IPv6Address("UDP", host, port);
  if (host === "" || isIPAddress(host)) return new IPv4Address("UDP", host || "0.0.0.0", port);
  throw new InvalidAddressError(
    host,
    `Cannot listen on ${host}: it is not an IPv4 or IPv6 literal`,
  );
}
