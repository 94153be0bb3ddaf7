/**
 * The free buffers of the pool, to find who looks at one that is not its own any more.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { giveBuffer, LARGEST_BUFFER, takeBuffer } from "../../poller/deno_buffer_pool.ts";

/** One for each size of buffers. */
const SIZES = [4096, 16_384, 65_536, LARGEST_BUFFER];

/** Writes over the buffers that were given back last, three of each size. */
export function scribble(): void {
  const free = SIZES.flatMap((size) => [takeBuffer(size), takeBuffer(size), takeBuffer(size)]);
  assertEquals(new Set(free).size, free.length, "the pool has a buffer twice");
  for (const buffer of free.reverse()) {
    buffer.bytes.fill(0xee);
    giveBuffer(buffer);
  }
}
