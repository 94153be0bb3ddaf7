/**
 * Copying a few bytes, or many.
 *
 * @module
 */

/** Up to so many bytes are copied one by one: to make a view of them for `set()` takes longer. */
const LOOP_MAX = 128;

/**
 * Copies some of the bytes of one array into another.
 *
 * @param source Where they are.
 * @param from The first of them.
 * @param count How many.
 * @param target Where they go; another array.
 * @param at Where the first goes.
 */
export function copyBytes(
  source: Uint8Array,
  from: number,
  count: number,
  target: Uint8Array,
  at: number,
): void {
  if (count <= LOOP_MAX) {
    for (let i = 0; i < count; i++) target[at + i] = source[from + i] as number;
  } else target.set(count === source.length ? source : source.subarray(from, from + count), at);
}
