/**
 * A connection whose bytes are counted, and which can be held up.
 *
 * @module
 */

import type { IPullProducer, IPushProducer } from "../../interfaces/producers.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import { type IWrappingFactory, ProtocolWrapper } from "./protocol_wrapper.ts";
import { ThrottledProducer } from "./throttled_producer.ts";

/** What counts the bytes. */
export interface ByteCounter extends IWrappingFactory {
  /**
   * Bytes are sent.
   *
   * @param length How many.
   */
  registerWritten(length: number): void;
  /**
   * Bytes have come.
   *
   * @param length How many.
   */
  registerRead(length: number): void;
}

/**
 * A wrapper that tells its factory how many bytes go through it, and that the factory can hold up.
 *
 * Twisted: `ThrottlingProtocol` (`protocols/policies.py`, 24.7). Differs from Twisted: a pause by the
 * protocol itself outlasts the end of a throttling, and one by a throttling outlasts the transport's
 * `resumeProducing`.
 */
export class ThrottlingProtocol extends ProtocolWrapper {
  readonly #counter: ByteCounter;
  #producer: ThrottledProducer | null = null;
  #readsThrottled = false;
  #writesThrottled = false;
  /** Whether what is wrapped has asked for no data. */
  #isPaused = false;

  /**
   * Wraps a protocol.
   *
   * @param factory What counts.
   * @param wrappedProtocol What to wrap.
   */
  constructor(factory: ByteCounter, wrappedProtocol: IProtocol) {
    super(factory, wrappedProtocol);
    this.#counter = factory;
  }

  /**
   * Counts and sends.
   *
   * @param data The bytes.
   */
  override write(data: Uint8Array): void {
    this.#counter.registerWritten(data.length);
    super.write(data);
  }

  /**
   * Counts and sends.
   *
   * @param data The pieces, in order.
   */
  override writeSequence(data: Iterable<Uint8Array>): void {
    const pieces = [...data];
    this.#counter.registerWritten(pieces.reduce((sum, { length }) => sum + length, 0));
    super.writeSequence(pieces);
  }

  /**
   * Counts and hands on.
   *
   * @param data The data.
   */
  override dataReceived(data: Uint8Array): void {
    this.#counter.registerRead(data.length);
    super.dataReceived(data);
  }

  /**
   * Registers a producer that can be held up.
   *
   * @param producer The producer.
   * @param streaming True for a push producer.
   */
  override registerProducer(producer: IPushProducer, streaming: true): void;
  /**
   * Registers a pull producer; see the other form.
   *
   * @param producer The producer.
   * @param streaming False.
   */
  override registerProducer(producer: IPullProducer, streaming: false): void;
  override registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    const held = new ThrottledProducer(producer, streaming);
    if (this.#writesThrottled) held.throttle();
    const previous = this.#producer;
    this.#producer = held;
    try {
      // A pull producer is asked in here, and may have nothing and leave again.
      if (streaming) super.registerProducer(held, true);
      else super.registerProducer(held, false);
    } catch (error) {
      this.#producer = previous;
      throw error;
    }
  }

  /** Unregisters the producer. */
  override unregisterProducer(): void {
    this.#producer = null;
    super.unregisterProducer();
  }

  /** Stops reading. */
  override pauseProducing(): void {
    this.#isPaused = true;
    super.pauseProducing();
  }

  /** Reads again, when nothing throttles that. */
  override resumeProducing(): void {
    this.#isPaused = false;
    if (!this.#readsThrottled) super.resumeProducing();
  }

  /** Stops reading, until {@linkcode ThrottlingProtocol.unthrottleReads}. */
  throttleReads(): void {
    this.#readsThrottled = true;
    if (!this.disconnecting) this.transport.pauseProducing();
  }

  /** Reads again, if what is wrapped wants that. */
  unthrottleReads(): void {
    this.#readsThrottled = false;
    if (!this.#isPaused && !this.disconnecting) this.transport.resumeProducing();
  }

  /** Holds the producer, until {@linkcode ThrottlingProtocol.unthrottleWrites}. */
  throttleWrites(): void {
    this.#writesThrottled = true;
    this.#producer?.throttle();
  }

  /** Lets the producer go on. */
  unthrottleWrites(): void {
    this.#writesThrottled = false;
    this.#producer?.unthrottle();
  }
}
