/**
 * Where received bytes are copied to, so that a protocol may keep them.
 *
 * @module
 */

/** The size of a slab, in bytes: a thousand small messages for one allocation. */
const SLAB_SIZE = 65_536;

/** What is longer gets an array of its own: a slab full of long messages would save nothing. */
const SMALL_MAX = 2_048;

/**
 * Copies small chunks into a shared array, one behind the other, because allocating an array for
 * each costs several times what the copy does.
 *
 * The chunks never overlap and are never written again, so they may be kept. A kept chunk keeps
 * its whole slab, 64 KiB, alive: copy the little that has to live for long.
 */
export class ReceiveSlab {
  #slab: Uint8Array<ArrayBuffer> | null = null;
  #used = 0;

  /**
   * Copies bytes.
   *
   * @param view What to copy.
   * @returns The copy, the caller's to keep.
   */
  own(view: Uint8Array): Uint8Array<ArrayBuffer> {
    const count = view.length;
    if (count > SMALL_MAX) return new Uint8Array(view);
    let slab = this.#slab;
    if (slab === null || this.#used + count > SLAB_SIZE) {
      this.#slab = slab = new Uint8Array(SLAB_SIZE);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = start + count;
    slab.set(view, start);
    return slab.subarray(start, start + count);
  }
}
