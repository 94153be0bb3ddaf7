/**
 * Where a handle is, and where its peer is.
 *
 * @module
 */

/** An internet address: what TCP listeners, streams and UDP sockets are bound or connected to. */
export interface InetAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "tcp" | "udp";
  /**
   * An IPv4 or IPv6 literal, without brackets; when given to open a handle, also a name. A link-local
   * address of TCP has the interface that it is on: `fe80::1%eth0`.
   */
  readonly hostname: string;
  /** The port, 0 to 65535; 0 asks for a free one where a handle is bound. */
  readonly port: number;
}

/** A TCP address. */
export interface TCPAddress extends InetAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "tcp";
}

/** A UDP address. */
export interface UDPAddress extends InetAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "udp";
}

/** A UNIX-domain address. */
export interface PathAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "unix" | "unixpacket";
  /** The path of the socket's file; `null` for a socket without a name. */
  readonly path: string | null;
}

/** The address of a UNIX stream or listener. */
export interface UNIXStreamAddress extends PathAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "unix";
}

/** The address of a UNIX datagram socket. */
export interface UNIXDatagramAddress extends PathAddress {
  /** Tells the members of {@linkcode Address} apart. */
  readonly transport: "unixpacket";
}

/** What a stream or a listener can be bound or connected to. */
export type StreamAddress = TCPAddress | UNIXStreamAddress;

/** What a datagram handle can be bound to or send to. */
export type DatagramAddress = UDPAddress | UNIXDatagramAddress;

/** Any address. */
export type Address = StreamAddress | DatagramAddress;

/**
 * Writes an address the way people do: `127.0.0.1:80`, `[::1]:80`, or the path.
 *
 * @example An IPv6 address gets brackets
 * ```ts
 * import { formatAddress } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatAddress({ transport: "tcp", hostname: "::1", port: 80 }), "[::1]:80");
 * ```
 *
 * @param address The address to write.
 * @returns The address as text; `(unnamed)` for a UNIX socket without a name.
 */
export function formatAddress(address: Address): string {
  if ("path" in address) return address.path ?? "(unnamed)";
  const host = address.hostname.includes(":") ? `[${address.hostname}]` : address.hostname;
  return `${host}:${address.port}`;
}
