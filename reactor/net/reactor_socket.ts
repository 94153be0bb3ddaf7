/**
 * Sockets that were inherited, for any reactor.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { DatagramHandle, ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import type { Network } from "../../poller/network.ts";
import { Failure } from "../deferred/failure.ts";
import { CannotListenError, UnsupportedAddressFamily } from "../errors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { AddressFamilyName, IReactorSocket } from "../interfaces/reactor_socket.ts";
import type { IDatagramProtocol } from "../interfaces/reactor_udp.ts";
import { fromStreamAddress, UNIXAddress } from "./address.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TCPPort } from "./tcp_port.ts";
import { TCPServer } from "./tcp_server.ts";
import { UDPPort } from "./udp_port.ts";
import { UNIXPort } from "./unix_port.ts";
import { UNIXServer } from "./unix_server.ts";

/** The families of streams. */
const STREAM_FAMILIES = ["IPv4", "IPv6", "UNIX"] as const;

/** The families of datagrams. */
const DATAGRAM_FAMILIES = ["IPv4", "IPv6"] as const;

/**
 * The side of a reactor that takes sockets over.
 *
 * Twisted: `PosixReactorBase.adoptStreamPort`, `adoptStreamConnection` and `adoptDatagramPort`
 * (`internet/posixbase.py`, 24.7).
 */
export class ReactorSocket implements IReactorSocket {
  readonly #tcp: ReactorTCP;

  /**
   * Makes it.
   *
   * @param tcp What its ports and transports share.
   */
  constructor(tcp: ReactorTCP) {
    this.#tcp = tcp;
  }

  /** See {@linkcode IReactorSocket.adoptStreamPort}. */
  adoptStreamPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): TCPPort | UNIXPort {
    checkFamily(addressFamily, STREAM_FAMILIES);
    const listener = adoptToListen(
      fileDescriptor,
      () => this.#adopt("adoptListener", fileDescriptor),
    );
    const { localAddress } = listener;
    const port = "path" in localAddress
      ? new UNIXPort(this.#tcp, localAddress.path ?? "", factory, {}, listener)
      : new TCPPort(
        this.#tcp,
        localAddress.port,
        factory,
        { interface: localAddress.hostname },
        null,
        listener,
      );
    port.startListening();
    return port;
  }

  /** See {@linkcode IReactorSocket.adoptStreamConnection}. */
  adoptStreamConnection(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): TCPServer | UNIXServer | null {
    checkFamily(addressFamily, STREAM_FAMILIES);
    const stream = this.#adopt("adoptStream", fileDescriptor);
    let transport: TCPServer | UNIXServer | null = null;
    try {
      const protocol = factory.buildProtocol(peerOf(stream));
      if (protocol === null) return null;
      transport = this.#serve(stream, protocol);
      protocol.makeConnection(transport);
      return transport;
    } catch (error) {
      transport?.connectionLost(Failure.from(error));
      throw error;
    } finally {
      if (transport === null) stream.close();
    }
  }

  /** See {@linkcode IReactorSocket.adoptDatagramPort}. */
  adoptDatagramPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    protocol: IDatagramProtocol,
    maxPacketSize?: number,
  ): UDPPort {
    checkFamily(addressFamily, DATAGRAM_FAMILIES);
    const socket = adoptToListen(
      fileDescriptor,
      () => this.#adopt("adoptDatagram", fileDescriptor),
    );
    const { localAddress } = socket;
    if ("path" in localAddress) {
      socket.close();
      throw new UnsupportedAddressFamily("UNIX", DATAGRAM_FAMILIES);
    }
    const { port, hostname } = localAddress;
    const size = maxPacketSize === undefined ? {} : { maxPacketSize };
    const options = { interface: hostname, ...size };
    const listening = new UDPPort(this.#tcp, port, protocol, options, socket);
    listening.startListening();
    return listening;
  }

  #serve(stream: StreamHandle, protocol: IProtocol): TCPServer | UNIXServer {
    const { remoteAddress } = stream;
    if ("path" in remoteAddress) {
      const { localAddress } = stream;
      const host = new UNIXAddress(
        localAddress !== null && "path" in localAddress ? localAddress.path : null,
      );
      const ends = { host, peer: new UNIXAddress(remoteAddress.path) };
      return new UNIXServer(this.#tcp, stream, protocol, { ...ends, session: 0 });
    }
    const peer = fromStreamAddress(remoteAddress);
    return new TCPServer(this.#tcp, stream, protocol, { peer, session: 0, port: peer.port });
  }

  #adopt<M extends "adoptListener" | "adoptStream" | "adoptDatagram">(
    method: M,
    fileDescriptor: number,
  ): ReturnType<NonNullable<Network[M]>> {
    const { network } = this.#tcp.reactor.platform;
    const adopted = network[method]?.(fileDescriptor);
    if (adopted !== undefined) return adopted as ReturnType<NonNullable<Network[M]>>;
    const why = `the platform has no ${method}`;
    throw new SocketError("ENOTSUP", `Cannot adopt descriptor ${fileDescriptor}: ${why}`);
  }
}

function peerOf({ remoteAddress }: StreamHandle) {
  if ("path" in remoteAddress) return new UNIXAddress(remoteAddress.path);
  return fromStreamAddress(remoteAddress);
}

function adoptToListen<H extends ListenerHandle | DatagramHandle>(
  fileDescriptor: number,
  adopt: () => H,
): H {
  try {
    return adopt();
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    throw new CannotListenError("", `descriptor ${fileDescriptor}`, error);
  }
}

function checkFamily(family: string, allowed: readonly string[]): void {
  if (!allowed.includes(family)) throw new UnsupportedAddressFamily(family, allowed);
}
