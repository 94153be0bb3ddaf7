/**
 * The default reactor of the process.
 *
 * @module
 */

import { ReactorAlreadyInstalledError, ReactorNotInstalledError } from "./errors.ts";
import type { IReactor } from "./interfaces/reactor.ts";

/** The default reactor, or what makes it when it is first asked for; `null` if there is none. */
let installed: { reactor: IReactor } | { make: () => IReactor } | null = null;

/**
 * Makes a reactor the default one, which {@linkcode getReactor} returns.
 *
 * Twisted: `installReactor` (`internet/main.py`, 24.7). Differs from Twisted: a function that makes
 * the reactor may be given; it is called when the reactor is first asked for.
 *
 * @param reactor The reactor, or what makes it.
 * @throws {ReactorAlreadyInstalledError} If there is one.
 */
export function installReactor(reactor: IReactor | (() => IReactor)): void {
  if (installed !== null) {
    throw new ReactorAlreadyInstalledError("Cannot install a reactor: one is installed already");
  }
  installed = typeof reactor === "function" ? { make: reactor } : { reactor };
}

/**
 * Returns the default reactor.
 *
 * Twisted: `from twisted.internet import reactor`. Differs from Twisted: nothing is installed by
 * asking.
 *
 * @example Nothing is made before it is asked for
 * ```ts
 * import { getReactor, installReactor, PollReactor, uninstallReactor } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertStrictEquals } from "@std/assert";
 *
 * installReactor(() => new PollReactor(new DenoPlatform()));
 * assertStrictEquals(getReactor(), getReactor());
 * uninstallReactor();
 * ```
 *
 * @returns The reactor.
 * @throws {ReactorNotInstalledError} If there is none.
 */
export function getReactor(): IReactor {
  if (installed === null) {
    throw new ReactorNotInstalledError("Cannot get the default reactor: none is installed");
  }
  if ("make" in installed) installed = { reactor: installed.make() };
  return installed.reactor;
}

/** Tells whether there is a default reactor, made or not. */
export function isReactorInstalled(): boolean {
  return installed !== null;
}

/**
 * Forgets the default reactor without stopping it, so that another can be installed: for tests.
 *
 * No counterpart in Twisted, whose tests take the module out of `sys.modules`.
 */
export function uninstallReactor(): void {
  installed = null;
}
