/**
 * A transport for datagrams that keeps what is written to it.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/succeed.ts";
import { InvalidAddressError } from "../errors.ts";
import type { DatagramTarget, IUDPTransport } from "../interfaces/reactor_udp.ts";
import { type IPAddress, IPv4Address } from "../net/address.ts";
import { isIPAddress, isIPv6Address } from "../net/ip_literal.ts";
import { join } from "../net/udp_port.ts";

/** A datagram that was written. */
export interface WrittenDatagram {
  /** The payload. */
  readonly packet: Uint8Array;
  /** Where to. */
  readonly address: DatagramTarget;
}

/** Where a transport without a network pretends to be. */
const HOST = new IPv4Address("UDP", "10.0.0.1", 12_345);

/**
 * A transport for datagrams without a network. The test plays the peers: it calls
 * `protocol.datagramReceived` and `protocol.connectionRefused`.
 *
 * Twisted: `FakeDatagramTransport` (`internet/testing.py`, 24.7).
 *
 * Differs from Twisted: it has all methods of such a transport, and refuses the addresses that a
 * transport refuses.
 *
 * @example What a protocol answers
 * ```ts
 * import { DatagramProtocol, FakeDatagramTransport, type IPAddress, IPv4Address } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * class Echo extends DatagramProtocol {
 *   override datagramReceived(data: Uint8Array, address: IPAddress): void {
 *     this.transport?.write(data, address);
 *   }
 * }
 * const echo = new Echo();
 * const transport = new FakeDatagramTransport();
 * echo.makeConnection(transport);
 * echo.datagramReceived(new Uint8Array([1]), new IPv4Address("UDP", "192.168.1.1", 7));
 * assertEquals(transport.written, [{ packet: new Uint8Array([1]), address: { host: "192.168.1.1", port: 7 } }]);
 * ```
 */
export class FakeDatagramTransport implements IUDPTransport {
  /** What was written, oldest first. */
  readonly written: WrittenDatagram[] = [];
  readonly #host: IPAddress;
  #peer: DatagramTarget | null = null;
  #broadcastAllowed = false;

  /**
   * Makes a transport.
   *
   * @param host Where it pretends to be. By default 10.0.0.1, port 12345.
   */
  constructor(host: IPAddress = HOST) {
    this.#host = host;
  }

  /** The peer that the transport is connected to; `null` if it is not. */
  get peer(): DatagramTarget | null {
    return this.#peer;
  }

  /**
   * Keeps a datagram.
   *
   * @param packet The payload; copied.
   * @param address Where to. A connected transport needs none.
   * @throws {InvalidAddressError} If the address is missing, of another family, no literal, or not
   * that of the peer.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535.
   * @throws {TypeError} If `packet` is not a `Uint8Array`.
   */
  write(packet: Uint8Array, address?: DatagramTarget): void {
    if (!(packet instanceof Uint8Array)) {
      throw new TypeError(`Cannot write: packet is of type ${typeof packet}, not a Uint8Array`);
    }
    const { host, port } = this.#destination(address);
    this.written.push({ packet: packet.slice(), address: { host, port } });
  }

  /** Keeps pieces as one datagram; see {@linkcode FakeDatagramTransport.write}. */
  writeSequence(pieces: Iterable<Uint8Array>, address?: DatagramTarget): void {
    this.write(join(pieces), address);
  }

  /**
   * Binds the transport to one peer.
   *
   * @param host An IPv4 or IPv6 literal.
   * @param port The port.
   * @throws {InvalidAddressError} If the host is no literal of the transport's family.
   * @throws {Error} If the transport is connected.
   */
  connect(host: string, port: number): void {
    if (this.#peer !== null) {
      throw new Error(`Cannot connect to ${host}:${port}: the transport is connected already`);
    }
    this.#check(host, port);
    this.#peer = { host, port };
  }

  /** Returns where the transport pretends to be. */
  getHost(): IPAddress {
    return this.#host;
  }

  /** Returns what was set last; at first false. */
  getBroadcastAllowed(): boolean {
    return this.#broadcastAllowed;
  }

  /** Remembers whether datagrams may be sent to `<broadcast>`. */
  setBroadcastAllowed(enabled: boolean): void {
    this.#broadcastAllowed = enabled;
  }

  /** Returns a Deferred that has fired: there is nothing to close. */
  stopListening(): Deferred<void> | null {
    return succeed(undefined);
  }

  #destination(address: DatagramTarget | undefined): DatagramTarget {
    const peer = this.#peer;
    if (peer === null) {
      if (address === undefined) {
        throw new InvalidAddressError("", "Cannot write: the address is missing");
      }
      if (address.host !== "<broadcast>") this.#check(address.host, address.port);
      else if (!this.#broadcastAllowed) {
        throw new InvalidAddressError(address.host, "Cannot write: broadcast is not allowed");
      }
      return address;
    }
    if (address === undefined || address.host === peer.host && address.port === peer.port) {
      return peer;
    }
    const message = `Cannot write to ${address.host}: the port is connected to ${peer.host}`;
    throw new InvalidAddressError(address.host, message);
  }

  #check(host: string, port: number): void {
    const isOfFamily = this.#host.family === "IPv6" ? isIPv6Address(host) : isIPAddress(host);
    if (!isOfFamily) {
      const message = `Cannot write to ${host}: it is not a literal of ${this.#host.family}`;
      throw new InvalidAddressError(host, message);
    }
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
      throw new RangeError(`Cannot write to ${host}: port is ${port}`);
    }
  }
}
