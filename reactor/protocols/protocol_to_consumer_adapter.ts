/**
 * A protocol where a consumer is wanted.
 *
 * @module
 */

import type { IProtocol } from "../interfaces/protocol.ts";
import { Consumer } from "../net/consumer.ts";

/**
 * A consumer that hands what is written to it to a protocol, as if it had been received.
 *
 * Twisted: `ProtocolToConsumerAdapter` (`internet/protocol.py`, 24.7).
 *
 * Differs from Twisted: there is no registry of adapters, so it is made by hand; a pull producer is
 * asked for the next piece each time the protocol has taken one, where Twisted forgets the producer.
 * A push producer is never paused, as a protocol takes everything at once.
 *
 * @example A file is fed to a protocol
 * ```ts
 * import { FileSender, LineOnlyReceiver, ProtocolToConsumerAdapter } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * class Lines extends LineOnlyReceiver {
 *   override lineReceived(line: Uint8Array): void {
 *     lines.push(new TextDecoder().decode(line));
 *   }
 * }
 * const chunks = ["one\r\nt", "wo\r\n"].map((text) => new TextEncoder().encode(text));
 * const file = {
 *   read(buffer: Uint8Array): number | null {
 *     const chunk = chunks.shift();
 *     if (chunk !== undefined) buffer.set(chunk);
 *     return chunk?.length ?? null;
 *   },
 * };
 * await new FileSender().beginFileTransfer(file, new ProtocolToConsumerAdapter(new Lines()));
 * assertEquals(lines, ["one", "two"]);
 * ```
 */
export class ProtocolToConsumerAdapter extends Consumer {
  /** Who gets what is written. */
  readonly original: IProtocol;
  /** Whether the producer is being asked; what it writes meanwhile has it asked again. */
  #isAsking = false;
  /** Whether something was written since the producer was asked last. */
  #hasWritten = false;

  /**
   * Makes a consumer.
   *
   * @param protocol Who gets what is written.
   */
  constructor(protocol: IProtocol) {
    super();
    this.original = protocol;
  }

  /**
   * Hands bytes to the protocol before it returns; then a pull producer is asked for more.
   *
   * @param data The bytes; copied, unless the protocol only borrows them. None are not handed on.
   */
  override write(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#hasWritten = true;
    this.original.dataReceived(this.original.borrowsData === true ? data : data.slice());
    this.#ask();
  }

  /** False: a protocol takes what it is given. */
  protected override get isGone(): boolean {
    return false;
  }

  /** Asks a pull producer until it does not write at once: in a loop, so that none is too long. */
  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#hasWritten) {
        this.#hasWritten = false;
        this.resumeProducer();
      }
    } finally {
      this.#isAsking = false;
    }
  }
}
