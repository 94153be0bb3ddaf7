/**
 * The buffers that native reads fill and native writes send from.
 *
 * A native operation holds its buffer until it ends, so that each direction of a stream needs its
 * own, and `send` copies what it takes, unless it can take the whole buffer over. To allocate one
 * for each operation costs more than the operation: it is filled with zeros. So they are used over
 * and over.
 *
 * @module
 */

/**
 * The sizes of buffers, and how many free ones of each are kept (2 to 4 MiB a size, but 16 of the
 * largest). A stream at full speed uses the largest: fewer and larger native writes make up for the
 * copy. A native write gives its buffer back when the pass is over, so that each stream of a pass
 * takes one: those that find none spend more on a new one than on the copy.
 */
const SIZES: readonly number[] = [4096, 16_384, 65_536, 262_144];
const KEPT: readonly number[] = [1024, 128, 64, 64];

/** The size of the smallest buffer: what an idle connection costs. */
export const SMALLEST_BUFFER: number = SIZES[0] as number;

/** The size of the largest buffer: what a stream takes while a native write is under way. */
export const LARGEST_BUFFER: number = SIZES.at(-1) as number;

const free: PooledBuffer[][] = SIZES.map(() => []);

/** A buffer of the pool. */
export class PooledBuffer {
  /** All its bytes, with old content. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What {@linkcode PooledBuffer.first} returned last. */
  #first: Uint8Array<ArrayBuffer>;

  /**
   * Makes a buffer.
   *
   * @param size How many bytes it holds.
   */
  constructor(size: number) {
    this.bytes = this.#first = new Uint8Array(size);
  }

  /**
   * Returns a view of the first bytes. Messages are often as long as the one before, and to make
   * a view costs as much as to copy one of 64 bytes.
   *
   * @param length How many bytes.
   * @returns The view; the same for the same length.
   */
  first(length: number): Uint8Array<ArrayBuffer> {
    if (this.#first.length !== length) this.#first = this.bytes.subarray(0, length);
    return this.#first;
  }
}

/**
 * Takes a buffer out of the pool.
 *
 * @param size How many bytes it must hold, at most {@linkcode LARGEST_BUFFER}.
 * @returns A buffer of the smallest size that does.
 */
export function takeBuffer(size: number): PooledBuffer {
  const index = indexFor(size);
  return (free[index] as PooledBuffer[]).pop() ?? new PooledBuffer(SIZES[index] as number);
}

/**
 * Gives a buffer back. The caller may not touch it afterwards, and no native operation may hold it.
 *
 * @param buffer What {@linkcode takeBuffer} returned.
 */
export function giveBuffer(buffer: PooledBuffer): void {
  // A view of it was received, and its memory transferred to a worker.
  if (buffer.bytes.length === 0) return;
  const index = indexFor(buffer.bytes.length);
  const list = free[index] as PooledBuffer[];
  if (list.length < (KEPT[index] as number)) list.push(buffer);
}

function indexFor(size: number): number {
  let index = 0;
  while (size > (SIZES[index] as number)) index++;
  return index;
}
