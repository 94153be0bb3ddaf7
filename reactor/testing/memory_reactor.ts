/**
 * A reactor without a loop or a network.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IReactor } from "../interfaces/reactor.ts";
import type {
  IMulticastTransport,
  ListenMulticastOptions,
} from "../interfaces/reactor_multicast.ts";
import type { IProcessProtocol, SpawnProcessOptions } from "../interfaces/reactor_process.ts";
import type { ConnectTCPOptions, ListenTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { IDatagramProtocol, ListenUDPOptions } from "../interfaces/reactor_udp.ts";
import type { ConnectUNIXOptions, ListenUNIXOptions } from "../interfaces/reactor_unix.ts";
import type {
  ConnectUNIXDatagramOptions,
  IConnectedDatagramProtocol,
  IUNIXDatagramTransport,
  ListenUNIXDatagramOptions,
} from "../interfaces/reactor_unix_datagram.ts";
import type {
  IHostnameResolver,
  IReactorPluggableNameResolver,
  IResolverSimple,
} from "../interfaces/resolvers.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import { HostnameAddress, IPv4Address, IPv6Address, UNIXAddress } from "../net/address.ts";
import { isIPAddress } from "../net/ip_literal.ts";
import { ReactorResolvers } from "../net/reactor_resolvers.ts";
import { portOf } from "../net/service_port.ts";
import type { ReactorOptions } from "../reactor_life.ts";
import { MemoryConnector, type MemoryConnectorOptions } from "./memory_connector.ts";
import { MemoryUDPPort, type MemoryUDPProtocol, udpHost } from "./memory_datagram_port.ts";
import { MemoryLoop } from "./memory_loop.ts";
import { MemoryPort } from "./memory_port.ts";
import { MemoryProcess } from "./memory_process.ts";
import type {
  MemoryChild,
  MemoryClient,
  MemoryServer,
  MemorySSLClient,
  MemorySSLServer,
  MemoryUDPServer,
  MemoryUNIXClient,
  MemoryUNIXDatagramRecord,
  MemoryUNIXServer,
} from "./memory_records.ts";
import {
  MemoryConnectedUNIXDatagramPort,
  MemoryUNIXDatagramPort,
} from "./memory_unix_datagram_port.ts";

/** The first of the ports that are given where 0 is asked for. */
const FIRST_FREE_PORT = 49_152;

/** Twisted's default for the longest payload, in bytes. */
const MAX_PACKET_SIZE = 8192;

/**
 * A whole reactor that remembers what it was asked for, and does nothing by itself: connections are
 * made, refused and lost, datagrams come and children end when a test says so. For programs that are to
 * run, take a `Simulation`.
 *
 * Twisted: `MemoryReactor` (`internet/testing.py`, 24.7).
 *
 * Differs from Twisted: it has all that a reactor has: system events are fired and their triggers run,
 * names are resolved by what is installed, delayed calls and functions for threads are called, and
 * there are datagrams and child processes. Attempts can succeed, fail and run out of time, and ports
 * accept, with the calls to the factories that a reactor makes; port 0 picks a number; `removeAll`
 * returns what it removed; `run()` returns a promise, and the flags of what has happened begin as
 * false. No descriptors are adopted.
 *
 * @example A client without a network
 * ```ts
 * import { ClientFactory, MemoryReactor, wire } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new MemoryReactor();
 * reactor.connectTCP("example.org", 7, ClientFactory.forProtocol(wire.Echo));
 * const [client] = reactor.tcpClients;
 * assertEquals([client?.host, client?.port], ["example.org", 7]);
 * const connection = client?.connector.succeed();
 * connection?.protocol.dataReceived(new Uint8Array([1]));
 * assertEquals(connection?.transport.value(), new Uint8Array([1]));
 * ```
 */
export class MemoryReactor extends MemoryLoop implements IReactor, IReactorPluggableNameResolver {
  /** The attempts that were made over TCP, oldest first. */
  readonly tcpClients: MemoryClient[] = [];
  /** The ports that were opened over TCP, oldest first. */
  readonly tcpServers: MemoryServer[] = [];
  /** The attempts that were made over TLS, oldest first. */
  readonly sslClients: MemorySSLClient[] = [];
  /** The ports that were opened over TLS, oldest first. */
  readonly sslServers: MemorySSLServer[] = [];
  /** The attempts that were made to paths, oldest first. */
  readonly unixClients: MemoryUNIXClient[] = [];
  /** The ports that were opened on paths, oldest first. */
  readonly unixServers: MemoryUNIXServer[] = [];
  /** The ports for datagrams, oldest first. */
  readonly udpServers: MemoryUDPServer[] = [];
  /** The ports for datagrams of groups, oldest first. */
  readonly multicastServers: MemoryUDPServer[] = [];
  /** The ports for datagrams on paths, oldest first. */
  readonly unixDatagramPorts: MemoryUNIXDatagramRecord[] = [];
  /** The children that were started, oldest first. */
  readonly processes: MemoryChild[] = [];
  readonly #resolvers: ReactorResolvers;
  #nextPort = FIRST_FREE_PORT;

  /**
   * Makes a reactor that is not started.
   *
   * @param options Where errors go. Without an observer, they are thrown by what makes the calls.
   */
  constructor(options: ReactorOptions = {}) {
    super(options);
    this.#resolvers = new ReactorResolvers(this.log);
  }

  /** Ends every descriptor, port and connection. */
  override disconnectAll(): void {
    super.disconnectAll();
    const servers = [...this.tcpServers, ...this.sslServers, ...this.unixServers];
    for (const { listeningPort } of servers) this.#end(() => listeningPort.disconnectAll());
    const clients = [...this.tcpClients, ...this.sslClients, ...this.unixClients];
    for (const { connector } of clients) this.#end(() => connector.disconnectNow());
    const datagrams = [...this.udpServers, ...this.multicastServers, ...this.unixDatagramPorts];
    for (const { listeningPort } of datagrams) this.#end(() => listeningPort.stopListening());
  }

  // -- IReactorTCP and IReactorSSL --

  /** Remembers a port, and lets it listen. */
  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): MemoryPort {
    const host = this.#hostOf(port, options);
    const listeningPort = new MemoryPort(this, host, factory);
    this.tcpServers.push({ port, factory, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers an attempt, and begins it. */
  connectTCP(
    host: string,
    port: number | string,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
  ): MemoryConnector {
    const destination = destinationOf(host, portOf(this.platform.network, host, port));
    const connector = this.#connector(destination, factory, options);
    this.tcpClients.push({ host, port, factory, options, connector });
    connector.connect();
    return connector;
  }

  /** Remembers a port, and lets it listen; see `IReactorSSL.listenSSL`. */
  listenSSL(
    port: number,
    factory: IProtocolFactory,
    source: TLSContextSource,
    options: ListenTCPOptions = {},
  ): MemoryPort {
    const listeningPort = new MemoryPort(this, this.#hostOf(port, options), factory, source);
    listeningPort.startListening();
    this.sslServers.push({ port, factory, source, options, listeningPort });
    return listeningPort;
  }

  /** Remembers an attempt, and begins it; see `IReactorSSL.connectSSL`. */
  connectSSL(
    host: string,
    port: number | string,
    factory: IClientFactory,
    source: TLSContextSource,
    options: ConnectTCPOptions = {},
  ): MemoryConnector {
    const settings = { ...options, source };
    const destination = destinationOf(host, portOf(this.platform.network, host, port));
    const connector = this.#connector(destination, factory, settings);
    this.sslClients.push({ host, port, factory, source, options, connector });
    connector.connect();
    return connector;
  }

  // -- IReactorUNIX --

  /** Remembers a port, and lets it listen. There is no file, and no lock. */
  listenUNIX(
    address: string,
    factory: IProtocolFactory,
    options: ListenUNIXOptions = {},
  ): MemoryPort<UNIXAddress> {
    const listeningPort = new MemoryPort(this, new UNIXAddress(address), factory);
    this.unixServers.push({ address, factory, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers an attempt, and begins it. */
  connectUNIX(
    address: string,
    factory: IClientFactory,
    options: ConnectUNIXOptions = {},
  ): MemoryConnector {
    const connector = this.#connector(new UNIXAddress(address), factory, options);
    this.unixClients.push({ address, factory, options, connector });
    connector.connect();
    return connector;
  }

  // -- IReactorUDP, IReactorMulticast and IReactorUNIXDatagram --

  /** Remembers a port for datagrams, and lets it listen. */
  listenUDP(
    port: number,
    protocol: IDatagramProtocol,
    options: ListenUDPOptions = {},
  ): MemoryUDPPort {
    const listeningPort = this.#udpPort(port, protocol, options);
    this.udpServers.push({ port, protocol, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers a port for datagrams of groups, and lets it listen. */
  listenMulticast(
    port: number,
    protocol: IDatagramProtocol<IMulticastTransport>,
    options: ListenMulticastOptions = {},
  ): MemoryUDPPort {
    const listeningPort = this.#udpPort(port, protocol, options);
    this.multicastServers.push({ port, protocol, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers a port for datagrams on a path, and lets it listen. There is no file. */
  listenUNIXDatagram(
    address: string,
    protocol: IDatagramProtocol<IUNIXDatagramTransport, string | null>,
    options: ListenUNIXDatagramOptions = {},
  ): MemoryUNIXDatagramPort {
    const listeningPort = new MemoryUNIXDatagramPort(address, protocol);
    this.unixDatagramPorts.push({ address, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers a port for datagrams to a path, and lets it listen. */
  connectUNIXDatagram(
    address: string,
    protocol: IConnectedDatagramProtocol,
    options: ConnectUNIXDatagramOptions = {},
  ): MemoryConnectedUNIXDatagramPort {
    const path = options.bindAddress ?? null;
    const listeningPort = new MemoryConnectedUNIXDatagramPort(address, protocol, path);
    this.unixDatagramPorts.push({ address, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  // -- IReactorProcess --

  /** Remembers a child, and connects its protocol. */
  spawnProcess(
    protocol: IProcessProtocol,
    executable: string,
    options: SpawnProcessOptions = {},
  ): MemoryProcess {
    const transport = new MemoryProcess(protocol, executable, options, {
      index: this.processes.length,
      callSoon: (callback) => void this.callLater(0, callback),
    });
    this.processes.push({ protocol, executable, options, transport });
    protocol.makeConnection(transport);
    return transport;
  }

  // -- IReactorPluggableNameResolver --

  /** What finds all addresses of a name: a `HostnameAddress` for each name, until one is installed. */
  get nameResolver(): IHostnameResolver {
    return this.#resolvers.nameResolver;
  }

  /** Installs a resolver that finds all addresses, and returns the previous one. */
  installNameResolver(resolver: IHostnameResolver): IHostnameResolver {
    return this.#resolvers.installNameResolver(resolver);
  }

  /** Installs a resolver that finds one address, and returns the previous one. */
  installResolver(resolver: IResolverSimple): IResolverSimple {
    return this.#resolvers.installResolver(resolver);
  }

  /** Finds an address of a host; see `IReactorPluggableNameResolver.resolve`. */
  resolve(name: string, timeouts?: readonly number[]): Deferred<string> {
    return this.#resolvers.resolve(name, timeouts);
  }

  #connector(
    destination: IAddress,
    factory: IClientFactory,
    { timeout, ...others }: MemoryConnectorOptions,
  ): MemoryConnector {
    const options = timeout === undefined ? others : { timeout, ...others };
    return new MemoryConnector(this, destination, factory, options);
  }

  #udpPort(port: number, protocol: MemoryUDPProtocol, options: ListenUDPOptions): MemoryUDPPort {
    const host = udpHost(options.interface ?? "", this.#numberOf(port));
    return new MemoryUDPPort(host, protocol, options.maxPacketSize ?? MAX_PACKET_SIZE);
  }

  #hostOf(port: number, { interface: host = "" }: ListenTCPOptions): IPv4Address | IPv6Address {
    const number = this.#numberOf(port);
    if (host.includes(":")) return new IPv6Address("TCP", host, number);
    return new IPv4Address("TCP", host === "" ? "0.0.0.0" : host, number);
  }

  #numberOf(port: number): number {
    return port === 0 ? this.#nextPort++ : port;
  }

  #end(end: () => unknown): void {
    this.callLogged("Exception in connectionLost", end);
  }
}

function destinationOf(host: string, port: number): IPv4Address | IPv6Address | HostnameAddress {
  if (host.includes(":")) return new IPv6Address("TCP", host, port);
  if (isIPAddress(host)) return new IPv4Address("TCP", host, port);
  return new HostnameAddress(host, port);
}
