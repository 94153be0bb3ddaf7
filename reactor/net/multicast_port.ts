/**
 * UDP ports that join multicast groups.
 *
 * @module
 */

import type { BindOptions } from "../../poller/network.ts";
import { SocketError } from "../../poller/errors.ts";
import type { MulticastSocket } from "../../poller/multicast.ts";
import { Deferred } from "../deferred/deferred.ts";
import { MulticastJoinError } from "../errors.ts";
import type {
  IMulticastTransport,
  ListenMulticastOptions,
} from "../interfaces/reactor_multicast.ts";
import type { IDatagramProtocol } from "../interfaces/reactor_udp.ts";
import type { TransportSite } from "./transport_site.ts";
import { UDPPort } from "./udp_port.ts";

/**
 * A UDP port that can join groups.
 *
 * Twisted: `MulticastPort` and `MulticastMixin` (`internet/udp.py`, 24.7). Differs from Twisted:
 * interfaces are addresses, never names to look up, so that every Deferred has fired.
 *
 * @example A member of a group
 * ```ts
 * import { DatagramProtocol, type IMulticastTransport, PollReactor } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("host"));
 * const log: string[] = [];
 *
 * class Member extends DatagramProtocol<IMulticastTransport> {
 *   override startProtocol(): void {
 *     this.transport.joinGroup("239.1.2.3");
 *   }
 *   override datagramReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data));
 *     reactor.stop();
 *   }
 * }
 * const port = reactor.listenMulticast(8005, new Member());
 * port.write(new TextEncoder().encode("to all"), { host: "239.1.2.3", port: 8005 });
 * await sim.run(() => reactor.run());
 * assertEquals(log, ["to all"]);
 * ```
 */
export class MulticastPort extends UDPPort implements IMulticastTransport {
  readonly #listenMultiple: boolean;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of datagrams.
   * @param options The interface, the longest payload, and whether to share the port.
   */
  constructor(
    site: TransportSite,
    port: number,
    protocol: IDatagramProtocol<IMulticastTransport>,
    options: ListenMulticastOptions = {},
  ) {
    // A transport of more methods is given to a protocol that asks for those.
    super(site, port, protocol as unknown as IDatagramProtocol, options);
    this.#listenMultiple = options.listenMultiple ?? false;
  }

  /** See {@linkcode IMulticastTransport.joinGroup}. */
  joinGroup(group: string, networkInterface: string = ""): Deferred<void> {
    return attempt(() => this.#change("join", group, networkInterface));
  }

  /** See {@linkcode IMulticastTransport.leaveGroup}. */
  leaveGroup(group: string, networkInterface: string = ""): Deferred<void> {
    return attempt(() => this.#change("leave", group, networkInterface));
  }

  /** See {@linkcode IMulticastTransport.getTTL}. */
  getTTL(): number {
    return this.#settings.ttl;
  }

  /** See {@linkcode IMulticastTransport.setTTL}. */
  setTTL(ttl: number): void {
    this.#settings.ttl = ttl;
  }

  /** See {@linkcode IMulticastTransport.getLoopbackMode}. */
  getLoopbackMode(): boolean {
    return this.#settings.loopback;
  }

  /** See {@linkcode IMulticastTransport.setLoopbackMode}. */
  setLoopbackMode(enabled: boolean): void {
    this.#settings.loopback = enabled;
  }

  /** See {@linkcode IMulticastTransport.getOutgoingInterface}. */
  getOutgoingInterface(): string {
    return this.#settings.outgoingInterface;
  }

  /** See {@linkcode IMulticastTransport.setOutgoingInterface}. */
  setOutgoingInterface(networkInterface: string): Deferred<void> {
    return attempt(() => {
      this.#settings.outgoingInterface = networkInterface;
    });
  }

  /** Groups can be joined, and the port be shared if that was asked for. */
  protected override get bindOptions(): BindOptions {
    return { multicast: true, reuseAddress: this.#listenMultiple };
  }

  get #settings(): MulticastSocket {
    const settings = this.handle?.multicast ?? null;
    if (settings !== null) return settings;
    throw new SocketError("EBADF", "Cannot change a multicast port: it was never bound");
  }

  #change(verb: "join" | "leave", group: string, networkInterface: string): void {
    const from = networkInterface === "" ? undefined : networkInterface;
    try {
      if (verb === "join") this.#settings.joinGroup(group, from);
      else this.#settings.leaveGroup(group, from);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      throw new MulticastJoinError(group, networkInterface, error);
    }
  }
}

/** Does something and returns a Deferred of how it went. */
function attempt(action: () => void): Deferred<void> {
  const deferred = new Deferred<void>();
  try {
    action();
    deferred.callback(undefined);
  } catch (error) {
    deferred.errback(error);
  }
  return deferred;
}
