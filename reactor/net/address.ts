/**
 * The addresses that the reactor's transports, ports and connectors speak of.
 *
 * @module
 */

import type { StreamAddress } from "../../poller/address.ts";
import { assert } from "../../poller/invariant.ts";

/** What an internet address is for. */
export type InetTransport = "TCP" | "UDP";

/**
 * An IPv4 address and a port.
 *
 * Twisted: `IPv4Address` (`internet/address.py`, 24.7). Differs from Twisted: JavaScript's maps
 * compare objects by identity, so use {@linkcode IPv4Address.toString} as the key.
 *
 * @example Addresses are compared by value
 * ```ts
 * import { IPv4Address } from "@twinloop/twinloop/reactor";
 * import { assert } from "@std/assert";
 *
 * assert(new IPv4Address("TCP", "127.0.0.1", 80).equals(new IPv4Address("TCP", "127.0.0.1", 80)));
 * ```
 */
export class IPv4Address {
  /** Tells the kinds of addresses apart. */
  readonly family = "IPv4";
  /** What the address is for. */
  readonly type: InetTransport;
  /** The dotted-quad literal. */
  readonly host: string;
  /** The port, 0 to 65535. */
  readonly port: number;

  /**
   * Makes an address.
   *
   * @param type What it is for.
   * @param host The dotted-quad literal; kept as it is given.
   * @param port The port.
   */
  constructor(type: InetTransport, host: string, port: number) {
    this.type = type;
    this.host = host;
    this.port = port;
  }

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof IPv4Address && other.type === this.type &&
      other.host === this.host && other.port === this.port;
  }

  /** Writes the address as Twisted does; equal addresses, and no others, give the same text. */
  toString(): string {
    return `IPv4Address(type='${this.type}', host='${this.host}', port=${this.port})`;
  }
}

/**
 * An IPv6 address and a port.
 *
 * Twisted: `IPv6Address` (`internet/address.py`, 24.7). Differs from Twisted: there is no
 * `flowInfo`, which Deno does not tell; a scope stays a part of `host`, as in `fe80::1%eth0`.
 */
export class IPv6Address {
  /** Tells the kinds of addresses apart. */
  readonly family = "IPv6";
  /** What the address is for. */
  readonly type: InetTransport;
  /** The literal, without brackets. */
  readonly host: string;
  /** The port, 0 to 65535. */
  readonly port: number;

  /**
   * Makes an address.
   *
   * @param type What it is for.
   * @param host The literal, without brackets; kept as it is given.
   * @param port The port.
   */
  constructor(type: InetTransport, host: string, port: number) {
    this.type = type;
    this.host = host;
    this.port = port;
  }

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof IPv6Address && other.type === this.type &&
      other.host === this.host && other.port === this.port;
  }

  /** Writes the address as Twisted does; equal addresses, and no others, give the same text. */
  toString(): string {
    return `IPv6Address(type='${this.type}', host='${this.host}', port=${this.port})`;
  }
}

/**
 * A host name and a port, before any resolution.
 *
 * Twisted: `HostnameAddress` (`internet/address.py`, 24.7).
 */
export class HostnameAddress {
  /** Tells the kinds of addresses apart. */
  readonly family = "Hostname";
  /** The name. */
  readonly hostname: string;
  /** The port, 0 to 65535. */
  readonly port: number;

  /**
   * Makes an address.
   *
   * @param hostname The name; kept as it is given.
   * @param port The port.
   */
  constructor(hostname: string, port: number) {
    this.hostname = hostname;
    this.port = port;
  }

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof HostnameAddress && other.hostname === this.hostname &&
      other.port === this.port;
  }

  /** Writes the address as Twisted does; equal addresses, and no others, give the same text. */
  toString(): string {
    return `HostnameAddress(hostname='${this.hostname}', port=${this.port})`;
  }
}

/**
 * The path of a UNIX-domain socket.
 *
 * Twisted: `UNIXAddress` (`internet/address.py`, 24.7). Differs from Twisted: two paths to one
 * file are two addresses; comparing them does not look at the file system.
 */
export class UNIXAddress {
  /** Tells the kinds of addresses apart. */
  readonly family = "UNIX";
  /** The path of the socket's file; `null` for a socket without a name. */
  readonly name: string | null;

  /**
   * Makes an address.
   *
   * @param name The path, or `null`.
   */
  constructor(name: string | null) {
    this.name = name;
  }

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof UNIXAddress && other.name === this.name;
  }

  /** Writes the address as Twisted does; equal addresses, and no others, give the same text. */
  toString(): string {
    return this.name === null ? "UNIXAddress(name=None)" : `UNIXAddress(name='${this.name}')`;
  }
}

/** The address of either internet family, with a numeric host. */
export type IPAddress = IPv4Address | IPv6Address;

/**
 * Turns the address of a TCP handle into the reactor's.
 *
 * @param address The address of a handle.
 * @returns An {@linkcode IPv6Address} if the host has a colon, an {@linkcode IPv4Address} otherwise.
 * @throws {InvariantError} If it is the address of a UNIX socket.
 */
export function fromStreamAddress(address: StreamAddress): IPAddress {
  assert(address.transport === "tcp", "Cannot describe a TCP address: it is a UNIX address");
  return address.hostname.includes(":")
    ? new IPv6Address("TCP", address.hostname, address.port)
    : new IPv4Address("TCP", address.hostname, address.port);
}
