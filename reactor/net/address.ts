/**
 * The addresses that the reactor's transports, ports and connectors speak of.
 *
 * @module
 */

import type { StreamAddress } from "../../poller/address.ts";
import { assert } from "../../poller/invariant.ts";

/** What an internet address is for. */
export type InetTransport = "TCP" | "UDP";

/** What all addresses have. They are compared by value. */
export abstract class ReactorAddress {
  /** Tells the kinds of addresses apart. */
  abstract readonly family: string;

  /** Returns the address as people write it; equal addresses, and no others, give the same text. */
  abstract toString(): string;

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof ReactorAddress && other.toString() === this.toString();
  }
}

/** What the addresses of both internet families have. */
export abstract class InternetAddress extends ReactorAddress {
  /** Tells the families apart. */
  abstract override readonly family: "IPv4" | "IPv6";
  /** What the address is for. */
  readonly type: InetTransport;
  /** The literal, an IPv6 one without brackets and with its scope. */
  readonly host: string;
  /** The port, 0 to 65535. */
  readonly port: number;

  /**
   * Makes an address.
   *
   * @param type What it is for.
   * @param host The literal; kept as it is given.
   * @param port The port.
   */
  constructor(type: InetTransport, host: string, port: number) {
    super();
    this.type = type;
    this.host = host;
    this.port = port;
  }

  /** Writes the address as Twisted does. */
  override toString(): string {
    return `${this.family}Address(type='${this.type}', host='${this.host}', port=${this.port})`;
  }
}

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
export class IPv4Address extends InternetAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "IPv4";
}

/**
 * An IPv6 address and a port.
 *
 * Twisted: `IPv6Address` (`internet/address.py`, 24.7). Differs from Twisted: there is no
 * `flowInfo`, which Deno does not tell; a scope stays a part of `host`, as in `fe80::1%eth0`.
 */
export class IPv6Address extends InternetAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "IPv6";
}

/**
 * A host name and a port, before any resolution.
 *
 * Twisted: `HostnameAddress` (`internet/address.py`, 24.7).
 */
export class HostnameAddress extends ReactorAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "Hostname";
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
    super();
    this.hostname = hostname;
    this.port = port;
  }

  /** Writes the address as Twisted does. */
  override toString(): string {
    return `HostnameAddress(hostname='${this.hostname}', port=${this.port})`;
  }
}

/**
 * The path of a UNIX-domain socket.
 *
 * Twisted: `UNIXAddress` (`internet/address.py`, 24.7). Differs from Twisted: `equals()` compares
 * paths and does not look at the file system; `socketFileKey()` does.
 */
export class UNIXAddress extends ReactorAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "UNIX";
  /** The path of the socket's file; `null` for a socket without a name. */
  readonly name: string | null;

  /**
   * Makes an address.
   *
   * @param name The path, or `null`.
   */
  constructor(name: string | null) {
    super();
    this.name = name;
  }

  /** Writes the address as Twisted does. */
  override toString(): string {
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
