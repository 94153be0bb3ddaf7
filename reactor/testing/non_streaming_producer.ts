/**
 * A producer for tests.
 *
 * @module
 */

import type { IConsumer, IPullProducer } from "../interfaces/producers.ts";

/** How often it produces (Twisted's value). */
const COUNT = 10;

/**
 * A pull producer that writes ten numbers, one a piece, and then leaves.
 *
 * Twisted: `NonStreamingProducer` (`internet/testing.py`, 24.7).
 */
export class NonStreamingProducer implements IPullProducer {
  /** How often it has produced. */
  counter = 0;
  /** Whether the consumer has stopped it. */
  stopped = false;
  #consumer: IConsumer | null;

  /**
   * Makes a producer; it does not register itself.
   *
   * @param consumer What gets the numbers.
   */
  constructor(consumer: IConsumer) {
    this.#consumer = consumer;
  }

  /** Writes the next number, and leaves after the tenth. */
  resumeProducing(): void {
    if (this.#consumer === null || this.counter >= COUNT) return;
    this.#consumer.write(new TextEncoder().encode(String(this.counter++)));
    if (this.counter < COUNT) return;
    this.#consumer.unregisterProducer();
  }

  /**
   * Throws: nobody pauses a pull producer.
   *
   * @throws {TypeError} Always.
   */
  pauseProducing(): void {
    throw new TypeError("Cannot pause: the producer is a pull producer");
  }

  /** The consumer is gone. */
  stopProducing(): void {
    this.stopped = true;
    this.#consumer = null;
  }
}
