/**
 * What the methods of streams can be told.
 *
 * @module
 */

/** The limits of a stream's buffers. */
export interface IOStreamOptions {
  /**
   * How many bytes may have been received and not read. A read that needs more closes the stream
   * with `StreamBufferFullError`. Tornado: `max_buffer_size`.
   *
   * @default {104857600}
   */
  readonly maxBufferSize?: number;
  /**
   * How many bytes are received at a time; at most half of `maxBufferSize`. Tornado:
   * `read_chunk_size`.
   *
   * @default {65536}
   */
  readonly readChunkSize?: number;
  /**
   * How many bytes may wait to be sent. Tornado: `max_write_buffer_size`.
   *
   * @default {Infinity}
   */
  readonly maxWriteBufferSize?: number;
}

/** Takes the bytes of a read as they come; what it is given is its own. */
export type StreamingCallback = (bytes: Uint8Array) => unknown;

/** How to read into a buffer. */
export interface ReadIntoOptions {
  /**
   * Whether to be content with what there is, but at least one byte.
   *
   * @default {false}
   */
  readonly partial?: boolean;
}

/** How to read a number of bytes. */
export interface ReadBytesOptions extends ReadIntoOptions {
  /**
   * Called with the bytes as they come, in passes of the loop; the promise is then fulfilled with no
   * bytes, after the last call. An error that it throws closes the stream.
   */
  readonly streamingCallback?: StreamingCallback;
}

/** How to read up to the end of the stream. */
export interface ReadUntilCloseOptions {
  /** As for {@linkcode ReadBytesOptions.streamingCallback}. */
  readonly streamingCallback?: StreamingCallback;
}

/** How to read up to something. */
export interface ReadUntilOptions {
  /**
   * How long the result may be, in bytes; a longer one closes the stream.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}
