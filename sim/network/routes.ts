/**
 * Names and addresses of a simulated network.
 *
 * @module
 */

import type { SimHost } from "../host/host.ts";

/** The address of every host for itself. */
export const LOOPBACK = "127.0.0.1";

/** Where something that is sent to a hostname goes. */
export interface Route {
  /** The host that has the address; `null` if none has, so that nothing ever answers. */
  readonly to: SimHost | null;
  /** The address that the hostname stands for. */
  readonly address: string;
  /** The address that it comes from, unless the sender is bound to one. */
  readonly source: string;
}

/**
 * Returns the address of the host with a number: 10.0.0.1 for the first.
 *
 * @throws {RangeError} If there are more hosts than addresses.
 */
export function addressOfHost(ordinal: number): string {
  if (ordinal >= 2 ** 24) throw new RangeError("Cannot add a host: 10.0.0.0/8 is full");
  return `10.${ordinal >> 16}.${(ordinal >> 8) & 255}.${ordinal & 255}`;
}

/** Returns the link-local address of a host, with the interface that all hosts have: `fe80::a00:1%eth0`. */
export function linkAddressOf({ address }: SimHost): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `fe80::${(a << 8 | b).toString(16)}:${(c << 8 | d).toString(16)}%eth0`;
}

/** Finds the way from a host to a hostname; `null` if no such name exists. */
export function findRoute(from: SimHost, hostname: string): Route | null {
  if (isLoopback(hostname)) {
    const address = hostname === "localhost" ? LOOPBACK : hostname;
    // Whatever is connected to under 127.0.0.0/8, the system connects from 127.0.0.1.
    return { to: from.main, address, source: address === "::1" ? address : LOOPBACK };
  }
  // Connecting to the address that stands for all means the host itself, as on Linux.
  if (hostname === "0.0.0.0") return { to: from.main, address: LOOPBACK, source: LOOPBACK };
  if (hostname === "::") return { to: from.main, address: "::1", source: "::1" };
  const isLinkLocal = hostname.startsWith("fe80:");
  for (const host of from.world.hosts.values()) {
    // A process has no address of its own.
    if (host.main !== host) continue;
    if (isLinkLocal && hostname === linkAddressOf(host)) {
      return { to: host, address: hostname, source: linkAddressOf(from.main) };
    }
    if (host.name === hostname || host.address === hostname) {
      return { to: host, address: host.address, source: from.address };
    }
  }
  return isLiteral(hostname) ? { to: null, address: hostname, source: from.address } : null;
}

/** Finds the address on a host that a hostname to bind stands for; `null` if it is not the host's. */
export function findLocal(host: SimHost, hostname: string): string | null {
  if (hostname === "" || hostname === "0.0.0.0") return "0.0.0.0";
  if (hostname === "::") return "::";
  const route = findRoute(host, hostname);
  return route !== null && route.to === host.main ? route.address : null;
}

/** Whether a hostname is an address and not a name. */
function isLiteral(hostname: string): boolean {
  return hostname.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
