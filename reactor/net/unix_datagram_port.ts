/**
 * UNIX datagram ports.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { Datagram, DatagramHandle } from "../../poller/handle.ts";
import { CannotListenError } from "../errors.ts";
import type {
  ConnectUNIXDatagramOptions,
  IConnectedDatagramProtocol,
  IUNIXDatagramConnectedTransport,
  IUNIXDatagramTransport,
  ListenUNIXDatagramOptions,
} from "../interfaces/reactor_unix_datagram.ts";
import type { IDatagramProtocol } from "../interfaces/reactor_udp.ts";
import { UNIXAddress } from "./address.ts";
import { checkBytes } from "./check_bytes.ts";
import { DatagramPort } from "./datagram_port.ts";
import type { TransportSite } from "./transport_site.ts";

/** Twisted's default for the longest payload, in bytes. */
const MAX_PACKET_SIZE = 8192;

/** Twisted's default for the permission bits of the file: everybody may send. */
const MODE = 0o666;

/** What both kinds of ports share. */
export abstract class UNIXPathPort extends DatagramPort {
  /** The longest payload that is delivered whole, in bytes. */
  readonly maxPacketSize: number;
  /** The permission bits of the file. */
  readonly mode: number;
  /** The path that was asked for; `null` for a name of the system's. */
  readonly #path: string | null;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param protocol Who is told of datagrams.
   * @param path The path; `null` for a name of the system's.
   * @param options The longest payload, and the mode of the file.
   */
  constructor(
    site: TransportSite,
    protocol: ConstructorParameters<typeof DatagramPort>[1],
    path: string | null,
    options: ListenUNIXDatagramOptions,
  ) {
    super(site, protocol);
    this.#path = path;
    this.maxPacketSize = options.maxPacketSize ?? MAX_PACKET_SIZE;
    this.mode = options.mode ?? MODE;
  }

  /** Returns the path that is listened on. */
  override getHost(): UNIXAddress {
    const local = this.handle?.localAddress;
    return new UNIXAddress(local !== undefined && "path" in local ? local.path : this.#path);
  }

  /** Opens the socket. */
  protected override bind(): DatagramHandle {
    const path = this.#path;
    try {
      if (this.connected) {
        throw new SocketError("EADDRINUSE", `Cannot bind ${this}: it is bound already`);
      }
      const options = path === null ? {} : { mode: this.mode };
      const { network } = this.site.reactor.platform;
      return network.bindDatagram({ transport: "unixpacket", path }, options);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      throw new CannotListenError("", path ?? "", error);
    }
  }

  /** Sends a datagram to a path. */
  protected sendTo(packet: Uint8Array, path: string): void {
    checkBytes("packet", packet);
    this.send(packet, { transport: "unixpacket", path });
  }

  /** Returns the path, quoted. */
  protected override place(): string {
    return `'${this.getHost().name ?? ""}'`;
  }
}

/**
 * A UNIX datagram socket that hears everybody.
 *
 * Twisted: `DatagramPort` (`internet/unix.py`, 24.7).
 */
export class UNIXDatagramPort extends UNIXPathPort implements IUNIXDatagramTransport {
  /** Who is told of datagrams. */
  readonly protocol: IDatagramProtocol<IUNIXDatagramTransport, string | null>;
  /** What stands before "Port" in the log. */
  protected override readonly type = "UNIXDatagram";
  /** Whoever it sends to, refusals are nobody's in particular. */
  protected override readonly hasPeer = false;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param address The path.
   * @param protocol Who is told of datagrams.
   * @param options The longest payload, and the mode of the file.
   */
  constructor(
    site: TransportSite,
    address: string,
    protocol: IDatagramProtocol<IUNIXDatagramTransport, string | null>,
    options: ListenUNIXDatagramOptions = {},
  ) {
    super(site, protocol, address, options);
    this.protocol = protocol;
  }

  /** See {@linkcode IUNIXDatagramTransport.write}. */
  write(packet: Uint8Array, address: string): void {
    this.sendTo(packet, address);
  }

  /** Calls the protocol's `makeConnection`. */
  protected override makeConnection(): void {
    this.protocol.makeConnection(this);
  }

  /** Hands a datagram to the protocol. */
  protected override deliver({ bytes, from }: Datagram): void {
    const path = "path" in from ? from.path : null;
    this.protocol.datagramReceived(bytes.subarray(0, this.maxPacketSize), path);
  }
}

/**
 * A UNIX datagram socket that speaks with one peer.
 *
 * Twisted: `ConnectedDatagramPort` (`internet/unix.py`, 24.7).
 */
export class ConnectedUNIXDatagramPort extends UNIXPathPort
  implements IUNIXDatagramConnectedTransport {
  /** Who is told of datagrams. */
  readonly protocol: IConnectedDatagramProtocol;
  /** What stands before "Port" in the log. */
  protected override readonly type = "UNIXDatagram";
  /** The protocol hears when its peer does not listen. */
  protected override readonly hasPeer = true;
  readonly #peer: string;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param address The path of the peer.
   * @param protocol Who is told of its answers.
   * @param options The path of this end, the longest payload, and the mode of the file.
   */
  constructor(
    site: TransportSite,
    address: string,
    protocol: IConnectedDatagramProtocol,
    options: ConnectUNIXDatagramOptions = {},
  ) {
    super(site, protocol, options.bindAddress ?? null, options);
    this.protocol = protocol;
    this.#peer = address;
  }

  /** See {@linkcode IUNIXDatagramConnectedTransport.write}. */
  write(packet: Uint8Array): void {
    this.sendTo(packet, this.#peer);
  }

  /** Returns the path of the peer. */
  getPeer(): UNIXAddress {
    return new UNIXAddress(this.#peer);
  }

  /** Calls the protocol's `makeConnection`. */
  protected override makeConnection(): void {
    this.protocol.makeConnection(this);
  }

  /** Hands a datagram of the peer to the protocol; those of others are dropped. */
  protected override deliver({ bytes, from }: Datagram): void {
    if ("path" in from && from.path === this.#peer) {
      this.protocol.datagramReceived(bytes.subarray(0, this.maxPacketSize));
    }
  }
}
