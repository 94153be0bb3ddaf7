/**
 * The producer that fills a transport's buffer.
 *
 * @module
 */

import type { IConsumer, IPullProducer, IPushProducer } from "../interfaces/producers.ts";

/** How many unsent bytes a transport holds before it pauses a push producer. */
const BUFFER_SIZE = 65_536;

/**
 * Something with a buffer that a producer fills, and with what it knows of the producer.
 *
 * Twisted: `_ConsumerMixin` (`internet/abstract.py`, 24.7).
 */
export abstract class Consumer implements IConsumer {
  /** What fills the buffer; `null` if nothing registered. */
  producer: IPushProducer | IPullProducer | null = null;
  /** Whether {@linkcode Consumer.producer} is a push producer. */
  streamingProducer = false;
  /** Whether the producer was paused and not resumed since. */
  producerPaused = false;
  /**
   * How many unsent bytes pause a push producer, when exceeded.
   *
   * @default {65536}
   */
  bufferSize: number = BUFFER_SIZE;

  /**
   * Takes bytes, from the producer or from anybody else.
   *
   * @param data The bytes.
   */
  abstract write(data: Uint8Array): void;

  /** Whether nothing is taken from producers any more. */
  protected abstract get isGone(): boolean;

  /**
   * Registers what fills the buffer.
   *
   * A pull producer is resumed at once, and again each time the buffer has drained. A push
   * producer counts as running; it is paused when the buffer exceeds
   * {@linkcode Consumer.bufferSize} and resumed when it has drained. On a connection that was lost
   * the producer is stopped at once and not registered.
   *
   * @param producer The producer.
   * @param streaming True for a push producer.
   * @throws {Error} If one is registered already.
   */
  registerProducer(producer: IPushProducer, streaming: true): void;
  /**
   * Registers a pull producer; see the other form.
   *
   * @param producer The producer.
   * @param streaming False.
   * @throws {Error} If one is registered already.
   */
  registerProducer(producer: IPullProducer, streaming: false): void;
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.producer !== null) {
      throw new Error("Cannot register a producer: another one is registered");
    }
    if (this.isGone) return producer.stopProducing();
    this.producer = producer;
    this.streamingProducer = streaming;
    this.producerPaused = false;
    if (!streaming) producer.resumeProducing();
  }

  /** Forgets the producer. */
  unregisterProducer(): void {
    this.producer = null;
  }

  /**
   * Tells whether bytes may go past the buffer. Not with a pull producer, which is asked for more
   * once the buffer has drained, nor when a push producer has to be paused for them in any case.
   *
   * @param length How many bytes.
   * @returns True if they may.
   */
  protected mayBypassBuffer(length: number): boolean {
    return this.producer === null || (this.streamingProducer && length <= this.bufferSize);
  }

  /**
   * Pauses a push producer if too much is buffered.
   *
   * @param length How many bytes are buffered.
   */
  protected pauseProducerAt(length: number): void {
    const producer = this.producer;
    if (producer === null || !this.streamingProducer || length <= this.bufferSize) return;
    this.producerPaused = true;
    (producer as IPushProducer).pauseProducing();
  }

  /**
   * Resumes a producer that waits for the buffer to drain.
   *
   * @returns False if none is registered.
   */
  protected resumeProducer(): boolean {
    const producer = this.producer;
    if (producer === null) return false;
    if (!this.streamingProducer || this.producerPaused) {
      // Cleared first: a producer that writes too much again has to be paused again.
      this.producerPaused = false;
      producer.resumeProducing();
    }
    return true;
  }
}
