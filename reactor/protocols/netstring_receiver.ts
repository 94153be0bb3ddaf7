/**
 * Netstrings: strings with their length before them in decimal digits.
 *
 * @module
 */

import { BufferedReceiver } from "./buffered_receiver.ts";
import { NetstringParseError } from "./errors.ts";

/** How long a string may be unless told otherwise, in bytes (Twisted's `MAX_LENGTH`). */
const LENGTH_MAX = 99_999;

const ZERO = 0x30;
const COLON = 0x3a;
const COMMA = 0x2c;

/** What can be said of the digits that are there. */
type Prefix = { readonly length: number; readonly size: number } | "unfinished";

/**
 * A protocol of netstrings: `5:hello,`. Override {@linkcode NetstringReceiver.stringReceived}.
 *
 * The first byte that cannot belong to a netstring ends it all: the connection is closed and
 * nothing more is delivered. A length that is too long is refused before its string is there.
 *
 * Twisted: `NetstringReceiver` (`protocols/basic.py`, 24.7).
 *
 * Differs from Twisted: `MAX_LENGTH` is the property {@linkcode NetstringReceiver.maxLength};
 * `brokenPeer` is a boolean; a bad peer is told of in
 * {@linkcode NetstringReceiver.parseFailed}; it can be paused.
 *
 * @example A netstring in two pieces
 * ```ts
 * import { NetstringReceiver } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const received: string[] = [];
 * class Strings extends NetstringReceiver {
 *   override stringReceived(string: Uint8Array): void {
 *     received.push(new TextDecoder().decode(string));
 *   }
 * }
 * const protocol = new Strings();
 * protocol.dataReceived(new TextEncoder().encode("5:he"));
 * protocol.dataReceived(new TextEncoder().encode("llo,0:,"));
 * assertEquals(received, ["hello", ""]);
 * ```
 */
export class NetstringReceiver extends BufferedReceiver {
  /**
   * How long a string that is received may be, in bytes.
   *
   * @default {99999}
   */
  maxLength: number = LENGTH_MAX;
  /** Whether the peer has sent something that is no netstring. */
  brokenPeer = false;

  /**
   * A string has come. Override it.
   *
   * @param _string The string alone, the protocol's to keep.
   * @throws {TypeError} If it is not overridden.
   */
  stringReceived(_string: Uint8Array): void {
    throw new TypeError(
      `Cannot receive a string: stringReceived of ${this.logPrefix()} is not overridden`,
    );
  }

  /**
   * The peer has sent something that is no netstring, or too long a one. Closes the connection;
   * override it to do something else. What follows is not delivered.
   *
   * @param _error What was wrong.
   */
  parseFailed(_error: NetstringParseError): void {
    this.transport.loseConnection();
  }

  /**
   * Sends a string.
   *
   * @param string The string; copied.
   */
  sendString(string: Uint8Array): void {
    const digits = new TextEncoder().encode(`${string.length}:`);
    const message = new Uint8Array(digits.length + string.length + 1);
    message.set(digits);
    message.set(string, digits.length);
    message[message.length - 1] = COMMA;
    this.transport.write(message);
  }

  /** Delivers one string. */
  protected override receiveNext(): boolean {
    const { buffer } = this;
    if (this.brokenPeer) {
      buffer.skip(buffer.length);
      return false;
    }
    try {
      const prefix = this.#readPrefix();
      if (prefix === "unfinished") return false;
      const { length, size } = prefix;
      if (buffer.length < size + length + 1) return false;
      if (buffer.at(size + length) !== COMMA) throw broken("no comma follows the string");
      buffer.skip(size);
      const string = buffer.take(length);
      buffer.skip(1);
      this.stringReceived(string);
    } catch (error) {
      if (!(error instanceof NetstringParseError)) throw error;
      this.brokenPeer = true;
      this.parseFailed(error);
    }
    return true;
  }

  /** Reads the digits and the colon. */
  #readPrefix(): Prefix {
    const { buffer } = this;
    let length = 0;
    for (let index = 0;; index++) {
      const byte = buffer.at(index);
      if (byte === undefined) return "unfinished";
      if (byte === COLON && index > 0) return { length, size: index + 1 };
      const digit = byte - ZERO;
      if (!(digit >= 0 && digit <= 9)) throw broken("its length is no number");
      if (index > 0 && length === 0) throw broken("its length has a leading zero");
      length = length * 10 + digit;
      if (length > this.maxLength) throw broken(`its length is over ${this.maxLength} bytes`);
    }
  }
}

function broken(why: string): NetstringParseError {
  return new NetstringParseError(`Cannot parse a netstring: ${why}`);
}
