/**
 * A connector whose attempts end as a test says.
 *
 * @module
 */

import type { TimerCall, Timers } from "../deferred/chained.ts";
import { Failure } from "../deferred/failure.ts";
import {
  ConnectionLost,
  ConnectionRefusedError,
  ConnectTimeoutError,
  NotConnectingError,
  UserError,
} from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { ConnectorState, IConnector } from "../interfaces/connector.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { TLSContext, TLSContextSource } from "../interfaces/tls.ts";
import { IPv4Address, UNIXAddress } from "../net/address.ts";
import { contextOf } from "../net/tls_start.ts";
import { type ConnectedEnds, LoopbackTransport } from "./loopback_transport.ts";
import type { MemoryConnection, MemoryPort } from "./memory_port.ts";
import { MemoryTransport } from "./memory_transport.ts";
import { identityPumpPolicy, type PumpPolicy } from "./pump_policies.ts";

/** How long an attempt may take unless said otherwise, in seconds (Twisted's value). */
const TIMEOUT = 30;

/** What a {@linkcode MemoryConnector} connects with. */
export interface MemoryConnectorOptions {
  /**
   * How long an attempt may take, in seconds.
   *
   * @default {30}
   */
  readonly timeout?: number;
  /** What TLS is begun with. By default it is not. */
  readonly source?: TLSContextSource;
}

/**
 * A connector of a `MemoryReactor`: a test lets its attempts succeed or fail.
 *
 * Twisted: `_FakeConnector` (`internet/testing.py`, 24.7), with what `iosim`'s
 * `ConnectionCompleter` does. Differs from Twisted: it tells its factory what a connector tells it.
 */
export class MemoryConnector implements IConnector {
  /** The factory that was given. */
  readonly factory: IClientFactory;
  readonly #clock: Timers;
  readonly #destination: IAddress;
  readonly #options: MemoryConnectorOptions;
  #state: ConnectorState = "disconnected";
  /** What TLS is begun with in the attempt under way. */
  #context: TLSContext | null = null;
  /** The end of the attempt under way; `null` without one. */
  #timeout: TimerCall | null = null;
  /** How the connection ends; `null` without one. */
  #ends: ConnectionEnds | null = null;
  #isStarted = false;

  /**
   * Makes a connector that is disconnected.
   *
   * @param clock Calls later.
   * @param destination Where it connects to.
   * @param factory Makes the protocols.
   * @param options The time-out, and what TLS is begun with.
   */
  constructor(
    clock: Timers,
    destination: IAddress,
    factory: IClientFactory,
    options: MemoryConnectorOptions = {},
  ) {
    this.#clock = clock;
    this.#destination = destination;
    this.factory = factory;
    this.#options = options;
  }

  /** Where the connector is in its life. */
  get state(): ConnectorState {
    return this.#state;
  }

  /** Returns where it connects to. */
  getDestination(): IAddress {
    return this.#destination;
  }

  /**
   * Begins an attempt, which waits for the test, until its time is over.
   *
   * @throws {Error} If the connector is not disconnected.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   * @throws {unknown} What `source.getContext()` throws.
   */
  connect(): void {
    if (this.#state !== "disconnected") {
      throw new Error(`Cannot connect: connector is ${this.#state}`);
    }
    const { source, timeout = TIMEOUT } = this.#options;
    this.#context = source === undefined ? null : contextOf(source, this.factory);
    this.#timeout = this.#clock.callLater(timeout, () => {
      this.#timeout = null;
      this.fail(new ConnectTimeoutError(`Cannot connect: no answer came in ${timeout} seconds`));
    });
    this.#state = "connecting";
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.factory.doStart();
    }
    this.factory.startedConnecting(this);
  }

  /** Gives up the attempt; the factory hears of it in here. */
  stopConnecting(): void {
    if (this.#state !== "connecting") {
      throw new NotConnectingError(`Cannot stop connecting: connector is ${this.#state}`);
    }
    this.fail(new UserError("Cannot connect: the attempt is given up"));
  }

  /** Gives up the attempt, or closes the connection. */
  disconnect(): void {
    if (this.#state === "connecting") this.stopConnecting();
    else if (this.#state === "connected") this.#ends?.close();
  }

  // -- For the test --

  /**
   * Lets the attempt succeed, with a transport that keeps what is written to it.
   *
   * @returns The protocol and its transport; `null` if the factory refuses.
   * @throws {NotConnectingError} If no attempt waits.
   */
  succeed(): MemoryConnection | null {
    const protocol = this.#build();
    if (protocol === null) return null;
    const transport = new MemoryTransport(protocol, {
      peerAddress: this.#destination,
      callSoon: (callback) => void this.#clock.callLater(0, callback),
      onLost: (reason) => this.#lost(reason),
    }, this.#context);
    this.#ends = {
      close: () => transport.loseConnection(),
      lose: () => transport.lose(new ConnectionLost()),
    };
    protocol.makeConnection(transport);
    return { protocol, transport };
  }

  /**
   * Lets the attempt reach a port: both protocols talk to each other from now on, as the clock goes.
   * There is no TLS between them, even if both ask for it.
   *
   * @param port The port.
   * @param clock When they talk; by default as the reactor's time goes.
   * @param pumpPolicy How what was written becomes calls of `dataReceived`. By default each piece is one.
   * @returns The transports of both; `null` if a factory refuses.
   * @throws {NotConnectingError} If no attempt waits.
   */
  succeedWith(
    port: MemoryPort<IAddress>,
    clock: Timers = this.#clock,
    pumpPolicy: PumpPolicy = identityPumpPolicy,
  ): ConnectedEnds | null {
    this.#checkConnecting();
    const host = this.#destination instanceof UNIXAddress ? new UNIXAddress(null) : CLIENT;
    const server = port.buildProtocol(host);
    if (server === null) {
      this.fail(new ConnectionRefusedError("Cannot connect: it is refused"));
      return null;
    }
    const client = this.#build();
    if (client === null) return null;
    const shared = { clock, pumpPolicy };
    const end = new LoopbackTransport({
      ...shared,
      protocol: client,
      host,
      onLost: (reason) => this.#lost(reason),
    });
    this.#ends = { close: () => end.loseConnection(), lose: () => end.abortConnection() };
    const other = new LoopbackTransport({
      ...shared,
      protocol: server,
      host: port.getHost(),
      onLost: () => {},
    });
    LoopbackTransport.join(other, end);
    return { server: other, client: end };
  }

  /**
   * Lets the attempt fail.
   *
   * @param error Why.
   * @throws {NotConnectingError} If no attempt waits.
   */
  fail(error: Error): void {
    this.#checkConnecting();
    this.#state = "disconnected";
    this.#stopTimeout();
    this.#tell(() => this.factory.clientConnectionFailed(this, new Failure(error)));
  }

  /** Ends the attempt or the connection, as a reactor that ends. */
  disconnectNow(): void {
    if (this.#state === "connecting") this.fail(new ConnectionLost());
    else this.#ends?.lose();
  }

  #checkConnecting(): void {
    if (this.#state === "connecting") return;
    throw new NotConnectingError(`Cannot end the attempt: connector is ${this.#state}`);
  }

  #stopTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = null;
  }

  #build(): IProtocol | null {
    this.#checkConnecting();
    this.#state = "connected";
    this.#stopTimeout();
    const protocol = this.factory.buildProtocol(this.#destination);
    if (protocol === null) this.#lost(new Failure(new UserError("Cannot connect: no protocol")));
    return protocol;
  }

  #lost(reason: Failure): void {
    this.#state = "disconnected";
    this.#ends = null;
    this.#tell(() => this.factory.clientConnectionLost(this, reason));
  }

  /** Tells the factory, and stops it if it has not connected again. */
  #tell(tell: () => void): void {
    try {
      tell();
    } finally {
      if (this.#state === "disconnected" && this.#isStarted) {
        this.#isStarted = false;
        this.factory.doStop();
      }
    }
  }
}

/** How a connection can be ended from outside. */
interface ConnectionEnds {
  /** As by `loseConnection()`. */
  close(): void;
  /** At once. */
  lose(): void;
}

/** The address of every client that is connected to a port. */
const CLIENT = new IPv4Address("TCP", "192.168.1.1", 54_321);
