/**
 * The ports and paths of one host.
 *
 * @module
 */

import { type Address, formatAddress, type InetAddress, SocketError } from "../../poller/mod.ts";
import type { SimHost } from "../host/host.ts";

/** Where the system picks free ports from: the range that IANA sets aside for it. */
const EPHEMERAL_FIRST = 49_152;
const EPHEMERAL_COUNT = 65_536 - EPHEMERAL_FIRST;

/** The hostnames that mean every address of a host. */
const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::", ""]);

/** Whether a hostname means every address of a host. */
export function isWildcard(hostname: string): boolean {
  return WILDCARDS.has(hostname);
}

/** What occupies an address. */
interface Bound {
  readonly localAddress: Address;
}

/** Whether a hostname to listen on takes in another: `::` stands for those of both families. */
function isAnyFor(any: string, hostname: string): boolean {
  return isWildcard(any) && (any === "::" || !hostname.includes(":") || hostname === "::");
}

/** The sockets of one machine and kind by their port or path: its processes meet here. */
export class Ports<T extends Bound> {
  readonly #host: SimHost;
  /** What is noted of turns that meet at a port. */
  readonly #kind: string;
  /** Sockets by port, or by path. */
  readonly #bound = new Map<number | string, T[]>();
  /** Ephemeral ports that connections use, and whether others may connect from them as well. */
  readonly #used = new Map<number, boolean>();
  /** Ports that connections which are over still keep, and how many of them. */
  readonly #lingering = new Map<number, number>();
  /** The ends of connections from addresses that were asked for. */
  readonly #connections = new Set<string>();
  #nextEphemeral = 0;

  /**
   * Made with the network of a host.
   *
   * @param kind What its sockets are called where a turn's footprint is noted.
   */
  constructor(host: SimHost, kind: string) {
    this.#host = host;
    this.#kind = kind;
  }

  /**
   * Makes sure that an address is free.
   *
   * @param operation What needs it, for the message: `listen on`.
   * @throws {SocketError} `EADDRINUSE` if it is not.
   */
  checkFree(operation: string, address: Address, mayShare: (other: T) => boolean = refuse): void {
    const isTaken = (other: T) => overlaps(address, other.localAddress) && !mayShare(other);
    const key = keyOf(address);
    this.#note(key, false);
    const sockets = this.#bound.get(key);
    const isKept = typeof key === "number" &&
      (this.#lingering.has(key) || (this.#used.get(key) === false && sockets === undefined));
    if (!isKept && !sockets?.some(isTaken)) return;
    throw new SocketError(
      "EADDRINUSE",
      `Cannot ${operation} ${formatAddress(address)}: address is in use`,
    );
  }

  /** Enters a socket. */
  add(socket: T): void {
    const key = keyOf(socket.localAddress);
    this.#note(key, true);
    const others = this.#bound.get(key);
    if (others === undefined) this.#bound.set(key, [socket]);
    else others.push(socket);
  }

  /** Takes a socket out. */
  remove(socket: T): void {
    const key = keyOf(socket.localAddress);
    this.#note(key, true);
    const others = this.#bound.get(key)?.filter((other) => other !== socket) ?? [];
    if (others.length === 0) this.#bound.delete(key);
    else this.#bound.set(key, others);
  }

  /** Takes an address from whoever has it: nothing reaches it there any more. */
  evict(address: Address): void {
    const key = keyOf(address);
    this.#note(key, true);
    this.#bound.delete(key);
  }

  /** Returns the socket that what comes to an address is for: one bound to it before one to all. */
  find(address: Address): T | undefined {
    return this.findSharing(address)[0];
  }

  /** Returns the sockets that share what comes to an address. */
  findSharing(address: Address): readonly T[] {
    const key = keyOf(address);
    this.#note(key, false);
    const sockets = this.#bound.get(key) ?? [];
    if ("path" in address) return sockets;
    const exact = sockets.filter((socket) => hostnameOf(socket) === address.hostname);
    if (exact.length > 0) return exact;
    return sockets.filter((socket) => isAnyFor(hostnameOf(socket), address.hostname));
  }

  /** Returns the sockets that what comes to a multicast group and port is for. */
  findAll(address: InetAddress): readonly T[] {
    const isMeant = (hostname: string) =>
      hostname === address.hostname || isAnyFor(hostname, address.hostname);
    this.#note(address.port, false);
    return this.#bound.get(address.port)?.filter((socket) => isMeant(hostnameOf(socket))) ?? [];
  }

  /**
   * Picks a free port.
   *
   * @param isShared Whether others may connect from it as well, if they ask for it.
   * @throws {SocketError} `EADDRNOTAVAIL` if all are in use.
   */
  takeEphemeral(isShared = false): number {
    this.#note(EPHEMERAL_FIRST, true);
    for (let i = 0; i < EPHEMERAL_COUNT; i++) {
      const port = EPHEMERAL_FIRST + this.#nextEphemeral++ % EPHEMERAL_COUNT;
      if (this.#used.has(port) || this.#bound.has(port) || this.#lingering.has(port)) continue;
      this.#used.set(port, isShared);
      return port;
    }
    throw new SocketError("EADDRNOTAVAIL", "Cannot pick a port: every ephemeral port is in use");
  }

  /**
   * Enters a connection from an address that was asked for.
   *
   * @param ends Both ends, as text.
   * @throws {SocketError} `EADDRNOTAVAIL` if there is one between the same ends.
   */
  enter(ends: string): void {
    this.#note(EPHEMERAL_FIRST, true);
    if (this.#connections.has(ends)) {
      const why = "there is such a connection";
      throw new SocketError("EADDRNOTAVAIL", `Cannot connect from ${ends}: ${why}`);
    }
    this.#connections.add(ends);
  }

  /** Takes out what {@linkcode Ports.enter} entered. */
  leave(ends: string): void {
    this.#note(EPHEMERAL_FIRST, true);
    this.#connections.delete(ends);
  }

  /** Has a port be kept by a connection that is over, once more or once less. */
  linger(port: number, change: 1 | -1): void {
    this.#note(port, true);
    const count = (this.#lingering.get(port) ?? 0) + change;
    if (count === 0) this.#lingering.delete(port);
    else this.#lingering.set(port, count);
  }

  /** Gives back what {@linkcode Ports.takeEphemeral} picked. */
  giveBack(port: number): void {
    this.#note(port, true);
    this.#used.delete(port);
  }

  /** Says what the turn under way has to do with a port or path. Those that are picked are one thing. */
  #note(key: number | string, isChanged: boolean): void {
    const host = this.#host;
    if (!host.isShared) return;
    const isPicked = typeof key === "number" && key >= EPHEMERAL_FIRST;
    host.noteShared(`${this.#kind} ${isPicked ? "picked ports" : key}`, isChanged);
  }
}

function refuse(): boolean {
  return false;
}

function keyOf(address: Address): number | string {
  return "path" in address ? address.path ?? "" : address.port;
}

function hostnameOf(socket: Bound): string {
  return "path" in socket.localAddress ? "" : socket.localAddress.hostname;
}

function overlaps(a: Address, b: Address): boolean {
  if ("path" in a || "path" in b) return true;
  return a.hostname === b.hostname || isAnyFor(a.hostname, b.hostname) ||
    isAnyFor(b.hostname, a.hostname);
}
