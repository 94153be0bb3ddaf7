/**
 * A connector whose attempts end as a test says.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionRefusedError, NotConnectingError, UserError } from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { ConnectorState, IConnector } from "../interfaces/connector.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { ITransport } from "../interfaces/transport.ts";
import { ProtocolWrapper } from "../protocols/policies/protocol_wrapper.ts";
import { WrappingFactory } from "../protocols/policies/wrapping_factory.ts";
import { loopbackAsync } from "./loopback.ts";
import type { MemoryConnection, MemoryPort } from "./memory_port.ts";
import { StringTransportWithDisconnection } from "./string_transport_with_disconnection.ts";

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
  #state: ConnectorState = "disconnected";
  #transport: ITransport | null = null;
  #isStarted = false;

  /**
   * Makes a connector that is disconnected.
   *
   * @param clock Calls later.
   * @param destination Where it connects to.
   * @param factory Makes the protocols.
   */
  constructor(clock: Timers, destination: IAddress, factory: IClientFactory) {
    this.#clock = clock;
    this.#destination = destination;
    this.factory = factory;
  }

  /** Where the connector is in its life. */
  get state(): ConnectorState {
    return this.#state;
  }

  /** Returns where it connects to. */
  getDestination(): IAddress {
    return this.#destination;
  }

  /** Begins an attempt, which waits for the test. */
  connect(): void {
    if (this.#state !== "disconnected") {
      throw new Error(`Cannot connect: connector is ${this.#state}`);
    }
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
    else if (this.#state === "connected") this.#transport?.loseConnection();
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
    const transport = new StringTransportWithDisconnection(null, {
      peerAddress: this.#destination,
      callSoon: (callback) => void this.#clock.callLater(0, callback),
    });
    transport.protocol = new Observed(protocol, (reason) => this.#lost(reason));
    this.#transport = transport;
    protocol.makeConnection(transport);
    return { protocol, transport };
  }

  /**
   * Lets the attempt reach a port: both protocols talk to each other from now on, as the clock goes.
   *
   * @param port The port.
   * @throws {NotConnectingError} If no attempt waits.
   */
  succeedWith(port: MemoryPort): void {
    const server = port.buildProtocol(this.#destination);
    if (server === null) {
      return this.fail(new ConnectionRefusedError("Cannot connect: it is refused"));
    }
    const client = this.#build();
    if (client === null) return;
    const observed = new Observed(client, (reason) => this.#lost(reason));
    loopbackAsync(server, observed, this.#clock);
    this.#transport = observed;
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
    this.#tell(() => this.factory.clientConnectionFailed(this, new Failure(error)));
  }

  #checkConnecting(): void {
    if (this.#state === "connecting") return;
    throw new NotConnectingError(`Cannot end the attempt: connector is ${this.#state}`);
  }

  #build(): IProtocol | null {
    this.#checkConnecting();
    this.#state = "connected";
    const protocol = this.factory.buildProtocol(this.#destination);
    if (protocol === null) this.#lost(new Failure(new UserError("Cannot connect: no protocol")));
    return protocol;
  }

  #lost(reason: Failure): void {
    this.#state = "disconnected";
    this.#transport = null;
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

/** A protocol whose end somebody else hears of, after it. */
class Observed extends ProtocolWrapper {
  readonly #onLost: (reason: Failure) => void;

  constructor(protocol: IProtocol, onLost: (reason: Failure) => void) {
    super(NO_FACTORY, protocol);
    this.#onLost = onLost;
  }

  override connectionLost(reason: Failure): void {
    try {
      super.connectionLost(reason);
    } finally {
      this.#onLost(reason);
    }
  }
}

/** Wrappers register with a factory; these have none. */
const NO_FACTORY = new WrappingFactory({
  buildProtocol: () => null,
  doStart: () => {},
  doStop: () => {},
});
