/**
 * What recorded handles have in common that are bound to an address.
 *
 * @module
 */

import type { DatagramHandle, ListenerHandle } from "../../poller/mod.ts";
import { RecordingHandle } from "./recording_handle.ts";
import type { RecordingSite } from "./recording_site.ts";

/**
 * A handle that notes when its address is free again. What is free within the call that closes it and
 * what becomes free later are told apart, since that is when the program hears of it.
 */
export abstract class RecordingBound<H extends ListenerHandle | DatagramHandle>
  extends RecordingHandle<H> {
  /** See `ListenerHandle.released` and `DatagramHandle.released`. */
  readonly released: Promise<void>;
  #isClosing = false;

  /** Made by the network; begins to wait for it, before the program can. */
  constructor(site: RecordingSite, inner: H) {
    super(site, inner);
    const { id, released } = inner;
    this.released = released;
    released.then(() => site.writer.note("released", id, this.#isClosing));
  }

  /** See `Handle.close`. */
  override close(): void {
    this.#closing(() => super.close());
  }

  /** See `Handle.abort`. */
  override abort(): void {
    this.#closing(() => super.abort());
  }

  #closing(close: () => void): void {
    if (this.closed) return close();
    this.#isClosing = true;
    close();
    Promise.resolve().then(() => this.#isClosing = false);
  }
}
