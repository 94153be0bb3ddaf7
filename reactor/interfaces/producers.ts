/**
 * Flow control: producers are told by consumers when to go on.
 *
 * @module
 */

/** Something that makes data for a consumer. Twisted: `IProducer` (`internet/interfaces.py`, 24.7). */
export interface IProducer {
  /** Tells that the consumer is gone and nothing more is wanted. */
  stopProducing(): void;
}

/**
 * A producer that goes on by itself until it is paused. Twisted: `IPushProducer`
 * (`internet/interfaces.py`, 24.7).
 */
export interface IPushProducer extends IProducer {
  /** Asks to make nothing until {@linkcode IPushProducer.resumeProducing}. May come repeatedly. */
  pauseProducing(): void;
  /** Asks to go on; called only after a pause. */
  resumeProducing(): void;
}

/**
 * A producer that makes one piece each time it is asked. Twisted: `IPullProducer`
 * (`internet/interfaces.py`, 24.7).
 */
export interface IPullProducer extends IProducer {
  /** Asks for one more piece. */
  resumeProducing(): void;
}

/** Something that takes data from a producer. Twisted: `IConsumer` (`internet/interfaces.py`, 24.7). */
export interface IConsumer {
  /**
   * Takes a producer, which is asked for data, or paused and resumed, from now on. On a consumer
   * that is gone, the producer is stopped at once and not kept.
   *
   * @param producer The producer.
   * @param streaming True for a push producer, which counts as running; false for a pull producer,
   * which is asked for its first piece in here.
   * @throws {Error} If a producer is registered.
   */
  registerProducer(producer: IPushProducer, streaming: true): void;
  /**
   * Takes a pull producer; see the other form.
   *
   * @param producer The producer.
   * @param streaming False.
   * @throws {Error} If a producer is registered.
   */
  registerProducer(producer: IPullProducer, streaming: false): void;
  /** Forgets the producer. None being registered is no mistake. */
  unregisterProducer(): void;
  /**
   * Takes data.
   *
   * @param data The bytes; what is not used at once is copied, so the array may be used again.
   */
  write(data: Uint8Array): void;
}
