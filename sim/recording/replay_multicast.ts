/**
 * Multicast settings of a replay.
 *
 * @module
 */

import type { MulticastSocket } from "../../poller/mod.ts";
import type { ReplayCursor } from "./replay_cursor.ts";

/** The settings of a socket: what the program has set, unless that was refused. */
export class ReplayMulticast implements MulticastSocket {
  readonly #cursor: ReplayCursor;
  readonly #id: number;
  #ttl = 1;
  #loopback = true;
  #outgoingInterface: string;

  /** Made by the socket. */
  constructor(cursor: ReplayCursor, id: number, initial: { readonly outgoingInterface: string }) {
    this.#cursor = cursor;
    this.#id = id;
    this.#outgoingInterface = initial.outgoingInterface;
  }

  /** See `MulticastSocket.ttl`. */
  get ttl(): number {
    return this.#ttl;
  }

  set ttl(ttl: number) {
    this.#cursor.call("setMulticast", this.#id, "ttl", ttl);
    this.#ttl = ttl;
  }

  /** See `MulticastSocket.loopback`. */
  get loopback(): boolean {
    return this.#loopback;
  }

  set loopback(loopback: boolean) {
    this.#cursor.call("setMulticast", this.#id, "loopback", loopback);
    this.#loopback = loopback;
  }

  /** See `MulticastSocket.outgoingInterface`. */
  get outgoingInterface(): string {
    return this.#outgoingInterface;
  }

  set outgoingInterface(name: string) {
    this.#cursor.call("setMulticast", this.#id, "outgoingInterface", name);
    this.#outgoingInterface = name;
  }

  /** See `MulticastSocket.joinGroup`. */
  joinGroup(group: string, networkInterface?: string): void {
    this.#cursor.call("joinGroup", this.#id, group, networkInterface ?? null);
  }

  /** See `MulticastSocket.leaveGroup`. */
  leaveGroup(group: string, networkInterface?: string): void {
    this.#cursor.call("leaveGroup", this.#id, group, networkInterface ?? null);
  }
}
