/**
 * Reads up to something that is looked for.
 *
 * @module
 */

import type { ChunkedBuffer } from "./chunked_buffer.ts";
import { DelimiterSearch } from "./delimiter_search.ts";
import { BytesRequest, checkMaxBytes } from "./read_request.ts";
import { toBytes } from "./stream_arguments.ts";

/** How many bytes become text at a time: the number of arguments of a call is limited. */
const TEXT_PIECE = 8192;

/** A read up to a sequence of bytes. Reusable: a stream is mostly read by one delimiter. */
export class DelimiterRequest extends BytesRequest {
  readonly #search: DelimiterSearch;
  #maxBytes = Infinity;
  /** How many bytes of the buffer the search has seen. */
  #searched = 0;

  /**
   * Makes a request.
   *
   * @param delimiter The sequence; at least one byte.
   */
  constructor(delimiter: Uint8Array) {
    super();
    this.#search = new DelimiterSearch(delimiter);
  }

  /**
   * Tells whether this request looks for a sequence.
   *
   * @param delimiter The sequence.
   */
  isFor(delimiter: Uint8Array): boolean {
    return this.#search.isFor(delimiter);
  }

  /**
   * Prepares it for a new read.
   *
   * @param maxBytes How long the result may be.
   * @returns Itself.
   */
  begin(maxBytes: number): this {
    this.#search.reset();
    this.#searched = 0;
    this.#maxBytes = maxBytes;
    return this;
  }

  /** See {@linkcode ReadRequest.wanted}. */
  override get wanted(): number {
    return this.#maxBytes;
  }

  /** See {@linkcode ReadRequest.find}. */
  override find(buffer: ChunkedBuffer): number {
    const size = buffer.search(this.#search, this.#searched);
    this.#searched = buffer.length;
    checkMaxBytes("the delimiter", size === -1 ? buffer.length : size, this.#maxBytes);
    return size;
  }
}

/** Makes reads up to a delimiter; the last one is used again, since most streams have one. */
export class DelimiterRequests {
  #last: DelimiterRequest | null = null;
  /** The text that its bytes were made from, if they were. */
  #lastText: string | null = null;

  /**
   * Returns a read.
   *
   * @param delimiter The sequence; a string stands for its UTF-8 bytes.
   * @param maxBytes How long the result may be.
   * @throws {RangeError} If `delimiter` is empty.
   * @throws {TypeError} If it is not bytes.
   */
  begin(delimiter: Uint8Array | string, maxBytes: number): DelimiterRequest {
    if (this.#last !== null && this.#lastText === delimiter) return this.#last.begin(maxBytes);
    const isText = typeof delimiter === "string";
    const bytes = isText ? ENCODER.encode(delimiter) : toBytes(delimiter);
    if (bytes.length === 0) throw new RangeError("Cannot read: the delimiter is empty");
    if (!this.#last?.isFor(bytes)) this.#last = new DelimiterRequest(bytes);
    this.#lastText = isText ? delimiter : null;
    return this.#last.begin(maxBytes);
  }
}

/** A read up to the end of the first match of a regular expression. */
export class RegexRequest extends BytesRequest {
  readonly #regex: RegExp;
  readonly #maxBytes: number;
  /** The bytes seen so far, a character each. */
  #text = "";

  /**
   * Makes a request.
   *
   * @param regex The expression.
   * @param maxBytes How long the result may be.
   */
  constructor(regex: RegExp, maxBytes: number) {
    super();
    this.#regex = new RegExp(regex.source, regex.flags.replace(/[gy]/g, ""));
    this.#maxBytes = maxBytes;
  }

  /** See {@linkcode ReadRequest.wanted}. */
  override get wanted(): number {
    return this.#maxBytes;
  }

  /** See {@linkcode ReadRequest.find}. */
  override find(buffer: ChunkedBuffer): number {
    if (this.#text.length === buffer.length) return -1;
    while (this.#text.length < buffer.length) {
      const view = buffer.viewFrom(this.#text.length);
      this.#text += textOf(view.length > TEXT_PIECE ? view.subarray(0, TEXT_PIECE) : view);
    }
    const match = this.#regex.exec(this.#text);
    const size = match === null ? buffer.length : match.index + match[0].length;
    checkMaxBytes("the expression", size, this.#maxBytes);
    return match === null ? -1 : size;
  }
}

const ENCODER = new TextEncoder();

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
