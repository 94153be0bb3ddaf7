/**
 * How loops are found: the static half of `IOLoop`.
 *
 * @module
 */

import * as current from "./current_io_loop.ts";
import type { IOLoop } from "./io_loop.ts";
import type { CurrentOptions } from "./io_loop_options.ts";

/**
 * The static methods of {@linkcode IOLoop}, which inherits them: call them as `IOLoop.current()`.
 *
 * Tornado: what `IOLoop` has from `Configurable` (`util.py`), and its own class methods (`ioloop.py`,
 * 4.5.3).
 */
export abstract class ConfigurableLoop {
  /**
   * Returns the loop whose callback runs; outside of all loops the one made current last, or else
   * {@linkcode IOLoop.instance}.
   *
   * Tornado: `IOLoop.current()`.
   *
   * Differs from Tornado: it is a value of the context, not of the thread, so it stays right when
   * several loops take turns.
   *
   * @returns The current loop.
   */
  static current(): IOLoop;
  /**
   * Returns the current loop, or `null` if none is and none is to be made.
   *
   * @param options Whether to fall back to the instance.
   * @returns The current loop, or `null`.
   */
  static current(options: CurrentOptions): IOLoop | null;
  static current(options: CurrentOptions = {}): IOLoop | null {
    return current.currentLoop() ?? (options.instance === false ? null : current.defaultLoop());
  }

  /**
   * Returns the default loop of the process; makes it, a `PollIOLoop` on the machine unless
   * {@linkcode IOLoop.configure} said otherwise, when it is first asked for.
   *
   * Tornado: `IOLoop.instance()`.
   *
   * @returns The default loop.
   * @throws {NotConfiguredError} If nothing says how to make one.
   */
  static instance(): IOLoop {
    return current.defaultLoop();
  }

  /** Tells whether there is a default loop. Tornado: `IOLoop.initialized()`. */
  static initialized(): boolean {
    return current.hasDefaultLoop();
  }

  /** Forgets the default loop without closing it. Tornado: `IOLoop.clear_instance()`. */
  static clearInstance(): void {
    current.clearDefaultLoop();
  }

  /** Makes no loop the current one. Tornado: `IOLoop.clear_current()`. */
  static clearCurrent(): void {
    current.setCurrentLoop(null);
  }

  /**
   * Says how the default loop is made. It does not touch one that was made already.
   *
   * Tornado: `IOLoop.configure(impl)`. Differs from Tornado: it takes a function, and it decides
   * about {@linkcode IOLoop.instance} only, since here constructors are called by name.
   *
   * @param make Makes the loop; `null` for the package's own way.
   */
  static configure(make: (() => IOLoop) | null): void {
    current.configureDefaultLoop(make);
  }
}
