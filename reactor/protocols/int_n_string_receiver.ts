/**
 * Strings with their length before them, in one, two or four bytes.
 *
 * @module
 */

import { BufferedReceiver } from "./buffered_receiver.ts";
import { StringTooLongError } from "./errors.ts";

/** How long a string may be unless told otherwise, in bytes (Twisted's `MAX_LENGTH`). */
const LENGTH_MAX = 99_999;

/**
 * A protocol of strings, each with its length before it as an unsigned number, the highest byte
 * first. Override {@linkcode IntNStringReceiver.stringReceived} in a subclass of one of its three
 * forms.
 *
 * Twisted: `IntNStringReceiver` (`protocols/basic.py`, 24.7).
 *
 * Differs from Twisted: `MAX_LENGTH` is the property {@linkcode IntNStringReceiver.maxLength};
 * nothing is delivered once the transport is closing; after a string that is too long, what follows
 * is dropped, as nobody knows where the next one begins; the attribute `recvd` is gone, for which
 * {@linkcode IntNStringReceiver.clearBuffer} stands.
 */
export abstract class IntNStringReceiver extends BufferedReceiver {
  /** How many bytes the length takes: 1, 2 or 4. */
  abstract readonly prefixLength: 1 | 2 | 4;
  /**
   * How long a string that is received may be, in bytes.
   *
   * @default {99999}
   */
  maxLength: number = LENGTH_MAX;
  /** Set when a string was too long: the stream cannot be cut any more. */
  #isBroken = false;

  /**
   * A string has come. Override it.
   *
   * @param _string The string without its length, the protocol's to keep.
   * @throws {TypeError} If it is not overridden.
   */
  stringReceived(_string: Uint8Array): void {
    throw new TypeError(
      `Cannot receive a string: stringReceived of ${this.logPrefix()} is not overridden`,
    );
  }

  /**
   * The length of a string is over {@linkcode IntNStringReceiver.maxLength}. Closes the connection;
   * override it to do something else. What follows is not delivered.
   *
   * @param _length The length, in bytes.
   */
  lengthLimitExceeded(_length: number): void {
    this.transport.loseConnection();
  }

  /**
   * Sends a string.
   *
   * @param string The string; copied.
   * @throws {StringTooLongError} If its length does not fit in the prefix.
   */
  sendString(string: Uint8Array): void {
    const { prefixLength } = this;
    const { length } = string;
    if (length >= 2 ** (8 * prefixLength)) {
      throw new StringTooLongError(
        `Cannot send a string: length ${length} does not fit in ${prefixLength} bytes`,
      );
    }
    const message = new Uint8Array(prefixLength + length);
    for (let index = 0; index < prefixLength; index++) {
      message[index] = length >>> (8 * (prefixLength - 1 - index));
    }
    message.set(string, prefixLength);
    this.transport.write(message);
  }

  /**
   * Takes what is received and not delivered, and leaves nothing: for a protocol that goes on in
   * another way from here.
   */
  clearBuffer(): Uint8Array {
    return this.buffer.takeAll();
  }

  /** Delivers one string. */
  protected override receiveNext(): boolean {
    const { buffer, prefixLength } = this;
    if (this.#isBroken) buffer.skip(buffer.length);
    if (buffer.length < prefixLength) return false;
    let length = 0;
    for (let index = 0; index < prefixLength; index++) {
      length = length * 256 + (buffer.at(index) as number);
    }
    if (length > this.maxLength) {
      this.#isBroken = true;
      this.lengthLimitExceeded(length);
      return true;
    }
    if (buffer.length < prefixLength + length) return false;
    buffer.skip(prefixLength);
    this.stringReceived(buffer.take(length));
    return true;
  }
}

/**
 * Strings of at most 255 bytes, with one byte of length.
 *
 * Twisted: `Int8StringReceiver` (`protocols/basic.py`, 24.7).
 */
export class Int8StringReceiver extends IntNStringReceiver {
  /** One byte. */
  override readonly prefixLength = 1;
}

/**
 * Strings of at most 65535 bytes, with two bytes of length.
 *
 * Twisted: `Int16StringReceiver` (`protocols/basic.py`, 24.7).
 */
export class Int16StringReceiver extends IntNStringReceiver {
  /** Two bytes. */
  override readonly prefixLength = 2;
}

/**
 * Strings with four bytes of length.
 *
 * Twisted: `Int32StringReceiver` (`protocols/basic.py`, 24.7).
 *
 * @example A string in two pieces
 * ```ts
 * import { Int32StringReceiver } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const received: Uint8Array[] = [];
 * class Strings extends Int32StringReceiver {
 *   override stringReceived(string: Uint8Array): void {
 *     received.push(string);
 *   }
 * }
 * const protocol = new Strings();
 * protocol.dataReceived(new Uint8Array([0, 0, 0, 2, 65]));
 * protocol.dataReceived(new Uint8Array([66, 0]));
 * assertEquals(received, [new Uint8Array([65, 66])]);
 * ```
 */
export class Int32StringReceiver extends IntNStringReceiver {
  /** Four bytes. */
  override readonly prefixLength = 4;
}
