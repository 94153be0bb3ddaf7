/**
 * Turns of the native event loop: how a pass that does not wait lets native I/O happen.
 *
 * @module
 */

import { LoopbackPipe } from "./deno_loopback_pipe.ts";

/**
 * How long native I/O may go unlooked at while passes do not wait, in milliseconds.
 *
 * `setImmediate` yields to the native loop, but that loop looks at its descriptors only when it
 * idles or after 61 tasks: under busy callbacks of 0.5 ms each, every 30 ms. A turn that itself
 * waits for a descriptor forces a look.
 */
const LOOK_INTERVAL = 0.25;

/**
 * How many forced looks go through the thread pool before a pipe is opened: 50 us each instead of
 * 15, but a short burst leaves no descriptor behind.
 */
const LOOKS_WITHOUT_PIPE = 16;

const ONE_BYTE = new Uint8Array(1);

/** Makes turns, one at a time. */
export class NativeTurn {
  readonly #onTurn: () => void;
  /** When native I/O was last known to be looked at, in milliseconds of `performance.now()`. */
  #lookedAt = 0;
  /** How many forced looks there were since the last {@linkcode NativeTurn.rest}. */
  #looks = 0;
  /** The pipe, once opened; it is not ready at once. */
  #pipe: LoopbackPipe | null = null;

  /**
   * Makes it.
   *
   * @param onTurn Called at the end of each turn, from the native loop.
   */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
  }

  /** How many turns forced a look at native I/O, and how many did not. */
  readonly counts: { forced: number; plain: number } = { forced: 0, plain: 0 };

  /**
   * Begins a turn.
   *
   * @param looked Whether native I/O was looked at since the last turn.
   */
  begin(looked: boolean): void {
    const now = performance.now();
    if (looked) this.#lookedAt = now;
    if (now - this.#lookedAt <= LOOK_INTERVAL) {
      this.counts.plain++;
      setImmediate(this.#onTurn);
      return;
    }
    this.#lookedAt = now;
    this.counts.forced++;
    if (++this.#looks > LOOKS_WITHOUT_PIPE) this.#pipe ??= LoopbackPipe.open();
    if (this.#pipe?.isReady) this.#pipe.turn(this.#onTurn);
    else crypto.subtle.digest("SHA-1", ONE_BYTE).then(this.#plainTurn, this.#plainTurn);
  }

  /** The thread pool may have been done at once: only an immediate surely lets microtasks run out. */
  readonly #plainTurn = (): void => {
    setImmediate(this.#onTurn);
  };

  /** Gives back what the turns held; the next busy time takes it anew. */
  rest(): void {
    this.#pipe?.close();
    this.#pipe = null;
    this.#looks = 0;
  }
}
