/**
 * A protocol around a protocol.
 *
 * @module
 */

import type { Handle } from "../../../poller/handle.ts";
import type { Failure } from "../../deferred/failure.ts";
import type { IAddress } from "../../interfaces/address.ts";
import type { IPullProducer, IPushProducer } from "../../interfaces/producers.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import type { IProtocolFactory } from "../../interfaces/protocol_factory.ts";
import type { ITCPTransport } from "../../interfaces/transport.ts";
import { prefixOf } from "../../net/log_prefix.ts";
import { isHalfCloseable } from "../../net/tcp_connection.ts";
import { Protocol } from "../protocol.ts";

/** What makes wrappers: it hears of each that is connected, and of its end. */
export interface IWrappingFactory extends IProtocolFactory {
  /**
   * A wrapper is connected; what it wraps hears of that afterwards.
   *
   * @param protocol The wrapper.
   */
  registerProtocol(protocol: ProtocolWrapper): void;
  /**
   * A wrapper has lost its connection; what it wraps hears of that afterwards.
   *
   * @param protocol The wrapper.
   */
  unregisterProtocol(protocol: ProtocolWrapper): void;
}

/**
 * A protocol to the transport, and a transport to the protocol that it wraps: everything goes
 * through it, either way, and a subclass may look at it or change it.
 *
 * Twisted: `ProtocolWrapper` (`protocols/policies.py`, 24.7).
 *
 * Differs from Twisted: it has the methods of a TCP transport and no others; it goes on after the
 * end of one direction if what it wraps does.
 */
export class ProtocolWrapper extends Protocol implements ITCPTransport {
  /** What is wrapped; `null` after the connection was lost. */
  wrappedProtocol: IProtocol | null;
  /** Present if what is wrapped has it: the other end has said all. */
  declare readConnectionLost?: () => void;
  /** Present if what is wrapped has it: this end has said all. */
  declare writeConnectionLost?: () => void;
  readonly #factory: IWrappingFactory;
  #isClosing = false;

  /**
   * Wraps a protocol.
   *
   * @param factory What makes the wrapper.
   * @param wrappedProtocol What to wrap.
   */
  constructor(factory: IWrappingFactory, wrappedProtocol: IProtocol) {
    super();
    this.factory = factory;
    this.#factory = factory;
    this.wrappedProtocol = wrappedProtocol;
    if (isHalfCloseable(wrappedProtocol)) {
      this.readConnectionLost = () => wrappedProtocol.readConnectionLost();
      this.writeConnectionLost = () => wrappedProtocol.writeConnectionLost();
    }
  }

  /** Names both, for the log. */
  override logPrefix(): string {
    return `${prefixOf(this.wrappedProtocol)} (${this.constructor.name})`;
  }

  // -- As a protocol --

  /** As what is wrapped. */
  override get borrowsData(): boolean {
    return this.wrappedProtocol?.borrowsData === true;
  }

  /**
   * Registers with the factory, and becomes the transport of what is wrapped.
   *
   * @param transport The transport.
   */
  override makeConnection(transport: ITCPTransport): void {
    super.makeConnection(transport);
    this.#factory.registerProtocol(this);
    this.wrappedProtocol?.makeConnection(this);
  }

  /**
   * Hands data on.
   *
   * @param data The data.
   */
  override dataReceived(data: Uint8Array): void {
    this.wrappedProtocol?.dataReceived(data);
  }

  /**
   * Leaves the factory, tells what is wrapped, and lets go of it.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    const wrapped = this.wrappedProtocol;
    this.wrappedProtocol = null;
    this.#factory.unregisterProtocol(this);
    wrapped?.connectionLost(reason);
  }

  // -- As a transport --

  /** Whether the connection is being closed. */
  get disconnecting(): boolean {
    return this.#isClosing ||
      (this.transport as { disconnecting?: boolean } | undefined)?.disconnecting === true;
  }

  /**
   * Sends bytes.
   *
   * @param data The bytes.
   */
  write(data: Uint8Array): void {
    this.transport.write(data);
  }

  /**
   * Sends several pieces.
   *
   * @param data The pieces, in order.
   */
  writeSequence(data: Iterable<Uint8Array>): void {
    this.transport.writeSequence(data);
  }

  /** Closes the connection. */
  loseConnection(): void {
    this.#isClosing = true;
    this.transport.loseConnection();
  }

  /** Ends the write side. */
  loseWriteConnection(): void {
    this.transport.loseWriteConnection();
  }

  /** Closes the connection at once. */
  abortConnection(): void {
    this.#isClosing = true;
    this.transport.abortConnection();
  }

  /**
   * Registers a producer with the transport.
   *
   * @param producer The producer.
   * @param streaming True for a push producer.
   */
  registerProducer(producer: IPushProducer, streaming: true): void;
  /**
   * Registers a pull producer; see the other form.
   *
   * @param producer The producer.
   * @param streaming False.
   */
  registerProducer(producer: IPullProducer, streaming: false): void;
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (streaming) this.transport.registerProducer(producer as IPushProducer, true);
    else this.transport.registerProducer(producer, false);
  }

  /** Unregisters the producer. */
  unregisterProducer(): void {
    this.transport.unregisterProducer();
  }

  /** Ends the producer's turn and the connection. */
  stopConsuming(): void {
    this.unregisterProducer();
    this.loseConnection();
  }

  /** Stops reading. */
  pauseProducing(): void {
    this.transport.pauseProducing();
  }

  /** Reads again. */
  resumeProducing(): void {
    this.transport.resumeProducing();
  }

  /** Closes the connection. */
  stopProducing(): void {
    this.transport.stopProducing();
  }

  /** Returns the address of the other end. */
  getPeer(): IAddress {
    return this.transport.getPeer();
  }

  /** Returns the address of this end. */
  getHost(): IAddress {
    return this.transport.getHost();
  }

  /** Returns whether small writes leave at once. */
  getTcpNoDelay(): boolean {
    return this.transport.getTcpNoDelay();
  }

  /**
   * Turns Nagle's algorithm off or on.
   *
   * @param enabled Whether small writes leave at once.
   */
  setTcpNoDelay(enabled: boolean): void {
    this.transport.setTcpNoDelay(enabled);
  }

  /** Returns whether an idle connection is probed. */
  getTcpKeepAlive(): boolean {
    return this.transport.getTcpKeepAlive();
  }

  /**
   * Turns keep-alive probes on or off.
   *
   * @param enabled Whether an idle connection is probed.
   */
  setTcpKeepAlive(enabled: boolean): void {
    this.transport.setTcpKeepAlive(enabled);
  }

  /** Returns the handle below. */
  getHandle(): Handle | null {
    return this.transport.getHandle();
  }
}
