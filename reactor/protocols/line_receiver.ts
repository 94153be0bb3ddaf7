/**
 * Lines, and raw data between them.
 *
 * @module
 */

import { BufferedReceiver } from "./buffered_receiver.ts";
import { CRLF, lineWithDelimiter } from "./delimiter.ts";

/** How long a line may be unless told otherwise, in bytes (Twisted's `MAX_LENGTH`). */
const LENGTH_MAX = 16_384;

/**
 * A protocol of lines that can switch to raw data and back, as HTTP and SMTP do.
 *
 * Override {@linkcode LineReceiver.lineReceived}, and {@linkcode LineReceiver.rawDataReceived} if
 * you use {@linkcode LineReceiver.setRawMode}. A switch, a pause or a close takes effect with the
 * very next byte, wherever in a piece of data it comes; delivery never recurses.
 *
 * Twisted: `LineReceiver` (`protocols/basic.py`, 24.7).
 *
 * Differs from Twisted: `MAX_LENGTH` is the property {@linkcode LineReceiver.maxLength}; only an
 * `Error` returned by a method stops the delivery, so the methods may be async functions, whose
 * promises are not looked at; `dataReceived` while the transport is closing delivers nothing.
 *
 * @example Greetings by the line
 * ```ts
 * import { LineReceiver, StringTransport } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * class Greeter extends LineReceiver {
 *   override lineReceived(line: Uint8Array): void {
 *     this.sendLine(new TextEncoder().encode(`Hello, ${new TextDecoder().decode(line)}`));
 *   }
 * }
 * const greeter = new Greeter();
 * const transport = new StringTransport();
 * greeter.makeConnection(transport);
 * greeter.dataReceived(new TextEncoder().encode("Ada\r\nGra"));
 * greeter.dataReceived(new TextEncoder().encode("ce\r\n"));
 * assertEquals(new TextDecoder().decode(transport.value()), "Hello, Ada\r\nHello, Grace\r\n");
 * ```
 */
export class LineReceiver extends BufferedReceiver {
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
  #isRaw = false;

  /** Whether lines are delivered, and not raw data. Twisted: `line_mode`. */
  get lineMode(): boolean {
    return !this.#isRaw;
  }

  /**
   * A line has come. Override it.
   *
   * @param _line The line without its delimiter, the protocol's to keep.
   * @returns An `Error` stops the delivery until more data comes; anything else is ignored.
   * @throws {TypeError} If it is not overridden.
   */
  lineReceived(_line: Uint8Array): unknown {
    throw new TypeError(
      `Cannot receive a line: lineReceived of ${this.logPrefix()} is not overridden`,
    );
  }

  /**
   * Raw data has come, in raw mode. Override it if you use that.
   *
   * @param _data At least one byte, the protocol's to keep.
   * @returns An `Error` stops the delivery until more data comes; anything else is ignored.
   * @throws {TypeError} If it is not overridden.
   */
  rawDataReceived(_data: Uint8Array): unknown {
    throw new TypeError(
      `Cannot receive raw data: rawDataReceived of ${this.logPrefix()} is not overridden`,
    );
  }

  /**
   * A line is too long, finished or not. Closes the connection; override it to do something else.
   *
   * @param _line All that was received from the beginning of the line on, delimiters and further
   * lines included. It is not delivered otherwise.
   * @returns Like that of {@linkcode LineReceiver.lineReceived}.
   */
  lineLengthExceeded(_line: Uint8Array): unknown {
    this.transport.loseConnection();
    return undefined;
  }

  /** Delivers raw data from now on, beginning with the next byte. */
  setRawMode(): void {
    this.#isRaw = true;
  }

  /**
   * Delivers lines from now on.
   *
   * @param extra Bytes to take first: usually what `rawDataReceived` got beyond the end of the raw
   * data.
   * @returns What `dataReceived` returns for them.
   */
  setLineMode(extra?: Uint8Array): Error | undefined {
    this.#isRaw = false;
    return extra === undefined || extra.length === 0 ? undefined : this.dataReceived(extra);
  }

  /** Takes what is received and not delivered, and leaves nothing. */
  clearLineBuffer(): Uint8Array {
    return this.buffer.takeAll();
  }

  /**
   * Sends a line.
   *
   * @param line The line without its delimiter; copied.
   */
  sendLine(line: Uint8Array): void {
    this.transport.write(lineWithDelimiter(line, this.delimiter));
  }

  /** Delivers one line, or all raw data. */
  protected override receiveNext(): boolean | Error {
    const { buffer, delimiter, maxLength } = this;
    if (this.#isRaw) return trueOrError(this.rawDataReceived(buffer.takeAll()));
    const length = buffer.indexOf(delimiter);
    if (length < 0) {
      if (buffer.length < maxLength + delimiter.length) return false;
      return trueOrError(this.lineLengthExceeded(buffer.takeAll()));
    }
    if (length > maxLength) return trueOrError(this.lineLengthExceeded(buffer.takeAll()));
    const line = buffer.take(length);
    buffer.skip(delimiter.length);
    return trueOrError(this.lineReceived(line));
  }
}

function trueOrError(result: unknown): true | Error {
  return result instanceof Error ? result : true;
}
