/**
 * The multicast groups of a simulated socket.
 *
 * @module
 */

import type { MulticastSystem } from "../../poller/multicast_settings.ts";
import type { SimHost } from "../host/host.ts";

/** The interfaces of a simulated host. The network has IPv4 only. */
export type SimInterface = "loopback" | "network";

/** Returns what a group on an interface is called in `SimNetwork.memberships`. */
export function membershipOf(group: string, on: SimInterface): string {
  return `${group} ${on}`;
}

/** Which groups a socket is in, and how it sends to groups. */
export class SimGroups implements MulticastSystem {
  /** Whether the socket is one of IPv6. */
  readonly isV6: boolean;
  /** Whether what it sends to a group reaches its own host, too. */
  loopback = true;
  /** The interface to send over; `null` leaves it to the system. */
  outgoing: SimInterface | null = null;
  readonly #host: SimHost;
  /** Its memberships, each as often as it was entered. */
  #joined: string[] = [];

  /** Made with the socket. */
  constructor(host: SimHost, isV6: boolean) {
    this.#host = host;
    this.isV6 = isV6;
  }

  /** Joins. */
  join(group: string, networkInterface: string): void {
    const membership = membershipOf(group, this.#find(networkInterface));
    this.#joined.push(membership);
    this.#count(membership, 1);
    this.#host.record("join", group, networkInterface);
  }

  /** Leaves. */
  leave(group: string, networkInterface: string): void {
    const membership = membershipOf(group, this.#find(networkInterface));
    this.#joined.splice(this.#joined.indexOf(membership), 1);
    this.#count(membership, -1);
    this.#host.record("leave", group, networkInterface);
  }

  /** Leaves all groups, as the socket is closed. */
  leaveAll(): void {
    for (const membership of this.#joined.splice(0)) this.#count(membership, -1);
  }

  /** Does nothing: all hosts are on one network. */
  setTTL(_ttl: number): void {}

  /** Has datagrams reach the own host, or not. */
  setLoopback(loopback: boolean): void {
    this.loopback = loopback;
  }

  /** Has datagrams leave over an interface. */
  setOutgoingInterface(networkInterface: string): void {
    const isAny = networkInterface === (this.isV6 ? "0" : "0.0.0.0");
    this.outgoing = isAny ? null : this.#find(networkInterface);
  }

  #count(membership: string, change: 1 | -1): void {
    this.#host.world.time.log?.write(`group ${membership}`);
    this.#host.noteShared(`group ${membership}`, true);
    const { memberships } = this.#host.network;
    const count = (memberships.get(membership) ?? 0) + change;
    if (count === 0) memberships.delete(membership);
    else memberships.set(membership, count);
  }

  #find(name: string): SimInterface {
    if (this.isV6) {
      if (name === "0" || name === "1") return "loopback";
    } else {
      if (name === "0.0.0.0" || name === this.#host.address) return "network";
      if (name.startsWith("127.")) return "loopback";
    }
    throw new TypeError(`Host ${this.#host.machine} has no interface ${name}`);
  }
}
