/**
 * A UDP port.
 *
 * @module
 */

import { formatAddress } from "../../poller/address.ts";
import { SocketError } from "../../poller/errors.ts";
import type { Datagram, DatagramHandle } from "../../poller/handle.ts";
import type { BindOptions } from "../../poller/network.ts";
import { CannotListenError, InvalidAddressError } from "../errors.ts";
import type {
  DatagramTarget,
  IDatagramProtocol,
  IUDPTransport,
  ListenUDPOptions,
} from "../interfaces/reactor_udp.ts";
import { type IPAddress, IPv4Address, IPv6Address } from "./address.ts";
import { checkBytes } from "./check_bytes.ts";
import { DatagramPort } from "./datagram_port.ts";
import { canonicalHost, isIPAddress, isIPv6Address } from "./ip_literal.ts";
import type { TransportSite } from "./transport_site.ts";

/** What a name for "everybody near" stands for. */
const BROADCAST = "255.255.255.255";

/** Twisted's default for the longest payload, in bytes. */
const MAX_PACKET_SIZE = 8192;

/**
 * Sends and receives UDP datagrams.
 *
 * Made by `reactor.listenUDP`. See {@linkcode DatagramPort} for errors and for the end.
 *
 * Twisted: `Port` (`internet/udp.py`, 24.7). Differs from Twisted: Deno cannot connect a datagram
 * socket, so after {@linkcode UDPPort.connect} it is the port that drops what others send, and the
 * system does not tell of refusals as a rule.
 */
export class UDPPort extends DatagramPort implements IUDPTransport {
  /** The local address that was asked for; empty for all IPv4 addresses. */
  readonly interface: string;
  /** The longest payload that is delivered whole, in bytes. */
  readonly maxPacketSize: number;
  /** Who is told of datagrams. */
  readonly protocol: IDatagramProtocol;
  /** What stands before "Port" in the log. */
  protected override readonly type = "UDP";
  readonly #port: number;
  /** The only peer, once connected. */
  #peer: DatagramTarget | null = null;
  #broadcastAllowed = false;
  /** What is received on at first, if it was opened by somebody else. */
  #adopted: DatagramHandle | null;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of datagrams.
   * @param options The interface and the longest payload.
   * @param adopted What to receive on when it is started for the first time; by default it is opened.
   * @throws {InvalidAddressError} If the interface is not a literal.
   */
  constructor(
    site: TransportSite,
    port: number,
    protocol: IDatagramProtocol,
    options: ListenUDPOptions = {},
    adopted: DatagramHandle | null = null,
  ) {
    super(site, protocol);
    this.#adopted = adopted;
    this.protocol = protocol;
    this.interface = options.interface ?? "";
    this.maxPacketSize = options.maxPacketSize ?? MAX_PACKET_SIZE;
    this.#port = port;
    if (this.interface !== "" && familyOfLiteral(this.interface) === null) {
      const message = `Cannot listen on ${this.interface}: it is not an IPv4 or IPv6 literal`;
      throw new InvalidAddressError(this.interface, message);
    }
  }

  /** See {@linkcode IUDPTransport.write}. */
  write(packet: Uint8Array, address?: DatagramTarget): void {
    checkBytes("packet", packet);
    const { host, port } = this.#destination(address);
    this.send(packet, { transport: "udp", hostname: host, port });
  }

  /** See {@linkcode IUDPTransport.writeSequence}. */
  writeSequence(pieces: Iterable<Uint8Array>, address?: DatagramTarget): void {
    this.write(join(pieces), address);
  }

  /** See {@linkcode IUDPTransport.connect}. */
  connect(host: string, port: number): void {
    if (this.#peer !== null) {
      throw new Error(`Cannot connect to ${host}:${port}: port is connected already`);
    }
    this.#check(host, port);
    this.#peer = { host: canonicalHost(host), port };
  }

  /** Returns the address that is listened on, with the real port; it stays after a stop. */
  override getHost(): IPAddress {
    const { handle } = this;
    if (handle === null) {
      throw new SocketError("ENOTCONN", "Cannot get the host of a port: it was never bound");
    }
    return toIPAddress(handle.localAddress);
  }

  /** See {@linkcode IUDPTransport.getBroadcastAllowed}. */
  getBroadcastAllowed(): boolean {
    return this.#broadcastAllowed;
  }

  /** See {@linkcode IUDPTransport.setBroadcastAllowed}. */
  setBroadcastAllowed(enabled: boolean): void {
    this.#broadcastAllowed = enabled;
  }

  /** Opens the socket. */
  protected override bind(): DatagramHandle {
    const hostname = this.interface === "" ? "0.0.0.0" : this.interface;
    try {
      if (this.connected) {
        throw new SocketError("EADDRINUSE", `Cannot bind ${this}: it is bound already`);
      }
      this.#peer = null;
      const adopted = this.#adopted;
      this.#adopted = null;
      if (adopted !== null) return adopted;
      const address = { transport: "udp", hostname, port: this.#port } as const;
      return this.site.reactor.platform.network.bindDatagram(address, this.bindOptions);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      throw new CannotListenError(this.interface, this.#port, error);
    }
  }

  /** How the socket is bound. */
  protected get bindOptions(): BindOptions {
    return {};
  }

  /** Calls the protocol's `makeConnection`. */
  protected override makeConnection(): void {
    this.protocol.makeConnection(this);
  }

  /** Hands a datagram to the protocol, unless the port is connected to somebody else. */
  protected override deliver(datagram: Datagram): void {
    const from = toIPAddress(datagram.from);
    const peer = this.#peer;
    if (peer !== null && !isSamePlace(peer, from)) return;
    this.protocol.datagramReceived(datagram.bytes.subarray(0, this.maxPacketSize), from);
  }

  /** Whether the port is connected. */
  protected override get hasPeer(): boolean {
    return this.#peer !== null;
  }

  /** Returns the number of the port. */
  protected override place(): string {
    return `${this.getHost().port}`;
  }

  #destination(address: DatagramTarget | undefined): DatagramTarget {
    const peer = this.#peer;
    if (peer !== null) {
      if (address === undefined || isSamePlace(address, peer)) return peer;
      const message = `Cannot write to ${address.host}: the port is connected to ${peer.host}`;
      throw new InvalidAddressError(address.host, message);
    }
    if (address === undefined) {
      throw new InvalidAddressError("", "Cannot write: the address is missing");
    }
    const host = address.host === "<broadcast>" ? BROADCAST : address.host;
    this.#check(host, address.port);
    if (host === BROADCAST && !this.#broadcastAllowed) {
      throw new SocketError("EACCES", `Cannot write to ${host}: broadcast is not allowed`);
    }
    return { host: canonicalHost(host), port: address.port };
  }

  #check(host: string, port: number): void {
    const family = familyOfLiteral(host);
    const own = this.interface.includes(":") ? 6 : 4;
    if (family !== own) {
      const what = family === null ? "not an IPv4 or IPv6 literal" : `of IPv${family}`;
      const message = `Cannot write to ${host}: it is ${what} and the port is of IPv${own}`;
      throw new InvalidAddressError(host, message);
    }
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
      throw new RangeError(`Cannot write to ${host}: port is ${port}`);
    }
  }
}

function familyOfLiteral(host: string): 4 | 6 | null {
  if (isIPAddress(host)) return 4;
  return isIPv6Address(host) ? 6 : null;
}

function isSamePlace(a: DatagramTarget, b: DatagramTarget): boolean {
  return a.port === b.port && canonicalHost(a.host) === canonicalHost(b.host);
}

function toIPAddress(address: Datagram["from"]): IPAddress {
  if ("path" in address) {
    throw new SocketError(
      "EAFNOSUPPORT",
      `Cannot describe ${formatAddress(address)}: it is a path`,
    );
  }
  const { hostname, port } = address;
  return hostname.includes(":")
    ? new IPv6Address("UDP", hostname, port)
    : new IPv4Address("UDP", hostname, port);
}

/**
 * Joins pieces.
 *
 * @param pieces The pieces, in order.
 * @returns Their bytes in one array.
 */
export function join(pieces: Iterable<Uint8Array>): Uint8Array {
  const list = [...pieces];
  const whole = new Uint8Array(list.reduce((length, piece) => length + piece.length, 0));
  let start = 0;
  for (const piece of list) {
    whole.set(piece, start);
    start += piece.length;
  }
  return whole;
}
