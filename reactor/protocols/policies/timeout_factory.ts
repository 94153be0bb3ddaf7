/**
 * Connections that are closed when they are idle.
 *
 * @module
 */

import type { Failure } from "../../deferred/failure.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import type { IProtocolFactory } from "../../interfaces/protocol_factory.ts";
import type { ITCPTransport } from "../../interfaces/transport.ts";
import { ConnectionTimeout, type PolicyClock } from "./connection_timeout.ts";
import { type IWrappingFactory, ProtocolWrapper } from "./protocol_wrapper.ts";
import { WrappingFactory } from "./wrapping_factory.ts";

/** How long a connection may be idle unless told otherwise, in seconds: half an hour. */
const PERIOD = 1_800;

/**
 * Closes connections through which nothing has gone for some time, in either direction.
 *
 * Twisted: `TimeoutFactory` (`protocols/policies.py`, 24.7). Differs from Twisted: it is given a
 * clock, in place of the overridable `callLater`.
 */
export class TimeoutFactory extends WrappingFactory {
  /** How long a connection may be idle, in seconds. */
  readonly timeoutPeriod: number;
  /** Waits. */
  readonly clock: PolicyClock;

  /**
   * Makes a factory.
   *
   * @param wrappedFactory The factory of the protocols.
   * @param clock Waits; a reactor is one.
   * @param timeoutPeriod How long a connection may be idle, in seconds.
   */
  constructor(
    wrappedFactory: IProtocolFactory,
    clock: PolicyClock,
    timeoutPeriod: number = PERIOD,
  ) {
    super(wrappedFactory);
    this.clock = clock;
    this.timeoutPeriod = timeoutPeriod;
  }

  /** Wraps a protocol so that its time is limited. */
  override wrap(protocol: IProtocol): TimeoutProtocol {
    return new TimeoutProtocol(this, protocol, this.timeoutPeriod);
  }
}

/** What a {@linkcode TimeoutProtocol} is made by. */
export interface TimeoutProtocolFactory extends IWrappingFactory {
  /** Waits. */
  readonly clock: PolicyClock;
}

/**
 * A wrapper that closes its connection when nothing goes through it.
 *
 * Twisted: `TimeoutProtocol` (`protocols/policies.py`, 24.7). Differs from Twisted: time runs from
 * the connection on, not from the constructor on.
 */
export class TimeoutProtocol extends ProtocolWrapper {
  readonly #timeout: ConnectionTimeout;
  readonly #period: number;

  /**
   * Wraps a protocol.
   *
   * @param factory What makes the wrapper.
   * @param wrappedProtocol What to wrap.
   * @param timeoutPeriod How long it may be idle, in seconds.
   */
  constructor(factory: TimeoutProtocolFactory, wrappedProtocol: IProtocol, timeoutPeriod: number) {
    super(factory, wrappedProtocol);
    this.#period = timeoutPeriod;
    this.#timeout = new ConnectionTimeout(factory.clock, () => this.timeoutFunc());
  }

  /**
   * Begins to count.
   *
   * @param transport The transport.
   */
  override makeConnection(transport: ITCPTransport): void {
    this.setTimeout(this.#period);
    super.makeConnection(transport);
  }

  /**
   * Begins a period anew, with another length.
   *
   * @param timeoutPeriod How long the connection may be idle, in seconds; `null` for ever.
   */
  setTimeout(timeoutPeriod: number | null): void {
    this.#timeout.setTimeout(timeoutPeriod);
  }

  /** Lets the connection be idle for ever; does nothing if nothing is counted. */
  cancelTimeout(): void {
    this.#timeout.setTimeout(null);
  }

  /** Begins the period that runs anew. */
  resetTimeout(): void {
    this.#timeout.resetTimeout();
  }

  /** The connection was idle for too long. Closes it; override it to do something else. */
  timeoutFunc(): void {
    this.loseConnection();
  }

  /**
   * Begins anew, and sends.
   *
   * @param data The bytes.
   */
  override write(data: Uint8Array): void {
    this.resetTimeout();
    super.write(data);
  }

  /**
   * Begins anew, and sends.
   *
   * @param data The pieces, in order.
   */
  override writeSequence(data: Iterable<Uint8Array>): void {
    this.resetTimeout();
    super.writeSequence(data);
  }

  /**
   * Begins anew, and hands on.
   *
   * @param data The data.
   */
  override dataReceived(data: Uint8Array): void {
    this.resetTimeout();
    super.dataReceived(data);
  }

  /**
   * Ceases to count, and hands on.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    this.cancelTimeout();
    super.connectionLost(reason);
  }
}
