/**
 * Listening TCP ports.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import { Failure } from "../deferred/failure.ts";
import { CannotListenError } from "../errors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ListenTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import { fromStreamAddress, type IPAddress } from "./address.ts";
import { BasePort } from "./base_port.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TCPServer } from "./tcp_server.ts";
import { contextOf, optionsOf } from "./tls_start.ts";

/** Twisted's default for how many connections may wait to be accepted. */
const BACKLOG = 50;

/**
 * Accepts connections to a port and gives each a protocol of its factory. Made by
 * `reactor.listenTCP` and `reactor.listenSSL`.
 *
 * Twisted: `Port` (`internet/tcp.py`, 24.7). Differs from Twisted: see {@linkcode BasePort}.
 */
export class TCPPort extends BasePort {
  /** The local address that was asked for; empty for all IPv4 addresses. */
  readonly interface: string;
  /** How many connections may wait to be accepted. */
  readonly backlog: number;
  readonly #port: number;
  /** What TLS is begun with in each connection; `null` for none. */
  readonly #tls: TLSContextSource | null;
  /** What is listened on at first, if it was opened by somebody else. */
  #adopted: ListenerHandle | null;

  /**
   * Makes a port that does not listen yet.
   *
   * @param tcp What it belongs to.
   * @param port The port; 0 picks a free one.
   * @param factory Makes the protocols.
   * @param options The backlog and the interface.
   * @param tls What TLS is begun with in each connection; `null` for none.
   * @param adopted What to listen on when it is started for the first time; by default it is opened.
   */
  constructor(
    tcp: ReactorTCP,
    port: number,
    factory: IProtocolFactory,
    options: ListenTCPOptions = {},
    tls: TLSContextSource | null = null,
    adopted: ListenerHandle | null = null,
  ) {
    super(tcp, factory);
    this.#port = port;
    this.#tls = tls;
    this.#adopted = adopted;
    this.interface = options.interface ?? "";
    this.backlog = options.backlog ?? BACKLOG;
  }

  /** Returns the address that is listened on, with the real port; it stays after the port was closed. */
  override getHost(): IPAddress {
    if (this.handle !== null) return fromStreamAddress(this.handle.localAddress);
    throw new SocketError("ENOTCONN", "Cannot get the host of a port: it was never bound");
  }

  /**
   * Opens the listener.
   *
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   * @throws {CertificateError} If TLS is to be begun without a certificate or a key.
   */
  protected override bind(): ListenerHandle {
    // What is wrong with it is better known now than with each connection.
    if (this.#tls !== null) optionsOf(contextOf(this.#tls, this.factory), false, null);
    const adopted = this.#adopted;
    this.#adopted = null;
    if (adopted !== null) return adopted;
    const hostname = this.interface === "" ? "0.0.0.0" : this.interface;
    const address = { transport: "tcp", hostname, port: this.#port } as const;
    return this.tcp.reactor.platform.network.listen(address, { backlog: this.backlog });
  }

  /** Says that it cannot be listened. */
  protected override cannotListen(error: SocketError): CannotListenError {
    return new CannotListenError(this.interface, this.#port, error);
  }

  /** Returns who has connected. */
  protected override peerOf(stream: StreamHandle): IPAddress {
    return fromStreamAddress(stream.remoteAddress);
  }

  /** Makes the transport of a connection, and begins TLS. */
  protected override serve(
    stream: StreamHandle,
    protocol: IProtocol,
    session: number,
  ): TCPServer {
    const { port } = this.getHost();
    const peer = this.peerOf(stream);
    const transport = new TCPServer(this.tcp, stream, protocol, { peer, session, port });
    try {
      if (this.#tls !== null) transport.startTLS(contextOf(this.#tls, this.factory));
    } catch (error) {
      transport.connectionLost(Failure.from(error));
      throw error;
    }
    return transport;
  }

  /** What stands before "Port" in the log. */
  protected override get type(): string {
    return this.#tls === null ? "TCP" : "TLS";
  }

  /** Returns the number of the port. */
  protected override place(): string {
    return `${this.getHost().port}`;
  }
}
