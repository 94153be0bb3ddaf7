/**
 * Datagram sockets of a simulated network.
 *
 * @module
 */

import {
  type BindOptions,
  type Datagram,
  type DatagramAddress,
  type DatagramHandle,
  ERROR,
  formatAddress,
  type MulticastSocket,
  READ,
  SocketError,
  WRITE,
} from "../../poller/mod.ts";
import { MulticastSettings } from "../../poller/multicast_settings.ts";
import type { SimHost } from "../host/host.ts";
import { SimGroups } from "./sim_groups.ts";
import { SimHandle } from "./sim_handle.ts";
import { sendDatagram } from "./unicast_carrier.ts";

/** The longest payload of UDP over IPv4: 65,535 less the headers of 20 and 8 bytes. */
const PAYLOAD_MAX = 65_507;

/** A datagram socket with its queue. */
export class SimDatagram extends SimHandle implements DatagramHandle {
  /** Tells the kinds of handles apart. */
  readonly kind = "datagram";
  /** The address that the socket is bound to. */
  readonly localAddress: DatagramAddress;
  /** Resolves when the address is free again. */
  readonly released: Promise<void>;
  /** What it does with multicast groups; `null` unless it was asked for that. */
  readonly multicast: MulticastSocket | null = null;
  /** What it is in; `null` as long as `multicast` is. */
  readonly groups: SimGroups | null = null;
  /** Whether others that say the same may share the address. */
  readonly reuseAddress: boolean;
  /** Whether the parent of the program has the socket as well: it stays when this end is closed. */
  isShared = false;
  #queue: Datagram[] = [];
  readonly #release: () => void;

  /** Made by `bindDatagram`. */
  constructor(host: SimHost, address: DatagramAddress, options: BindOptions) {
    super(host, "datagram");
    this.localAddress = address;
    this.reuseAddress = options.reuseAddress ?? false;
    if (options.multicast && "port" in address) {
      this.groups = new SimGroups(host, address.hostname.includes(":"));
      this.multicast = new MulticastSettings(this, this.groups);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#release = resolve;
    this.raise(WRITE);
  }

  /** Takes one datagram. */
  receive(): Datagram | undefined {
    if (this.closed) {
      throw new SocketError("EBADF", `Cannot receive on ${this.label}: it is closed`);
    }
    this.throwError();
    const datagram = this.#queue.shift();
    if (this.#queue.length === 0) this.lower(READ);
    return datagram;
  }

  /** Sends one datagram. */
  send(bytes: Uint8Array, to: DatagramAddress): boolean {
    if (this.closed) throw new SocketError("EBADF", `Cannot send on ${this.label}: it is closed`);
    if (!isSameFamily(to, this.localAddress)) {
      throw new SocketError(
        "EAFNOSUPPORT",
        `Cannot send to ${formatAddress(to)}: its family is not that of ${this.label}`,
      );
    }
    if ("port" in to && !(Number.isInteger(to.port) && to.port > 0 && to.port < 65_536)) {
      throw new SocketError("EINVAL", `Cannot send to ${formatAddress(to)}: port is not valid`);
    }
    if (bytes.length > PAYLOAD_MAX) {
      throw new SocketError(
        "EMSGSIZE",
        `Cannot send ${bytes.length} bytes: the limit of a datagram is ${PAYLOAD_MAX}`,
      );
    }
    this.throwError();
    sendDatagram(this, bytes.slice(), to);
    return true;
  }

  /** Puts what has arrived into the queue, or drops it if the queue is full. */
  deliver(datagram: Datagram): void {
    if (this.closed) return;
    if (this.#queue.length >= this.host.world.link.datagramQueue) {
      return this.host.record("drop", this.label, datagram.bytes.length);
    }
    this.host.record("arrive", this.label, datagram.bytes.length);
    this.#queue.push(datagram);
    this.raise(READ);
  }

  /** Has the socket tell, after the caller, that nobody receives what it has sent. */
  refuse(to: DatagramAddress): void {
    const { time } = this.host.world;
    time.schedule(time.now, () => {
      if (this.closed) return;
      const why = "no socket has that path";
      this.error ??= new SocketError("ENOENT", `Cannot send to ${formatAddress(to)}: ${why}`);
      this.raise(ERROR);
    }, this.host.lane);
  }

  /** Has what has come and will come wait at the parent's end. */
  #leaveToParent(): void {
    const rest = new SimDatagram(this.host, this.localAddress, { reuseAddress: this.reuseAddress });
    rest.#queue = this.#queue;
    this.host.network.datagrams.remove(this);
    this.host.network.datagrams.add(rest);
  }

  /** Closes the socket. */
  close(): void {
    if (!this.markClosed()) return;
    if (this.isShared) this.#leaveToParent();
    else this.host.network.unbind(this);
    this.groups?.leaveAll();
    this.#queue = [];
    this.#release();
  }

  /** Closes the socket. */
  abort(): void {
    this.close();
  }

  /** Closes the socket. */
  vanish(): void {
    this.close();
  }
}

/** Whether a socket bound to an address can send to another; a name has no family of its own. */
function isSameFamily(to: DatagramAddress, local: DatagramAddress): boolean {
  if ("path" in to || "path" in local) return to.transport === local.transport;
  if (!/^[\d.]+$|:/.test(to.hostname)) return true;
  return to.hostname.includes(":") === local.hostname.includes(":");
}
