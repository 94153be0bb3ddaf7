/**
 * Multicast through `node:dgram`: Deno's own sockets cannot choose the interface over which they send,
 * and answer by promises.
 *
 * @module
 */

import type { Socket } from "node:dgram";
import { SocketError } from "./errors.ts";
import type { MulticastSystem } from "./multicast_settings.ts";

/** A socket of `node:dgram`, as the settings want it. */
export class NodeMulticast implements MulticastSystem {
  /** See {@linkcode MulticastSystem.isV6}. */
  readonly isV6: boolean;
  readonly #socket: Socket;

  /**
   * Makes it.
   *
   * @param socket The socket, bound.
   * @param isV6 Whether it is one of IPv6.
   */
  constructor(socket: Socket, isV6: boolean) {
    this.#socket = socket;
    this.isV6 = isV6;
  }

  /** See {@linkcode MulticastSystem.join}. */
  join(group: string, networkInterface: string): void {
    this.#socket.addMembership(group, this.#nameOf(networkInterface));
  }

  /** See {@linkcode MulticastSystem.leave}. */
  leave(group: string, networkInterface: string): void {
    this.#socket.dropMembership(group, this.#nameOf(networkInterface));
  }

  /** See {@linkcode MulticastSystem.setTTL}. */
  setTTL(ttl: number): void {
    this.#socket.setMulticastTTL(ttl);
  }

  /** See {@linkcode MulticastSystem.setLoopback}. */
  setLoopback(loopback: boolean): void {
    this.#socket.setMulticastLoopback(loopback);
  }

  /** See {@linkcode MulticastSystem.setOutgoingInterface}. */
  setOutgoingInterface(networkInterface: string): void {
    if (this.isV6) {
      // It takes anything, and then sends nowhere.
      const why = "Deno cannot choose the interface of IPv6";
      throw new SocketError("ENOTSUP", `Cannot send over ${networkInterface}: ${why}`);
    }
    this.#socket.setMulticastInterface(networkInterface);
  }

  /** How `node:dgram` writes the index of an interface. */
  #nameOf(networkInterface: string): string {
    return this.isV6 ? `::%${networkInterface}` : networkInterface;
  }
}
