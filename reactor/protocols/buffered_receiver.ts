/**
 * What the protocols that cut a stream into messages have in common.
 *
 * @module
 */

import type { IPushProducer } from "../interfaces/producers.ts";
import { Protocol } from "./protocol.ts";
import { ReceiveBuffer } from "./receive_buffer.ts";

const NOTHING = new Uint8Array(0);

/**
 * A protocol that keeps what it has received until it makes a message, and that can be paused
 * between two messages.
 *
 * A subclass says how a message is cut off, in {@linkcode BufferedReceiver.receiveNext}. Calling
 * `dataReceived` or `resumeProducing` while a message is delivered is legal: the loop under
 * way goes on with what they have changed, and nothing is delivered inside of something else.
 *
 * Once the transport is closing, nothing more is delivered, however much arrived with the message
 * at which it was closed: what a protocol sees does not depend on how the stream was cut into pieces.
 *
 * Twisted: `_PauseableMixin` and the loops of `LineReceiver` and `IntNStringReceiver`
 * (`protocols/basic.py`, 24.7).
 */
export abstract class BufferedReceiver extends Protocol implements IPushProducer {
  /** Whether messages are held back, as between `pauseProducing()` and `resumeProducing()`. */
  paused = false;
  /** What was received and not delivered. */
  protected readonly buffer: ReceiveBuffer = new ReceiveBuffer();
  /** True while a message is delivered. */
  #busy = false;

  /** True, as everything is copied here, unless a subclass has a `dataReceived` of its own. */
  override get borrowsData(): boolean {
    return this.dataReceived === BufferedReceiver.prototype.dataReceived;
  }

  /**
   * Takes one message from {@linkcode BufferedReceiver.buffer}, which is not empty, and delivers it.
   *
   * @returns True to go on; false if more bytes are needed; an error to stop for now, for
   * `dataReceived` to return.
   */
  protected abstract receiveNext(): boolean | Error;

  /**
   * Takes bytes and delivers the messages that they complete. Called while a message is delivered,
   * it only keeps them.
   *
   * @param data The bytes; copied.
   * @returns What made the delivery stop, if that was an error.
   */
  override dataReceived(data: Uint8Array): Error | undefined {
    this.buffer.append(data);
    if (this.#busy) return undefined;
    this.#busy = true;
    try {
      while (this.buffer.length > 0 && !this.paused && !this.#closing) {
        const outcome = this.receiveNext();
        if (outcome === false) return undefined;
        if (outcome !== true) return outcome;
      }
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  /** Holds back messages, and asks the transport to read no more. */
  pauseProducing(): void {
    this.paused = true;
    this.transport.pauseProducing();
  }

  /** Delivers what was held back, and asks the transport to read again. */
  resumeProducing(): void {
    this.paused = false;
    this.transport.resumeProducing();
    this.dataReceived(NOTHING);
  }

  /** Holds back messages for good, and closes the connection. */
  stopProducing(): void {
    this.paused = true;
    this.transport.stopProducing();
  }

  /** Whether the transport is on its way out: transports have these flags, the interface has not. */
  get #closing(): boolean {
    const { disconnecting, disconnected } = (this.transport ?? NO_TRANSPORT) as Closing;
    return disconnecting === true || disconnected === true;
  }
}

interface Closing {
  readonly disconnecting?: boolean;
  readonly disconnected?: boolean;
}

/** Stands for the transport before `makeConnection`. */
const NO_TRANSPORT: Closing = {};
