/**
 * What a stream's descriptor is watched for.
 *
 * @module
 */

import { emptyContext } from "../../poller/context.ts";
import { ERROR, type Interest, NONE } from "../../poller/interest.ts";
import { type Handler, withoutContext } from "../handler.ts";
import type { IOLoop } from "../io_loop.ts";

/** The handler of one descriptor; added when it is first of use. */
export class StreamWatch {
  readonly #ioLoop: IOLoop;
  readonly #handler: Handler<number>;
  /** What for; `NONE` while there is no handler, else with `ERROR`. */
  #watched: Interest = NONE;
  #fd = -1;

  /**
   * Makes it; nothing is watched yet.
   *
   * @param ioLoop The loop.
   * @param handler Called with what the descriptor is ready for, in whatever context: it
   * must not depend on that.
   */
  constructor(ioLoop: IOLoop, handler: Handler<number>) {
    this.#ioLoop = ioLoop;
    this.#handler = withoutContext(handler);
  }

  /** Whether nothing but errors is watched for. */
  get isIdle(): boolean {
    return this.#watched === NONE || this.#watched === ERROR;
  }

  /**
   * Watches for more than before.
   *
   * @param fd The number of the descriptor.
   * @param interest What for, in addition.
   */
  add(fd: number, interest: Interest): void {
    if (this.#watched === NONE) {
      emptyContext(() => this.#ioLoop.addHandler(fd, this.#handler, interest | ERROR));
      this.#fd = fd;
      this.#watched = interest | ERROR;
    } else this.set(this.#watched | interest);
  }

  /**
   * Watches for something else than before. There must be a handler.
   *
   * @param interest What for, whole.
   */
  set(interest: Interest): void {
    const wanted = interest | ERROR;
    if (wanted === this.#watched) return;
    this.#ioLoop.updateHandler(this.#fd, wanted);
    this.#watched = wanted;
  }

  /** Watches no more. */
  stop(): void {
    if (this.#watched === NONE) return;
    this.#watched = NONE;
    this.#ioLoop.removeHandler(this.#fd);
  }
}
