/**
 * Recorded multicast settings.
 *
 * @module
 */

import type { MulticastSocket } from "../../poller/mod.ts";
import type { RecordWriter } from "./record_writer.ts";

/** The settings of a socket, which follow from what the program does with them. */
export class RecordingMulticast implements MulticastSocket {
  readonly #writer: RecordWriter;
  readonly #id: number;
  readonly #inner: MulticastSocket;

  /** Made by the socket. */
  constructor(writer: RecordWriter, id: number, inner: MulticastSocket) {
    this.#writer = writer;
    this.#id = id;
    this.#inner = inner;
  }

  /** See `MulticastSocket.ttl`. */
  get ttl(): number {
    return this.#inner.ttl;
  }

  set ttl(ttl: number) {
    this.#set("ttl", ttl, () => this.#inner.ttl = ttl);
  }

  /** See `MulticastSocket.loopback`. */
  get loopback(): boolean {
    return this.#inner.loopback;
  }

  set loopback(loopback: boolean) {
    this.#set("loopback", loopback, () => this.#inner.loopback = loopback);
  }

  /** See `MulticastSocket.outgoingInterface`. */
  get outgoingInterface(): string {
    return this.#inner.outgoingInterface;
  }

  set outgoingInterface(name: string) {
    this.#set("outgoingInterface", name, () => this.#inner.outgoingInterface = name);
  }

  /** See `MulticastSocket.joinGroup`. */
  joinGroup(group: string, networkInterface?: string): void {
    const question = [this.#id, group, networkInterface ?? null];
    this.#writer.call("joinGroup", question, () => this.#inner.joinGroup(group, networkInterface));
  }

  /** See `MulticastSocket.leaveGroup`. */
  leaveGroup(group: string, networkInterface?: string): void {
    const question = [this.#id, group, networkInterface ?? null];
    const leave = () => this.#inner.leaveGroup(group, networkInterface);
    this.#writer.call("leaveGroup", question, leave);
  }

  #set(name: string, value: unknown, set: () => void): void {
    this.#writer.call("setMulticast", [this.#id, name, value], set);
  }
}
