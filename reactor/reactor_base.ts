/**
 * The transports that all reactors share.
 *
 * The class is long because it is the API: the methods are short, and what they share lives in
 * files of its own.
 *
 * @module
 */

import type { Platform } from "../poller/platform.ts";
import type { Deferred } from "./deferred/deferred.ts";
import type { IClientFactory, IProtocolFactory } from "./interfaces/protocol_factory.ts";
import type { IReactor } from "./interfaces/reactor.ts";
import type {
  IMulticastTransport,
  ListenMulticastOptions,
} from "./interfaces/reactor_multicast.ts";
import type {
  ConnectUNIXDatagramOptions,
  IConnectedDatagramProtocol,
  IUNIXDatagramTransport,
  ListenUNIXDatagramOptions,
} from "./interfaces/reactor_unix_datagram.ts";
import type { ConnectTCPOptions, ListenTCPOptions } from "./interfaces/reactor_tcp.ts";
import type {
  IProcessProtocol,
  IProcessTransport,
  SpawnProcessOptions,
} from "./interfaces/reactor_process.ts";
import type { IDatagramProtocol, ListenUDPOptions } from "./interfaces/reactor_udp.ts";
import type { TLSContextSource } from "./interfaces/tls.ts";
import type {
  IHostnameResolver,
  IReactorPluggableNameResolver,
  IResolverSimple,
} from "./interfaces/resolvers.ts";
import type { MulticastPort } from "./net/multicast_port.ts";
import type { ConnectedUNIXDatagramPort, UNIXDatagramPort } from "./net/unix_datagram_port.ts";
import type { TCPConnector } from "./net/connector.ts";
import { ReactorResolvers } from "./net/reactor_resolvers.ts";
import { ReactorSocket } from "./net/reactor_socket.ts";
import { ReactorTCP } from "./net/reactor_tcp.ts";
import { ReactorUDP } from "./net/reactor_udp.ts";
import { ReactorUNIX } from "./net/reactor_unix.ts";
import type { UNIXConnector } from "./net/unix_connector.ts";
import type { UNIXPort } from "./net/unix_port.ts";
import type { ConnectUNIXOptions, ListenUNIXOptions } from "./interfaces/reactor_unix.ts";
import type { AddressFamilyName, IReactorSocket } from "./interfaces/reactor_socket.ts";
import type { TCPPort } from "./net/tcp_port.ts";
import type { TCPServer } from "./net/tcp_server.ts";
import type { UNIXServer } from "./net/unix_server.ts";
import type { UDPPort } from "./net/udp_port.ts";
import { ReactorProcess } from "./process/reactor_process.ts";
import type { ReactorOptions } from "./reactor_life.ts";
import { ReactorLoop } from "./reactor_loop.ts";

/**
 * A reactor with all its transports, over a main loop, delayed calls and descriptors that its
 * subclasses supply.
 *
 * Twisted: `PosixReactorBase` (`internet/posixbase.py`, 24.7). Differs from Twisted: see
 * {@linkcode ReactorLife}.
 */
export abstract class ReactorBase extends ReactorLoop
  implements IReactor, IReactorPluggableNameResolver, IReactorSocket {
  readonly #resolvers: ReactorResolvers;
  readonly #tcp: ReactorTCP;
  readonly #udp: ReactorUDP;
  readonly #unix: ReactorUNIX;
  readonly #sockets: ReactorSocket;
  readonly #processes: ReactorProcess;

  /**
   * Makes a reactor that is not started.
   *
   * @param platform The world.
   * @param options Where errors go.
   */
  constructor(platform: Platform, options: ReactorOptions = {}) {
    super(platform, options);
    this.#resolvers = new ReactorResolvers(this.log);
    this.#tcp = new ReactorTCP(this, this.log, this.#resolvers);
    this.#udp = new ReactorUDP(this.#tcp);
    this.#unix = new ReactorUNIX(this.#tcp);
    this.#sockets = new ReactorSocket(this.#tcp);
    this.#processes = new ReactorProcess(this.#tcp);
  }

  /** Ends every descriptor, port and connection; see {@linkcode IReactor.disconnectAll}. */
  override disconnectAll(): void {
    this.descriptors.disconnectAll();
    this.#tcp.disconnectAll();
  }

  // -- IReactorTCP --

  /**
   * Listens on a port; see `IReactorTCP.listenTCP`.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenTCP(port: number, factory: IProtocolFactory, options?: ListenTCPOptions): TCPPort {
    return this.#tcp.listenTCP(port, factory, options);
  }

  /**
   * Begins to connect; see `IReactorTCP.connectTCP`.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   */
  connectTCP(
    host: string,
    port: number | string,
    factory: IClientFactory,
    options?: ConnectTCPOptions,
  ): TCPConnector {
    return this.#tcp.connectTCP(host, port, factory, options);
  }

  // -- IReactorSSL --

  /**
   * Listens on a port for connections over TLS; see `IReactorSSL.listenSSL`.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param source What TLS is begun with.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {CertificateError} If there is no certificate or no key.
   * @throws {unknown} What `source.getContext()` throws.
   */
  listenSSL(
    port: number,
    factory: IProtocolFactory,
    source: TLSContextSource,
    options?: ListenTCPOptions,
  ): TCPPort {
    return this.#tcp.listenSSL(port, factory, source, options);
  }

  /**
   * Begins to connect over TLS; see `IReactorSSL.connectSSL`.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param source What TLS is begun with.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   * @throws {unknown} What `source.getContext()` throws.
   */
  connectSSL(
    host: string,
    port: number | string,
    factory: IClientFactory,
    source: TLSContextSource,
    options?: ConnectTCPOptions,
  ): TCPConnector {
    return this.#tcp.connectSSL(host, port, factory, source, options);
  }

  // -- IReactorPluggableNameResolver --

  /**
   * What finds all addresses of a name. Until one is installed it hands names on, as a
   * `HostnameAddress`: the platform resolves what it connects to.
   */
  get nameResolver(): IHostnameResolver {
    return this.#resolvers.nameResolver;
  }

  /**
   * Installs a resolver that finds all addresses; see
   * {@linkcode IReactorPluggableNameResolver.installNameResolver}.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installNameResolver(resolver: IHostnameResolver): IHostnameResolver {
    return this.#resolvers.installNameResolver(resolver);
  }

  /**
   * Installs a resolver that finds one address; see
   * {@linkcode IReactorPluggableNameResolver.installResolver}.
   *
   * @param resolver The resolver.
   * @returns The previous one.
   */
  installResolver(resolver: IResolverSimple): IResolverSimple {
    return this.#resolvers.installResolver(resolver);
  }

  /**
   * Finds an address of a host. The empty name is `0.0.0.0`, and a literal is its own address.
   *
   * Differs from Twisted: until a resolver is installed, a name is handed on as it is, since
   * everything of the platform that takes an address takes a name and resolves it.
   *
   * @param name The host.
   * @param timeouts The seconds to wait, round by round; by default the resolver decides.
   * @returns A Deferred of the address; it fails with what the resolver reports.
   */
  resolve(name: string, timeouts?: readonly number[]): Deferred<string> {
    return this.#resolvers.resolve(name, timeouts);
  }

  // -- IReactorUDP --

  /**
   * Listens for datagrams; see `IReactorUDP.listenUDP`.
   *
   * @param port The port; 0 picks a free one.
   * @param protocol Who is told of them.
   * @param options The interface and the longest payload.
   * @returns The port, bound.
   * @throws {CannotListenError} If the address cannot be bound.
   * @throws {InvalidAddressError} If the interface is not a literal.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenUDP(port: number, protocol: IDatagramProtocol, options?: ListenUDPOptions): UDPPort {
    return this.#udp.listenUDP(port, protocol, options);
  }

  /**
   * Listens for datagrams, also of groups; see `IReactorMulticast.listenMulticast`.
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
    options?: ListenMulticastOptions,
  ): MulticastPort {
    return this.#udp.listenMulticast(port, protocol, options);
  }

  // -- IReactorUNIX --

  /**
   * Listens on a path; see `IReactorUNIX.listenUNIX`.
   *
   * @param address The path.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog, the mode of the file, and whether to hold a lock.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the path cannot be listened on, or its lock is held.
   */
  listenUNIX(address: string, factory: IProtocolFactory, options?: ListenUNIXOptions): UNIXPort {
    return this.#unix.listenUNIX(address, factory, options);
  }

  /**
   * Begins to connect to a path; see `IReactorUNIX.connectUNIX`.
   *
   * @param address The path.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out, and whether to look for the lock.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   */
  connectUNIX(
    address: string,
    factory: IClientFactory,
    options?: ConnectUNIXOptions,
  ): UNIXConnector {
    return this.#unix.connectUNIX(address, factory, options);
  }

  // -- IReactorUNIXDatagram --

  /**
   * Listens for datagrams on a path; see `IReactorUNIXDatagram.listenUNIXDatagram`.
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
    options?: ListenUNIXDatagramOptions,
  ): UNIXDatagramPort {
    return this.#udp.listenUNIXDatagram(address, protocol, options);
  }

  /**
   * Sends datagrams to a path; see `IReactorUNIXDatagram.connectUNIXDatagram`.
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
    options?: ConnectUNIXDatagramOptions,
  ): ConnectedUNIXDatagramPort {
    return this.#udp.connectUNIXDatagram(address, protocol, options);
  }

  // -- IReactorSocket --

  /**
   * Listens on a socket that the process has inherited; see `IReactorSocket.adoptStreamPort`.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"`, `"IPv6"` or `"UNIX"`.
   * @param factory Makes a protocol for each connection.
   * @returns The port, listening.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {CannotListenError} If it cannot be listened on.
   */
  adoptStreamPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): TCPPort | UNIXPort {
    return this.#sockets.adoptStreamPort(fileDescriptor, addressFamily, factory);
  }

  /**
   * Goes on with a connection that the process has inherited; see
   * `IReactorSocket.adoptStreamConnection`.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"`, `"IPv6"` or `"UNIX"`.
   * @param factory Makes the protocol.
   * @returns The transport; `null` if the factory made no protocol.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {SocketError} If it is no connection.
   */
  adoptStreamConnection(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    factory: IProtocolFactory,
  ): TCPServer | UNIXServer | null {
    return this.#sockets.adoptStreamConnection(fileDescriptor, addressFamily, factory);
  }

  /**
   * Receives datagrams on a socket that the process has inherited; see
   * `IReactorSocket.adoptDatagramPort`. Deno has no way to.
   *
   * @param fileDescriptor The number of its descriptor.
   * @param addressFamily Its family: `"IPv4"` or `"IPv6"`.
   * @param protocol Who is told of them.
   * @param maxPacketSize The longest payload that is delivered whole, in bytes; 8192 by default.
   * @returns The port.
   * @throws {UnsupportedAddressFamily} If the family is another.
   * @throws {CannotListenError} If it cannot be received on.
   */
  adoptDatagramPort(
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
    protocol: IDatagramProtocol,
    maxPacketSize?: number,
  ): UDPPort {
    return this.#sockets.adoptDatagramPort(fileDescriptor, addressFamily, protocol, maxPacketSize);
  }

  // -- IReactorProcess --

  /**
   * Starts a child; see `IReactorProcess.spawnProcess`.
   *
   * @param protocol Who is told of the child.
   * @param executable The program.
   * @param options How it is started.
   * @returns The transport of the child.
   * @throws {RangeError} If `childFDs` makes no sense.
   */
  spawnProcess(
    protocol: IProcessProtocol,
    executable: string,
    options?: SpawnProcessOptions,
  ): IProcessTransport {
    return this.#processes.spawnProcess(protocol, executable, options);
  }
}
