/**
 * The buffers that native writes read from.
 *
 * A native write holds its buffer until it ends, so `send` copies what it takes (a borrowed view
 * would be overwritten by the next read) into buffers that are used over and over: to allocate one
 * for each write costs more than the write.
 *
 * @module
 */

/**
 * The sizes of buffers, and how many free ones of each are kept (2 to 4 MiB a size, but 16 of the
 * largest). A stream at full speed uses the largest: fewer and larger native writes make up for the
 * copy. A native write gives its buffer back when the pass is over, so that each stream of a pass
 * takes one: those that find none spend more on a new one, which is filled with zeros, than on the
 * copy.
 */
const SIZES: readonly number[] = [2048, 16_384, 65_536, 262_144];
const KEPT: readonly number[] = [1024, 128, 64, 64];

/** The size of the largest buffer: what a stream takes while a native write is under way. */
export const LARGEST_BUFFER: number = SIZES.at(-1) as number;

const free: Uint8Array<ArrayBuffer>[][] = SIZES.map(() => []);

/**
 * Takes a buffer out of the pool.
 *
 * @param size How many bytes it must hold, at most {@linkcode LARGEST_BUFFER}.
 * @returns A buffer of the smallest size that does, with old content.
 */
export function takeWriteBuffer(size: number): Uint8Array<ArrayBuffer> {
  const index = indexFor(size);
  return (free[index] as Uint8Array<ArrayBuffer>[]).pop() ??
    new Uint8Array(SIZES[index] as number);
}

/**
 * Gives a buffer back. The caller may not touch it afterwards, and no native write may hold it.
 *
 * @param buffer What {@linkcode takeWriteBuffer} returned.
 */
export function giveWriteBuffer(buffer: Uint8Array<ArrayBuffer>): void {
  const index = indexFor(buffer.length);
  const list = free[index] as Uint8Array<ArrayBuffer>[];
  if (list.length < (KEPT[index] as number)) list.push(buffer);
}

function indexFor(size: number): number {
  let index = 0;
  while (size > (SIZES[index] as number)) index++;
  return index;
}
