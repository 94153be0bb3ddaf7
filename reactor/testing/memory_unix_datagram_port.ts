/**
 * Ports for datagrams on paths, which nobody but a test sends to.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/succeed.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IDatagramProtocol } from "../interfaces/reactor_udp.ts";
import type {
  IConnectedDatagramProtocol,
  IUNIXDatagramConnectedTransport,
  IUNIXDatagramTransport,
} from "../interfaces/reactor_unix_datagram.ts";
import { UNIXAddress } from "../net/address.ts";

/** A datagram that was written to a path. */
export interface WrittenUNIXDatagram {
  /** The payload. */
  readonly packet: Uint8Array;
  /** The path of the receiver. */
  readonly address: string;
}

/** What both kinds of ports share. */
export abstract class PathPort<P extends { doStop(): void }> implements IListeningPort {
  /** What was written, oldest first. */
  readonly written: WrittenUNIXDatagram[] = [];
  /** Who is told of datagrams. */
  readonly protocol: P;
  /** Whether the port listens. */
  listening = false;
  readonly #host: UNIXAddress;

  /** Makes a port that does not listen yet. */
  constructor(path: string | null, protocol: P) {
    this.protocol = protocol;
    this.#host = new UNIXAddress(path);
  }

  /** Connects the protocol. */
  protected abstract makeConnection(): void;

  /** Listens, and connects the protocol. */
  startListening(): void {
    if (this.listening) return;
    this.listening = true;
    this.makeConnection();
  }

  /** Ceases to listen, and tells the protocol. */
  stopListening(): Deferred<void> | null {
    if (!this.listening) return null;
    this.listening = false;
    this.protocol.doStop();
    return succeed(undefined);
  }

  /** Returns the path that is listened on. */
  getHost(): UNIXAddress {
    return this.#host;
  }

  /** Keeps a datagram; ignored if the port does not listen. */
  protected keep(packet: Uint8Array, address: string): void {
    if (!(packet instanceof Uint8Array)) {
      throw new TypeError(`Cannot write: packet is of type ${typeof packet}, not a Uint8Array`);
    }
    if (this.listening) this.written.push({ packet: packet.slice(), address });
  }
}

/**
 * A datagram port on a path of a `MemoryReactor`: what is written is kept, and a test sends in the name
 * of others. Not in Twisted.
 */
export class MemoryUNIXDatagramPort
  extends PathPort<IDatagramProtocol<IUNIXDatagramTransport, string | null>>
  implements IUNIXDatagramTransport {
  /** Keeps a datagram; see `IUNIXDatagramTransport.write`. */
  write(packet: Uint8Array, address: string): void {
    this.keep(packet, address);
  }

  /**
   * Delivers a datagram, as if somebody had sent it.
   *
   * @param data The payload.
   * @param from The path of the sender; `null` for one without.
   */
  receive(data: Uint8Array, from: string | null = null): void {
    if (this.listening) this.protocol.datagramReceived(data.slice(), from);
  }

  /** Connects the protocol. */
  protected override makeConnection(): void {
    this.protocol.makeConnection(this);
  }
}

/** A port as {@linkcode MemoryUNIXDatagramPort}, with one peer. Not in Twisted. */
export class MemoryConnectedUNIXDatagramPort extends PathPort<IConnectedDatagramProtocol>
  implements IUNIXDatagramConnectedTransport {
  readonly #peer: string;

  /**
   * Makes a port that does not listen yet.
   *
   * @param peer The path of the peer.
   * @param protocol Who is told of its answers.
   * @param path The path of this end; `null` for none.
   */
  constructor(peer: string, protocol: IConnectedDatagramProtocol, path: string | null) {
    super(path, protocol);
    this.#peer = peer;
  }

  /** Keeps a datagram; see `IUNIXDatagramConnectedTransport.write`. */
  write(packet: Uint8Array): void {
    this.keep(packet, this.#peer);
  }

  /** Returns the path of the peer. */
  getPeer(): UNIXAddress {
    return new UNIXAddress(this.#peer);
  }

  /** Delivers a datagram of the peer. */
  receive(data: Uint8Array): void {
    if (this.listening) this.protocol.datagramReceived(data.slice());
  }

  /** Tells that the peer does not listen. */
  refuse(): void {
    if (this.listening) this.protocol.connectionRefused();
  }

  /** Connects the protocol. */
  protected override makeConnection(): void {
    this.protocol.makeConnection(this);
  }
}
