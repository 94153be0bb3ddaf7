/**
 * A producer that two have a hold on.
 *
 * @module
 */

import type { IPullProducer, IPushProducer } from "../../interfaces/producers.ts";

/**
 * Stands between a transport and a producer: the producer goes on only when neither the transport
 * nor a throttle holds it.
 */
export class ThrottledProducer implements IPushProducer {
  readonly #producer: IPushProducer | IPullProducer;
  readonly #isStreaming: boolean;
  #isThrottled = false;
  /** Whether the transport has paused a push producer. */
  #isPaused = false;
  /** Whether the transport has asked a pull producer in vain. */
  #isAsked = false;

  /**
   * Takes a producer.
   *
   * @param producer The producer.
   * @param streaming Whether it is a push producer.
   */
  constructor(producer: IPushProducer | IPullProducer, streaming: boolean) {
    this.#producer = producer;
    this.#isStreaming = streaming;
  }

  /** Holds the producer. */
  throttle(): void {
    if (this.#isThrottled) return;
    this.#isThrottled = true;
    if (this.#isStreaming && !this.#isPaused) this.#pause();
  }

  /** Lets the producer go on, if the transport does. */
  unthrottle(): void {
    if (!this.#isThrottled) return;
    this.#isThrottled = false;
    if (this.#isStreaming ? this.#isPaused : !this.#isAsked) return;
    this.#isAsked = false;
    this.#producer.resumeProducing();
  }

  /** The transport has enough. */
  pauseProducing(): void {
    this.#isPaused = true;
    if (!this.#isThrottled) this.#pause();
  }

  /** The transport has room. */
  resumeProducing(): void {
    this.#isPaused = false;
    if (this.#isThrottled) this.#isAsked = true;
    else this.#producer.resumeProducing();
  }

  /** The transport is gone. */
  stopProducing(): void {
    this.#producer.stopProducing();
  }

  #pause(): void {
    (this.#producer as IPushProducer).pauseProducing();
  }
}
