/**
 * Datagrams for any reactor: UDP, multicast and UNIX.
 *
 * @module
 */

import type {
  IDatagramProtocol,
  IReactorUDP,
  ListenUDPOptions,
} from "../interfaces/reactor_udp.ts";
import type {
  IMulticastTransport,
  IReactorMulticast,
  ListenMulticastOptions,
} from "../interfaces/reactor_multicast.ts";
import type {
  ConnectUNIXDatagramOptions,
  IConnectedDatagramProtocol,
  IReactorUNIXDatagram,
  IUNIXDatagramTransport,
  ListenUNIXDatagramOptions,
} from "../interfaces/reactor_unix_datagram.ts";
import { MulticastPort } from "./multicast_port.ts";
import type { TransportSite } from "./transport_site.ts";
import { UDPPort } from "./udp_port.ts";
import { ConnectedUNIXDatagramPort, UNIXDatagramPort } from "./unix_datagram_port.ts";

/**
 * The datagram side of a reactor: it needs readiness and time only, so it runs on every reactor and on
 * every tower of loops.
 *
 * Twisted: `PosixReactorBase.listenUDP` (`internet/posixbase.py`, 24.7).
 */
export class ReactorUDP implements IReactorUDP, IReactorMulticast, IReactorUNIXDatagram {
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

  /**
   * Listens for datagrams, also of groups; see {@linkcode IReactorMulticast.listenMulticast}.
   *
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of them.
   * @param options The interface, the longest payload, and whether to share the port.
   * @returns The port, bound.
   * @throws {CannotListenError} If the address cannot be bound.
   * @throws {InvalidAddressError} If the interface is not a literal.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenMulticast(
    port: number,
    protocol: IDatagramProtocol<IMulticastTransport>,
    options: ListenMulticastOptions = {},
  ): MulticastPort {
    const listening = new MulticastPort(this.#site, port, protocol, options);
    listening.startListening();
    return listening;
  }

  /**
   * Listens for datagrams on a path; see {@linkcode IReactorUNIXDatagram.listenUNIXDatagram}.
   *
   * @param address The path.
   * @param protocol Who is told of them.
   * @param options The longest payload, and the mode of the file.
   * @returns The port, bound.
   * @throws {CannotListenError} If the path cannot be bound.
   */
  listenUNIXDatagram(
    address: string,
    protocol: IDatagramProtocol<IUNIXDatagramTransport, string | null>,
    options: ListenUNIXDatagramOptions = {},
  ): UNIXDatagramPort {
    const listening = new UNIXDatagramPort(this.#site, address, protocol, options);
    listening.startListening();
    return listening;
  }

  /**
   * Sends datagrams to a path; see {@linkcode IReactorUNIXDatagram.connectUNIXDatagram}.
   *
   * @param address The path of the peer.
   * @param protocol Who is told of its answers.
   * @param options The path of this end, the longest payload, and the mode of the file.
   * @returns The port, bound.
   * @throws {CannotListenError} If `bindAddress` cannot be bound.
   */
  connectUNIXDatagram(
    address: string,
    protocol: IConnectedDatagramProtocol,
    options: ConnectUNIXDatagramOptions = {},
  ): ConnectedUNIXDatagramPort {
    const listening = new ConnectedUNIXDatagramPort(this.#site, address, protocol, options);
    listening.startListening();
    return listening;
  }
}
