/**
 * A `TornadoReactor` as the default reactor.
 *
 * @module
 */

import type { IOLoop } from "../ioloop/io_loop.ts";
import { installReactor } from "./default_reactor.ts";
import { TornadoReactor } from "./tornado_reactor.ts";

/**
 * Makes a reactor on an IOLoop the default reactor.
 *
 * Tornado: `install(io_loop=None)` (`platform/twisted.py`, 4.4.3).
 *
 * @param ioLoop The loop to stand on.
 * @returns The reactor.
 * @throws {ReactorAlreadyInstalledError} If there is a default reactor.
 */
export function install(ioLoop: IOLoop): TornadoReactor;
/**
 * Makes a reactor on an IOLoop the default reactor; neither is made before `getReactor()` is first
 * called, so that a program can start its workers first.
 *
 * Differs from Tornado: the function stands for `io_loop=None`, since this family does not import
 * the other: give `() => IOLoop.current()`.
 *
 * @example The current loop, when it is needed
 * ```ts
 * import { getReactor, install, uninstallReactor } from "@twinloop/twinloop/reactor";
 * import { IOLoop } from "@twinloop/twinloop/ioloop";
 * import { assertStrictEquals } from "@std/assert";
 *
 * install(() => IOLoop.current());
 * assertStrictEquals(getReactor().platform, IOLoop.current().platform);
 * uninstallReactor();
 * IOLoop.clearInstance();
 * ```
 *
 * @param ioLoop Returns the loop to stand on.
 * @throws {ReactorAlreadyInstalledError} If there is a default reactor.
 */
export function install(ioLoop: () => IOLoop): void;
export function install(ioLoop: IOLoop | (() => IOLoop)): TornadoReactor | void {
  if (typeof ioLoop === "function") {
    installReactor(() => new TornadoReactor(ioLoop()));
    return;
  }
  // The place is taken first: a reactor that cannot be installed leaves nothing on the loop.
  let reactor: TornadoReactor | null = null;
  const make = (): TornadoReactor => reactor ??= new TornadoReactor(ioLoop);
  installReactor(make);
  return make();
}
