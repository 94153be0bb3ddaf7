/**
 * Where a transport is, as Twisted writes it.
 *
 * @module
 */

/** An IPv4 address and port. Twisted: `IPv4Address` (`internet/address.py`, 24.7). */
export interface IPv4Address {
  /** Tells the members of {@linkcode IAddress} apart. */
  readonly family: "IPv4";
  /** The kind of socket. */
  readonly type: "TCP" | "UDP";
  /** Four numbers with dots. */
  readonly host: string;
  /** The port, 0 to 65535. */
  readonly port: number;
}

/** An IPv6 address and port. Twisted: `IPv6Address` (`internet/address.py`, 24.7). */
export interface IPv6Address {
  /** Tells the members of {@linkcode IAddress} apart. */
  readonly family: "IPv6";
  /** The kind of socket. */
  readonly type: "TCP" | "UDP";
  /** An IPv6 literal without brackets. */
  readonly host: string;
  /** The port, 0 to 65535. */
  readonly port: number;
}

/**
 * The path of a UNIX-domain socket. Twisted: `UNIXAddress` (`internet/address.py`, 24.7).
 */
export interface UNIXAddress {
  /** Tells the members of {@linkcode IAddress} apart. */
  readonly family: "UNIX";
  /** The path of the socket's file; `null` for a socket without a name. */
  readonly name: string | null;
}

/**
 * A host that is named and not resolved yet. Twisted: `HostnameAddress` (`internet/address.py`,
 * 24.7).
 */
export interface HostnameAddress {
  /** Tells the members of {@linkcode IAddress} apart. */
  readonly family: "Hostname";
  /** The name. */
  readonly hostname: string;
  /** The port, 0 to 65535. */
  readonly port: number;
}

/**
 * Any address; `switch (address.family)` narrows it. Twisted: `IAddress`
 * (`internet/interfaces.py`, 24.7).
 */
export type IAddress = IPv4Address | IPv6Address | UNIXAddress | HostnameAddress;
