/**
 * Text lines over a stream of bytes.
 *
 * @module
 */

import { type IOStream, StreamClosedError } from "../ioloop/mod.ts";

/** How long a line may be, in bytes; a peer that sends more is cut off. */
const LINE_MAX = 1000;

/** Yields the lines that come, without their ends, until the stream is closed. */
export async function* readLines(stream: IOStream): AsyncIterableIterator<string> {
  const decoder = new TextDecoder();
  try {
    while (true) {
      const line = await stream.readUntil("\n", { maxBytes: LINE_MAX });
      yield decoder.decode(line).trimEnd();
    }
  } catch (error) {
    if (!(error instanceof StreamClosedError)) throw error;
  }
}
