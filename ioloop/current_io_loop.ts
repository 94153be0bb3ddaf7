/**
 * Which loop is the current one, and which the default one.
 *
 * A loop's code sees that loop as the current one: it is a value of the context
 * (`AsyncLocalStorage`) in which the loop calls everything, so it stays right across `await`, in
 * towers of loops, and when the loops of several simulated hosts take turns in one process. Code
 * outside of any loop sees what `makeCurrent()` or a constructor has set.
 *
 * @module
 */

import { captureContext, emptyContext } from "../poller/context.ts";
import type { Context } from "../poller/context.ts";
import { countLoopClosed, countLoopMade } from "../poller/loops_in_use.ts";
import { AlreadyCurrentError, AlreadyInstalledError, NotConfiguredError } from "./errors.ts";
import type { IOLoop } from "./io_loop.ts";
import { AsyncLocalStorage } from "node:async_hooks";

/** The loop whose code runs; `null` after `clearCurrent()` in it, absent outside of all loops. */
const storage = new AsyncLocalStorage<IOLoop | null>();

/** The loop that is current outside of all loops; set by `makeCurrent()` and constructors. */
let outside: IOLoop | null = null;

/** What `IOLoop.instance()` returns; `null` until it was first asked for, or installed. */
let installed: IOLoop | null = null;

/** How `IOLoop.instance()` makes a loop: what `IOLoop.configure()` was given. */
let configured: (() => IOLoop) | null = null;

/** How `IOLoop.instance()` makes a loop if nothing was configured. */
let fallback: (() => IOLoop) | null = null;

/** Returns the current loop, or `null`. */
export function currentLoop(): IOLoop | null {
  const loop = storage.getStore();
  return loop === undefined ? outside : loop;
}

/** Sets the current loop: for the rest of this callback inside a loop, else for the process. */
export function setCurrentLoop(loop: IOLoop | null): void {
  if (storage.getStore() === undefined) outside = loop;
  else storage.enterWith(loop);
}

/** Counts a new loop and applies the rule of the constructors to it. */
export function adoptCurrentLoop(loop: IOLoop, makeCurrent: boolean | undefined): void {
  if (makeCurrent !== false) {
    if (currentLoop() === null) setCurrentLoop(loop);
    else if (makeCurrent) {
      throw new AlreadyCurrentError("Cannot make the new loop current: another one is current");
    }
  }
  countLoopMade();
}

/** Forgets a loop that was closed, so that nobody is handed a closed one. */
export function forgetLoop(loop: IOLoop): void {
  countLoopClosed();
  if (outside === loop) outside = null;
  if (installed === loop) installed = null;
}

/** Remembers the caller's context, with a loop as the current one in it. */
export function captureContextFor(loop: IOLoop): Context {
  return storage.getStore() === loop ? captureContext() : storage.run(loop, captureContext);
}

/** Makes a context with a loop as its only value. */
export function emptyContextFor(loop: IOLoop): Context {
  return emptyContext(() => storage.run(loop, captureContext));
}

/** Returns the default loop; makes it if there is none. */
export function defaultLoop(): IOLoop {
  if (installed !== null) return installed;
  const make = configured ?? fallback;
  if (make === null) {
    throw new NotConfiguredError("Cannot make the default loop: no implementation is configured");
  }
  // A loop outlives the callback that happens to ask first, so it is made outside of its context.
  const made = emptyContext(make);
  installed = made;
  return made;
}

/** Tells whether there is a default loop. */
export function hasDefaultLoop(): boolean {
  return installed !== null;
}

/**
 * Tells whether the next loop that is asked for by name is one that the package makes: none is
 * current, there is no default one, and nothing else was configured.
 */
export function isFallbackNext(): boolean {
  return currentLoop() === null && installed === null && configured === null;
}

/** Makes a loop the default one. */
export function installLoop(loop: IOLoop): void {
  if (installed !== null) {
    throw new AlreadyInstalledError("Cannot install the loop: there is an instance already");
  }
  installed = loop;
}

/** Forgets the default loop. */
export function clearDefaultLoop(): void {
  installed = null;
}

/** Says how the default loop is made; `null` goes back to the package's own way. */
export function configureDefaultLoop(make: (() => IOLoop) | null): void {
  configured = make;
}

/** Says how the default loop is made where nothing is configured. */
export function setFallbackLoop(make: () => IOLoop): void {
  fallback = make;
}
