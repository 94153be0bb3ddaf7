/**
 * What loops are told.
 *
 * @module
 */

/** How a loop is made. */
export interface IOLoopOptions {
  /**
   * Whether the loop becomes the current one: `true` insists, `false` never, and by default it
   * does if no other one is.
   */
  readonly makeCurrent?: boolean;
}

/** What `IOLoop.current()` does when no loop is current. */
export interface CurrentOptions {
  /**
   * Whether to fall back to {@linkcode IOLoop.instance}.
   *
   * @default {true}
   */
  readonly instance?: boolean;
}

/** How a loop is closed. */
export interface CloseOptions {
  /**
   * Whether to close every descriptor that has a handler, too. What an object's `close()` throws goes
   * to `IOLoop.handleCallbackException` when all is closed.
   *
   * @default {false}
   */
  readonly allFds?: boolean;
}
