/**
 * When addresses become free.
 *
 * @module
 */

import type { RecordingSite } from "./recording_site.ts";

/**
 * Notes when the address of a handle is free again. What is free within the call that closes it and
 * what becomes free later are told apart, since that is when the program hears of it.
 */
export class RecordingRelease {
  #isClosing = false;

  /** Begins to wait for it, before the program can. */
  constructor(site: RecordingSite, id: number, released: Promise<void>) {
    released.then(() => site.writer.note("released", id, this.#isClosing));
  }

  /** Makes the call that closes the handle. */
  closing(close: () => void): void {
    this.#isClosing = true;
    close();
    Promise.resolve().then(() => this.#isClosing = false);
  }
}
