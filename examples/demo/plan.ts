/**
 * What the demo's programs are to do, and what they did.
 *
 * @module
 */

/** What a program is to do. */
export interface Plan {
  /** How many messages the client sends, one after the other. */
  readonly messages: number;
  /** How many seconds it waits before each message but the first. */
  readonly pause: number;
}

/** What a program did. */
export interface Tally {
  /** How many messages came back as they were sent. */
  messages: number;
  /** How many bytes came back. */
  bytes: number;
}

/** The payload of a message: its number, padded, so that no two are the same. */
export function message(number: number): Uint8Array {
  return new TextEncoder().encode(`message ${number}`.padEnd(64, "."));
}

/**
 * Collects what comes back for a message and says when it is whole.
 */
export class Expectation {
  #expected: Uint8Array = message(0);
  #matched = 0;

  /** Waits for a message from its first byte on. */
  expect(bytes: Uint8Array): void {
    this.#expected = bytes;
    this.#matched = 0;
  }

  /**
   * Takes bytes that came back.
   *
   * @returns Whether the message is whole now.
   * @throws {Error} If a byte is not the one that was sent.
   */
  take(bytes: Uint8Array): boolean {
    for (const byte of bytes) {
      if (byte !== this.#expected[this.#matched]) {
        throw new Error(`Cannot match byte ${this.#matched}: it is not what was sent`);
      }
      this.#matched++;
    }
    return this.#matched === this.#expected.length;
  }
}
