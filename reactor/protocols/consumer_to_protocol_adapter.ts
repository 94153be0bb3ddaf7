/**
 * A consumer where a protocol is wanted.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { IConsumer } from "../interfaces/producers.ts";
import { Protocol } from "./protocol.ts";

/**
 * A protocol that writes what it receives to a consumer.
 *
 * Twisted: `ConsumerToProtocolAdapter` (`internet/protocol.py`, 24.7).
 *
 * Differs from Twisted: there is no registry of adapters, so it is made by hand; the connection is
 * the consumer's producer, so that no more is received than the consumer takes, and a consumer that
 * is gone closes it. One consumer therefore has one connection at a time.
 *
 * @example What a connection brings goes to another transport
 * ```ts
 * import { ConsumerToProtocolAdapter, StringTransport } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const consumer = new StringTransport();
 * const protocol = new ConsumerToProtocolAdapter(consumer);
 * const connection = new StringTransport();
 * protocol.makeConnection(connection);
 * protocol.dataReceived(new Uint8Array(100_000));
 * assertEquals(consumer.value().length, 100_000);
 * assertEquals(connection.producerState, "paused");
 * consumer.drain();
 * assertEquals(connection.producerState, "producing");
 * ```
 */
export class ConsumerToProtocolAdapter extends Protocol {
  /** Who gets what is received. */
  readonly original: IConsumer;
  /** Whether this connection is the consumer's producer. */
  #isProducing = false;

  /**
   * Makes a protocol.
   *
   * @param consumer Who gets what is received.
   */
  constructor(consumer: IConsumer) {
    super();
    this.original = consumer;
  }

  /** True: a consumer copies what it cannot use at once. */
  override get borrowsData(): boolean {
    return true;
  }

  /**
   * Registers the connection as the consumer's producer.
   *
   * @throws {Error} If the consumer has one.
   */
  override connectionMade(): void {
    this.original.registerProducer(this.transport, true);
    this.#isProducing = true;
  }

  /**
   * Writes to the consumer.
   *
   * @param data What was received.
   */
  override dataReceived(data: Uint8Array): void {
    this.original.write(data);
  }

  /**
   * Takes the connection back from the consumer, which is not closed.
   *
   * @param _reason Why.
   */
  override connectionLost(_reason: Failure): void {
    if (!this.#isProducing) return;
    this.#isProducing = false;
    this.original.unregisterProducer();
  }
}
