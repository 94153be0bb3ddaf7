/**
 * Makes reads of what the methods of a stream are given.
 *
 * @module
 */

import {
  CloseRequest,
  CountRequest,
  IntoRequest,
  type ReadRequest,
  StreamingRequest,
} from "./read_request.ts";
import { DelimiterRequests, RegexRequest } from "./search_request.ts";
import { toCount, toLimit } from "./stream_arguments.ts";
import type { StreamCallbacks } from "./stream_callbacks.ts";
import type {
  ReadBytesOptions,
  ReadIntoOptions,
  ReadUntilCloseOptions,
  ReadUntilOptions,
} from "./stream_options.ts";

/** The reads of one stream: a method for each of those of `BaseIOStream`, whose errors they throw. */
export class ReadRequests {
  readonly #callbacks: StreamCallbacks;
  readonly #delimiters = new DelimiterRequests();

  /**
   * Makes it.
   *
   * @param callbacks What calls streaming callbacks.
   */
  constructor(callbacks: StreamCallbacks) {
    this.#callbacks = callbacks;
  }

  /** See `readBytes()`. */
  bytes(count: number, options: ReadBytesOptions): ReadRequest<Uint8Array> {
    const whole = toCount(count);
    const { partial = false, streamingCallback } = options;
    return streamingCallback === undefined
      ? new CountRequest(whole, partial)
      : new StreamingRequest(whole, partial, this.#callbacks.emitter(streamingCallback));
  }

  /** See `readInto()`. */
  into(buffer: Uint8Array, options: ReadIntoOptions): ReadRequest<number> {
    return new IntoRequest(buffer, options.partial ?? false);
  }

  /** See `readUntil()`. */
  until(delimiter: Uint8Array | string, options: ReadUntilOptions): ReadRequest<Uint8Array> {
    const maxBytes = toLimit("maxBytes", options.maxBytes, Infinity);
    return this.#delimiters.begin(delimiter, maxBytes);
  }

  /** See `readUntilRegex()`. */
  untilRegex(regex: RegExp, options: ReadUntilOptions): ReadRequest<Uint8Array> {
    if (!(regex instanceof RegExp)) {
      throw new TypeError(`Cannot read: the expression is ${typeof regex}`);
    }
    return new RegexRequest(regex, toLimit("maxBytes", options.maxBytes, Infinity));
  }

  /** See `readUntilClose()`. */
  untilClose({ streamingCallback }: ReadUntilCloseOptions): ReadRequest<Uint8Array> {
    return streamingCallback === undefined
      ? new CloseRequest()
      : new StreamingRequest(Infinity, false, this.#callbacks.emitter(streamingCallback));
  }
}
