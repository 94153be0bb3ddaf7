/**
 * A reactor without a loop or a network.
 *
 * @module
 */

import { DelayedCallQueue } from "../../poller/delayed_call_queue.ts";
import type { DelayedCall } from "../../poller/delayed_call.ts";
import { checkCallable } from "../check_callable.ts";
import { ReactorNotRestartable, ReactorNotRunning } from "../errors.ts";
import type { IReadDescriptor, IWriteDescriptor } from "../interfaces/descriptors.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type {
  IReactorCore,
  SystemEventPhase,
  SystemEventTrigger,
  SystemEventType,
} from "../interfaces/reactor_core.ts";
import type { IReactorFDSet } from "../interfaces/reactor_fdset.ts";
import type { IReactorFromThreads } from "../interfaces/reactor_from_threads.ts";
import type {
  ConnectTCPOptions,
  IReactorTCP,
  ListenTCPOptions,
} from "../interfaces/reactor_tcp.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import type { LogObserver } from "../log.ts";
import { HostnameAddress, IPv4Address, IPv6Address } from "../net/address.ts";
import { isIPAddress } from "../net/ip_literal.ts";
import { SystemEvents } from "../system_events.ts";
import { MemoryConnector } from "./memory_connector.ts";
import { MemoryPort } from "./memory_port.ts";

/** The first of the ports that are given where 0 is asked for. */
const FIRST_FREE_PORT = 49_152;

/** An attempt that was made with `connectTCP`. */
export interface MemoryClient {
  /** The host. */
  readonly host: string;
  /** The port. */
  readonly port: number;
  /** The factory. */
  readonly factory: IClientFactory;
  /** The time-out and the local address. */
  readonly options: ConnectTCPOptions;
  /** What was returned. */
  readonly connector: MemoryConnector;
}

/** A port that was opened with `listenTCP`. */
export interface MemoryServer {
  /** The port that was asked for. */
  readonly port: number;
  /** The factory. */
  readonly factory: IProtocolFactory;
  /** The backlog and the interface. */
  readonly options: ListenTCPOptions;
  /** What was returned. */
  readonly listeningPort: MemoryPort;
}

/**
 * A reactor that remembers what it was asked for, and does nothing by itself: connections are made,
 * refused and lost when a test says so. For programs that are to run, take a `Simulation`.
 *
 * Twisted: `MemoryReactor` (`internet/testing.py`, 24.7).
 *
 * Differs from Twisted: system events are fired and their triggers run; attempts can succeed or fail
 * and ports accept, with the calls to the factories that a reactor makes; port 0 picks a number;
 * `removeAll` returns what it removed; delayed calls wait (a `MemoryReactorClock` makes them); `run()` returns
 * a promise, and the flags of what has happened begin as false.
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
export class MemoryReactor
  implements IReactorCore, IReactorTime, IReactorFDSet, IReactorFromThreads, IReactorTCP {
  /** The attempts that were made, oldest first. */
  readonly tcpClients: MemoryClient[] = [];
  /** The ports that were opened, oldest first. */
  readonly tcpServers: MemoryServer[] = [];
  /** Whether `run()` was called. */
  hasRun = false;
  /** Whether `stop()` was called. */
  hasStopped = false;
  /** Whether `crash()` was called. */
  hasCrashed = false;
  /** Between the startup and the shutdown event. */
  running = false;
  /** The delayed calls. */
  protected readonly calls: DelayedCallQueue = new DelayedCallQueue({
    seconds: () => this.seconds(),
  });
  readonly #events: SystemEvents;
  readonly #readers = new Set<IReadDescriptor>();
  readonly #writers = new Set<IWriteDescriptor>();
  #nextPort = FIRST_FREE_PORT;

  /**
   * Makes a reactor.
   *
   * @param log Takes the errors of triggers.
   */
  constructor(log: LogObserver = () => {}) {
    this.#events = new SystemEvents(log);
    this.#events.add("during", "startup", () => void (this.running = true));
    this.#events.add("during", "shutdown", () => void (this.running = false));
  }

  // -- IReactorCore --

  /** Fires the startup event, and stops: nothing happens here that could be waited for. */
  run(): Promise<void> {
    if (this.hasRun) {
      return Promise.reject(new ReactorNotRestartable("Cannot run the reactor: it has run"));
    }
    this.hasRun = true;
    this.fireSystemEvent("startup");
    if (this.running) this.stop();
    return Promise.resolve();
  }

  /** Fires the shutdown event. */
  stop(): void {
    if (!this.running) throw new ReactorNotRunning("Cannot stop the reactor: it is not running");
    this.hasStopped = true;
    this.fireSystemEvent("shutdown");
  }

  /** Ceases to run, without any event. */
  crash(): void {
    this.hasCrashed = true;
    this.running = false;
  }

  /** Makes the delayed calls that are due. */
  iterate(): Promise<void> {
    for (const timer of this.calls.takeDue(this.seconds())) timer.run();
    return Promise.resolve();
  }

  /** Fires an event: its triggers run. */
  fireSystemEvent(eventType: SystemEventType): void {
    this.#events.fire(eventType);
  }

  /** Adds a trigger. */
  addSystemEventTrigger<A extends unknown[]>(
    phase: SystemEventPhase,
    eventType: SystemEventType,
    callable: (...args: A) => unknown,
    ...args: A
  ): SystemEventTrigger {
    checkCallable(callable, "add a system event trigger");
    return this.#events.add(phase, eventType, () => callable(...args));
  }

  /** Removes a trigger. */
  removeSystemEventTrigger(trigger: SystemEventTrigger): void {
    this.#events.remove(trigger);
  }

  /** Calls a function now if the reactor runs, and otherwise when it does. */
  callWhenRunning<A extends unknown[]>(
    callable: (...args: A) => unknown,
    ...args: A
  ): SystemEventTrigger | null {
    if (!this.running) return this.addSystemEventTrigger("after", "startup", callable, ...args);
    callable(...args);
    return null;
  }

  // -- IReactorTime and IReactorFromThreads --

  /** Returns 0: time stands. */
  seconds(): number {
    return 0;
  }

  /** Keeps a call. */
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    checkCallable(callable, "call later");
    if (!(delay >= 0)) throw new RangeError(`Cannot call later: delay is ${delay}`);
    return this.calls.add(this.seconds() + delay, callable, args);
  }

  /** Returns the calls that wait. */
  getDelayedCalls(): DelayedCall[] {
    return this.calls.list();
  }

  /** Keeps a call that is due at once. */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void {
    this.callLater(0, callable, ...args);
  }

  // -- IReactorFDSet --

  /** Remembers a reader. */
  addReader(reader: IReadDescriptor): void {
    this.#readers.add(reader);
  }

  /** Remembers a writer. */
  addWriter(writer: IWriteDescriptor): void {
    this.#writers.add(writer);
  }

  /** Forgets a reader. */
  removeReader(reader: IReadDescriptor): void {
    this.#readers.delete(reader);
  }

  /** Forgets a writer. */
  removeWriter(writer: IWriteDescriptor): void {
    this.#writers.delete(writer);
  }

  /** Forgets all, and returns each once. */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    const all = new Set([...this.#readers, ...this.#writers]);
    this.#readers.clear();
    this.#writers.clear();
    return [...all];
  }

  /** Returns the readers. */
  getReaders(): IReadDescriptor[] {
    return [...this.#readers];
  }

  /** Returns the writers. */
  getWriters(): IWriteDescriptor[] {
    return [...this.#writers];
  }

  // -- IReactorTCP --

  /** Remembers a port, and lets it listen. */
  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): MemoryPort {
    const number = port === 0 ? this.#nextPort++ : port;
    const listeningPort = new MemoryPort(this, options.interface ?? "", number, factory);
    this.tcpServers.push({ port, factory, options, listeningPort });
    listeningPort.startListening();
    return listeningPort;
  }

  /** Remembers an attempt, and begins it. */
  connectTCP(
    host: string,
    port: number,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
  ): MemoryConnector {
    const connector = new MemoryConnector(this, destinationOf(host, port), factory);
    this.tcpClients.push({ host, port, factory, options, connector });
    connector.connect();
    return connector;
  }
}

function destinationOf(host: string, port: number): IPv4Address | IPv6Address | HostnameAddress {
  if (host.includes(":")) return new IPv6Address("TCP", host, port);
  if (isIPAddress(host)) return new IPv4Address("TCP", host, port);
  return new HostnameAddress(host, port);
}
