/**
 * UDP for any reactor.
 *
 * @module
 */

import type {
  IDatagramProtocol,
  IReactorUDP,
  ListenUDPOptions,
} from "../interfaces/reactor_udp.ts";
import type { TransportSite } from "./transport_site.ts";
import { UDPPort } from "./udp_port.ts";

/**
 * The UDP side of a reactor: it needs readiness and time only, so it runs on every reactor and on
 * every tower of loops.
 *
 * Twisted: `PosixReactorBase.listenUDP` (`internet/posixbase.py`, 24.7).
 */
export class ReactorUDP implements IReactorUDP {
  readonly #site: TransportSite;

  /**
   * Makes the UDP side of a reactor.
   *
   * @param site What its ports share.
   */
  constructor(site: TransportSite) {
    this.#site = site;
  }

  /**
   * Listens for datagrams; see {@linkcode IReactorUDP.listenUDP}.
   *
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of them.
   * @param options The interface and the longest payload.
   * @returns The port, bound.
   * @throws {CannotListenError} If the address cannot be bound.
   * @throws {InvalidAddressError} If the interface is not a literal.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenUDP(port: number, protocol: IDatagramProtocol, options: ListenUDPOptions = {}): UDPPort {
    const listening = new UDPPort(this.#site, port, protocol, options);
    listening.startListening();
    return listening;
  }
}
