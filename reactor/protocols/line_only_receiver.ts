/**
 * Lines and nothing else.
 *
 * @module
 */

import { BufferedReceiver } from "./buffered_receiver.ts";
import { CRLF, lineWithDelimiter } from "./delimiter.ts";

/** How long a line may be unless told otherwise, in bytes (Twisted's `MAX_LENGTH`). */
const LENGTH_MAX = 16_384;

/**
 * A protocol of lines without a raw mode: the same as `LineReceiver` for protocols that need no
 * more.
 *
 * Twisted: `LineOnlyReceiver` (`protocols/basic.py`, 24.7).
 *
 * Differs from Twisted: `MAX_LENGTH` is the property {@linkcode LineOnlyReceiver.maxLength}; an
 * unfinished line counts as too long when it would be so finished, not one byte earlier, so that
 * the outcome does not depend on how the stream was cut into pieces; it can be paused.
 *
 * @example Lines as they come
 * ```ts
 * import { LineOnlyReceiver } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * class Lines extends LineOnlyReceiver {
 *   override lineReceived(line: Uint8Array): void {
 *     lines.push(new TextDecoder().decode(line));
 *   }
 * }
 * new Lines().dataReceived(new TextEncoder().encode("one\r\ntwo\r\nthr"));
 * assertEquals(lines, ["one", "two"]);
 * ```
 */
export class LineOnlyReceiver extends BufferedReceiver {
  /**
   * What ends a line; at least one byte. It may be replaced at any time, but not changed in place.
   *
   * @default {"\r\n"}
   */
  delimiter: Uint8Array = CRLF;
  /**
   * How long a line may be, in bytes, without the delimiter.
   *
   * @default {16384}
   */
  maxLength: number = LENGTH_MAX;

  /**
   * A line has come. Override it.
   *
   * @param _line The line without its delimiter, the protocol's to keep.
   * @throws {TypeError} If it is not overridden.
   */
  lineReceived(_line: Uint8Array): void {
    throw new TypeError(
      `Cannot receive a line: lineReceived of ${this.logPrefix()} is not overridden`,
    );
  }

  /**
   * A line is too long, finished or not. Closes the connection; override it to do something else.
   *
   * @param _line The line, as much as is there of it. It is not delivered otherwise; of an unfinished
   * one the rest will be delivered as if it were a line.
   */
  lineLengthExceeded(_line: Uint8Array): void {
    this.transport.loseConnection();
  }

  /**
   * Sends a line.
   *
   * @param line The line without its delimiter; copied.
   */
  sendLine(line: Uint8Array): void {
    this.transport.write(lineWithDelimiter(line, this.delimiter));
  }

  /** Delivers one line. */
  protected override receiveNext(): boolean {
    const { buffer, delimiter, maxLength } = this;
    const length = buffer.indexOf(delimiter);
    if (length < 0) {
      if (buffer.length < maxLength + delimiter.length) return false;
      this.lineLengthExceeded(buffer.takeAll());
      return true;
    }
    const line = buffer.take(length);
    buffer.skip(delimiter.length);
    if (length > maxLength) this.lineLengthExceeded(line);
    else this.lineReceived(line);
    return true;
  }
}
