/**
 * What all reactors share beside their life: time, calls from elsewhere, descriptors, transports.
 *
 * The class is long because it is the API: the methods are short, and what they share lives in
 * files of its own.
 *
 * @module
 */

import type { DelayedCall } from "../poller/delayed_call.ts";
import type { ModuleFunction } from "../poller/module_function.ts";
import type { Platform } from "../poller/platform.ts";
import { checkCallable } from "./check_callable.ts";
import type { Deferred } from "./deferred/deferred.ts";
import type { DescriptorSet } from "./descriptor_set.ts";
import type {
  IEventDescriptor,
  IReadDescriptor,
  IWriteDescriptor,
} from "./interfaces/descriptors.ts";
import type { RunOptions } from "./interfaces/reactor_core.ts";
import type { IClientFactory, IProtocolFactory } from "./interfaces/protocol_factory.ts";
import type { IReactor } from "./interfaces/reactor.ts";
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
import type { TCPConnector } from "./net/connector.ts";
import { ReactorResolvers } from "./net/reactor_resolvers.ts";
import { ReactorTCP } from "./net/reactor_tcp.ts";
import { ReactorUDP } from "./net/reactor_udp.ts";
import type { TCPPort } from "./net/tcp_port.ts";
import type { UDPPort } from "./net/udp_port.ts";
import { ReactorProcess } from "./process/reactor_process.ts";
import { ReactorLife, type ReactorOptions } from "./reactor_life.ts";
import { ReactorThreads } from "./threads/reactor_threads.ts";
import type { ThreadPool } from "./threads/thread_pool.ts";

/**
 * A reactor over a main loop, delayed calls and descriptors that its subclasses supply.
 *
 * Twisted: `ReactorBase` and `PosixReactorBase` (`internet/base.py`, `internet/posixbase.py`, 24.7).
 * Differs from Twisted: see {@linkcode ReactorLife}.
 */
export abstract class ReactorBase extends ReactorLife
  implements IReactor, IReactorPluggableNameResolver {
  readonly #resolvers: ReactorResolvers;
  readonly #tcp: ReactorTCP;
  readonly #udp: ReactorUDP;
  readonly #processes: ReactorProcess;
  readonly #threads: ReactorThreads;

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
    this.#processes = new ReactorProcess(this.#tcp);
    this.#threads = new ReactorThreads(this, this.log);
  }

  // -- For subclasses --

  /** The delayed calls. */
  protected abstract readonly calls: DelayedCallStore;
  /** The readers and writers. */
  protected abstract readonly descriptors: DescriptorSet;

  // -- IReactorTime --

  /** Returns the time in seconds since an arbitrary moment. */
  seconds(): number {
    return this.platform.clock.now();
  }

  /**
   * Calls a function later; see {@linkcode IReactorTime.callLater}.
   *
   * @typeParam A The arguments of the function.
   * @param delay How long to wait, in seconds, at least 0.
   * @param callable What to call.
   * @param args What to call it with.
   * @returns The waiting call.
   * @throws {RangeError} If `delay` is negative or `NaN`.
   * @throws {TypeError} If `callable` is not a function.
   */
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    checkCallable(callable, "call later");
    if (!(delay >= 0)) {
      throw new RangeError(`Cannot call later: delay is ${delay}, not a number of at least 0`);
    }
    return this.calls.add(this.seconds() + delay, callable, args);
  }

  /** Returns the calls that wait, as a list of the caller's own. */
  getDelayedCalls(): DelayedCall[] {
    return this.calls.list();
  }

  // -- IReactorFromThreads --

  /**
   * Calls a function in the next pass; see {@linkcode IReactorFromThreads.callFromThread}.
   *
   * @typeParam A The arguments of the function.
   * @param callable What to call.
   * @param args What to call it with.
   * @throws {TypeError} If `callable` is not a function.
   */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void {
    checkCallable(callable, "call from thread");
    this.queueCall(() => this.callLogged("Exception in call from thread", () => callable(...args)));
  }

  // -- IReactorThreads --

  /**
   * Calls a function in a thread of the pool; see {@linkcode IReactorInThreads.callInThread}.
   *
   * @typeParam A The arguments of the function.
   * @param fn The function.
   * @param args What to call it with; copied.
   */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void {
    this.#threads.callInThread(fn, ...args);
  }

  /** Returns the pool of the reactor, and makes it if there is none. */
  getThreadPool(): ThreadPool {
    return this.#threads.getThreadPool();
  }

  /**
   * Says how many threads the pool may have.
   *
   * @param size How many.
   * @throws {RangeError} If it is not a whole number above 0.
   */
  suggestThreadPoolSize(size: number): void {
    this.#threads.suggestThreadPoolSize(size);
  }

  /**
   * Fires the startup event and runs the main loop; see {@linkcode IReactorCore.run}.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the reactor has stopped or crashed, and the threads that
   * were stopped with it have ended.
   */
  override async run(options?: RunOptions): Promise<void> {
    await super.run(options);
    const { stopping } = this.#threads;
    if (stopping !== null) await stopping;
  }

  // -- IReactorFDSet --

  /**
   * Calls `reader.doRead()` whenever its descriptor can be read.
   *
   * @param reader The descriptor.
   * @throws {AlreadyRegisteredError} If another object reads this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addReader(reader: IReadDescriptor): void {
    this.descriptors.addReader(reader);
  }

  /**
   * Calls `writer.doWrite()` whenever its descriptor can be written.
   *
   * @param writer The descriptor.
   * @throws {AlreadyRegisteredError} If another object writes this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addWriter(writer: IWriteDescriptor): void {
    this.descriptors.addWriter(writer);
  }

  /**
   * Ceases to read; one that was not added is ignored.
   *
   * @param reader The descriptor.
   */
  removeReader(reader: IReadDescriptor): void {
    this.descriptors.removeReader(reader);
  }

  /**
   * Ceases to write; one that was not added is ignored.
   *
   * @param writer The descriptor.
   */
  removeWriter(writer: IWriteDescriptor): void {
    this.descriptors.removeWriter(writer);
  }

  // -- IReactorEventSet --

  /**
   * Watches a descriptor for errors; see `IReactorEventSet.addEventDescriptor`.
   *
   * @param descriptor The descriptor.
   * @throws {AlreadyRegisteredError} If another object was added for its handle.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addEventDescriptor(descriptor: IEventDescriptor): void {
    this.descriptors.addEventDescriptor(descriptor);
  }

  /**
   * Ceases to watch a descriptor for errors; one that was not added is ignored.
   *
   * @param descriptor The descriptor.
   */
  removeEventDescriptor(descriptor: IEventDescriptor): void {
    this.descriptors.removeEventDescriptor(descriptor);
  }

  /** Removes all readers and writers without telling them, and returns each object once. */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    return this.descriptors.removeAll();
  }

  /** Returns the readers, as a list of the caller's own. */
  getReaders(): IReadDescriptor[] {
    return this.descriptors.readers;
  }

  /** Returns the writers, as a list of the caller's own. */
  getWriters(): IWriteDescriptor[] {
    return this.descriptors.writers;
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
   * @param port The port.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   */
  connectTCP(
    host: string,
    port: number,
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
   * @param port The port.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param source What TLS is begun with.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   * @throws {unknown} What `source.getContext()` throws.
   */
  connectSSL(
    host: string,
    port: number,
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

/** Where a reactor keeps its delayed calls. */
export interface DelayedCallStore {
  /**
   * Adds a call.
   *
   * @param time When it is due, in seconds.
   * @param fn What to call.
   * @param args What to call it with.
   * @returns The call.
   */
  add<A extends unknown[]>(time: number, fn: (...args: A) => unknown, args: A): DelayedCall;
  /** Returns the active calls, as a list of the caller's own. */
  list(): DelayedCall[];
}
