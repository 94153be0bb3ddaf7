/**
 * The client's hold on a connection: it is made, lost and made again.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import { ConnectTimeoutError, NotConnectingError } from "../errors.ts";
import type { ConnectorState, IConnector } from "../interfaces/connector.ts";
import type { IDelayedCall } from "../interfaces/delayed_call.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { BaseClient } from "./base_client.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";

/** How long an attempt may take, in seconds, unless told otherwise (Twisted's default). */
const TIMEOUT = 30;

/**
 * Connects, and connects again when told to. A subclass knows where to.
 *
 * It goes from `disconnected` to `connecting`, `connected` and back; `clientConnectionFailed` and
 * `clientConnectionLost` run when it is `disconnected` again, so that they may call
 * {@linkcode BaseConnector.connect}. If they do not, the factory's `doStop` follows.
 *
 * Twisted: `BaseConnector` (`internet/base.py`, 24.7). Differs from Twisted: what `doStop` throws is
 * logged; a connector whose `doStart` throws is disconnected as before; `disconnect()` in
 * `buildProtocol` closes the connection, and the protocol is not connected.
 */
export abstract class BaseConnector implements IConnector {
  /** Makes the protocol and hears of failure and loss. */
  readonly factory: IClientFactory;
  /** How long an attempt may take, in seconds. */
  readonly timeout: number;
  /** What the connector belongs to. */
  protected readonly tcp: ReactorTCP;

  #state: ConnectorState = "disconnected";
  /** The attempt or connection; `null` while disconnected. */
  #transport: BaseClient | null = null;
  /** Ends the attempt when it takes too long; `null` when none is under way. */
  #timeout: IDelayedCall | null = null;
  /** Whether `factory.doStart()` was called and `doStop()` was not. */
  #factoryStarted = false;

  /**
   * Makes a connector that is disconnected.
   *
   * @param tcp What it belongs to.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param timeout How long an attempt may take, in seconds.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   */
  constructor(tcp: ReactorTCP, factory: IClientFactory, timeout: number = TIMEOUT) {
    this.tcp = tcp;
    this.factory = factory;
    this.timeout = timeout;
    if (!(timeout >= 0)) throw new RangeError(`Cannot connect: time-out is ${timeout}`);
  }

  /**
   * Gets what an attempt needs.
   *
   * @throws {unknown} If that cannot be had; nothing has begun then.
   */
  protected prepare(): void {}

  /** Makes an attempt that begins in the next pass. */
  protected abstract makeTransport(): BaseClient;

  /** Returns where the connector connects to, as it was asked. */
  abstract getDestination(): IAddress;

  /** Where the connector connects to, for messages. */
  protected abstract get place(): string;

  /** Where the connector is in its life. */
  get state(): ConnectorState {
    return this.#state;
  }

  /**
   * Begins an attempt. `factory.startedConnecting(this)` is called in here; everything else follows
   * in later passes.
   *
   * @throws {Error} If the connector is connecting or connected.
   * @throws {unknown} What the attempt needs and cannot get, and what `factory.doStart()` throws;
   * nothing has begun then.
   */
  connect(): void {
    if (this.#state !== "disconnected") {
      throw new Error(`Cannot connect to ${this.place}: connector is ${this.#state}`);
    }
    this.prepare();
    this.#state = "connecting";
    try {
      if (!this.#factoryStarted) this.factory.doStart();
    } catch (error) {
      this.#state = "disconnected";
      throw error;
    }
    this.#factoryStarted = true;
    const transport = this.makeTransport();
    this.#transport = transport;
    this.#timeout = this.tcp.reactor.callLater(this.timeout, () => this.#timedOut(transport));
    this.factory.startedConnecting(this);
  }

  /**
   * Gives up the attempt under way. The factory hears of it inside this call, with `UserError`.
   *
   * @throws {NotConnectingError} If no attempt is under way.
   */
  stopConnecting(): void {
    if (this.#state !== "connecting" || this.#transport === null) {
      throw new NotConnectingError(`Cannot stop connecting: connector is ${this.#state}`);
    }
    this.#transport.stopConnecting();
  }

  /** Gives up the attempt under way, or closes the connection; otherwise does nothing. */
  disconnect(): void {
    if (this.#state === "connecting") this.stopConnecting();
    else if (this.#state === "connected") this.#transport?.loseConnection();
  }

  /**
   * The attempt has succeeded: asks the factory for a protocol. Called by the transport.
   *
   * @param address The address of the other end.
   * @returns The protocol, or `null` to refuse.
   */
  buildProtocol(address: IAddress): IProtocol | null {
    this.#state = "connected";
    this.#cancelTimeout();
    return this.factory.buildProtocol(address);
  }

  /**
   * The attempt has failed. Called by the transport, once.
   *
   * @param reason Why.
   */
  connectionFailed(reason: Failure): void {
    this.#cancelTimeout();
    this.#ended(() => this.factory.clientConnectionFailed(this, reason));
  }

  /**
   * The connection is over. Called by the transport, once, after the protocol was told.
   *
   * @param reason Why.
   */
  connectionLost(reason: Failure): void {
    this.#ended(() => this.factory.clientConnectionLost(this, reason));
  }

  /** Returns the class, the destination and the state, for people. */
  toString(): string {
    return `<${this.constructor.name} to ${this.place} (${this.#state})>`;
  }

  /** Tells the factory, and stops it unless it has begun another attempt. */
  #ended(tell: () => void): void {
    this.#state = "disconnected";
    this.#transport = null;
    try {
      tell();
    } finally {
      // The factory may have called connect(), which the compiler cannot see.
      if ((this.#state as ConnectorState) === "disconnected" && this.#factoryStarted) {
        this.#factoryStarted = false;
        this.#stopFactory();
      }
    }
  }

  /** Several attempts of an endpoint may end together: none must hold up the others. */
  #stopFactory(): void {
    try {
      this.factory.doStop();
    } catch (error) {
      this.tcp.logError("Exception in doStop", error, prefixOf(this.factory));
    }
  }

  #timedOut(transport: BaseClient): void {
    this.#timeout = null;
    const message = `Cannot connect to ${this.place}: time-out of ${this.timeout} s is over`;
    transport.failIfNotConnected(new ConnectTimeoutError(message));
  }

  #cancelTimeout(): void {
    const timeout = this.#timeout;
    this.#timeout = null;
    if (timeout?.active()) timeout.cancel();
  }
}
