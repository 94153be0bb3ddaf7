/**
 * What every platform's multicast sockets have in common: what they remember and what they refuse.
 *
 * @module
 */

import { SocketError, type SocketErrorCode } from "./errors.ts";
import { isMulticastAddress, type MulticastSocket } from "./multicast.ts";

/** The socket that the settings are of. What it is given was checked; it throws `SocketError`s. */
export interface MulticastSystem {
  /** Whether it is one of IPv6. */
  readonly isV6: boolean;
  /** Joins; what is thrown means that there is no such interface. */
  join(group: string, networkInterface: string): void;
  /** Leaves. */
  leave(group: string, networkInterface: string): void;
  /** Has datagrams live for so many hops. */
  setTTL(ttl: number): void;
  /** Has datagrams reach the own machine, or not. */
  setLoopback(loopback: boolean): void;
  /** Has datagrams leave over an interface; what is thrown means that there is no such. */
  setOutgoingInterface(networkInterface: string): void;
}

/** The multicast settings of a socket. */
export class MulticastSettings implements MulticastSocket {
  readonly #handle: { readonly closed: boolean };
  readonly #system: MulticastSystem;
  readonly #any: string;
  /** The groups that were joined, with their interfaces. */
  readonly #memberships = new Set<string>();
  #ttl = 1;
  #loopback = true;
  #outgoingInterface: string;

  /**
   * Makes the settings of a socket that has none yet.
   *
   * @param handle The handle of the socket.
   * @param system The socket.
   */
  constructor(handle: { readonly closed: boolean }, system: MulticastSystem) {
    this.#handle = handle;
    this.#system = system;
    this.#any = system.isV6 ? "0" : "0.0.0.0";
    this.#outgoingInterface = this.#any;
  }

  /** See {@linkcode MulticastSocket.ttl}. */
  get ttl(): number {
    return this.#ttl;
  }

  /** See {@linkcode MulticastSocket.ttl}. */
  set ttl(ttl: number) {
    if (!(Number.isInteger(ttl) && ttl > 0 && ttl < 256)) {
      throw new RangeError(`Cannot set the TTL: ${ttl} is not a whole number from 1 to 255`);
    }
    this.#checkOpen("set the TTL");
    this.#system.setTTL(ttl);
    this.#ttl = ttl;
  }

  /** See {@linkcode MulticastSocket.loopback}. */
  get loopback(): boolean {
    return this.#loopback;
  }

  /** See {@linkcode MulticastSocket.loopback}. */
  set loopback(loopback: boolean) {
    this.#checkOpen("set the loopback mode");
    this.#system.setLoopback(loopback);
    this.#loopback = loopback;
  }

  /** See {@linkcode MulticastSocket.outgoingInterface}. */
  get outgoingInterface(): string {
    return this.#outgoingInterface;
  }

  /** See {@linkcode MulticastSocket.outgoingInterface}. */
  set outgoingInterface(networkInterface: string) {
    const operation = `send over ${networkInterface}`;
    this.#checkOpen(operation);
    onInterface(operation, () => this.#system.setOutgoingInterface(networkInterface));
    this.#outgoingInterface = networkInterface;
  }

  /** See {@linkcode MulticastSocket.joinGroup}. */
  joinGroup(group: string, networkInterface: string = this.#any): void {
    const operation = `join ${group} on ${networkInterface}`;
    this.#check(operation, group);
    const key = `${group} ${networkInterface}`;
    if (this.#memberships.has(key)) {
      throw failure(operation, "EADDRINUSE", "socket is a member already");
    }
    onInterface(operation, () => this.#system.join(group, networkInterface));
    this.#memberships.add(key);
  }

  /** See {@linkcode MulticastSocket.leaveGroup}. */
  leaveGroup(group: string, networkInterface: string = this.#any): void {
    const operation = `leave ${group} on ${networkInterface}`;
    this.#check(operation, group);
    if (!this.#memberships.delete(`${group} ${networkInterface}`)) {
      throw failure(operation, "EADDRNOTAVAIL", "socket is not a member");
    }
    onInterface(operation, () => this.#system.leave(group, networkInterface));
  }

  #check(operation: string, group: string): void {
    this.#checkOpen(operation);
    if (!isMulticastAddress(group)) {
      throw failure(operation, "EINVAL", "address is not that of a multicast group");
    }
    if (group.includes(":") !== this.#system.isV6) {
      throw failure(operation, "EAFNOSUPPORT", "address is of another family");
    }
  }

  #checkOpen(operation: string): void {
    if (this.#handle.closed) throw failure(operation, "EBADF", "handle is closed");
  }
}

function onInterface(operation: string, use: () => void): void {
  try {
    use();
  } catch (cause) {
    if (cause instanceof SocketError) throw cause;
    throw failure(operation, "EADDRNOTAVAIL", "interface is not one of this machine", { cause });
  }
}

function failure(
  operation: string,
  code: SocketErrorCode,
  why: string,
  options?: ErrorOptions,
): SocketError {
  return new SocketError(code, `Cannot ${operation}: ${why}`, options);
}
