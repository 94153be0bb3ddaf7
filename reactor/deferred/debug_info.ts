/**
 * Who made a Deferred, and who fired it.
 *
 * @module
 */

import { captureStack } from "../../poller/stack.ts";

/** Whether Deferreds keep stacks. Asked by them; set by {@linkcode setDebugging}. */
export let debugging = false;

/**
 * Has Deferreds keep two stacks from now on: of who made them, and of who fired them first. They stand in
 * the message of an `AlreadyCalledError` and of the report of a failure that nobody handled.
 *
 * That costs far more than a Deferred, so it is for the hunt after one that nobody knows. What was
 * kept stays when it is switched off again.
 *
 * Twisted: `setDebugging` (`internet/defer.py`, 24.7). Differs from Twisted: a single Deferred has no
 * `debug` of its own.
 *
 * @example Who has fired it before
 * ```ts
 * import { AlreadyCalledError, Deferred, setDebugging } from "@twinloop/twinloop/reactor";
 * import { assertThrows } from "@std/assert";
 *
 * function fireFirst(deferred: Deferred<number>): void {
 *   deferred.callback(1);
 * }
 * setDebugging(true);
 * const deferred = new Deferred<number>();
 * fireFirst(deferred);
 * assertThrows(() => deferred.callback(2), AlreadyCalledError, "at fireFirst");
 * setDebugging(false);
 * ```
 *
 * @param on Whether they keep them.
 */
export function setDebugging(on: boolean): void {
  debugging = on;
}

/** Says whether Deferreds keep stacks. Twisted: `getDebugging` (`internet/defer.py`, 24.7). */
export function getDebugging(): boolean {
  return debugging;
}

/** The stacks of one Deferred. Twisted: `DebugInfo` (`internet/defer.py`, 24.7). */
interface DebugInfo {
  /** Who made it; absent if nobody asked then. */
  creator?: string;
  /** Who fired it first; absent if nobody asked then, or nobody has. */
  invoker?: string;
}

/** The stacks that were kept; apart from their Deferreds, so that others pay nothing. */
const infos = new WeakMap<WeakKey, DebugInfo>();

/**
 * Keeps the stack of who makes a Deferred.
 *
 * @param deferred The Deferred.
 * @param type Its class, whose caller it is.
 */
export function keepCreator(deferred: WeakKey, type: NewableFunction): void {
  infos.set(deferred, { creator: captureStack(type) });
}

/**
 * Keeps the stack of who fires a Deferred.
 *
 * @param deferred The Deferred.
 * @param below What is being called; its caller is the first that is kept.
 */
export function keepInvoker(deferred: WeakKey, below: CallableFunction): void {
  const info = infos.get(deferred) ?? {};
  info.invoker = captureStack(below);
  infos.set(deferred, info);
}

/**
 * Tells what was kept of a Deferred.
 *
 * @param deferred The Deferred.
 * @returns Lines to put behind a message, in the form of Twisted's; empty if nothing was kept.
 */
export function describeOrigin(deferred: WeakKey): string {
  const info = infos.get(deferred);
  if (info === undefined) return "";
  return section("C", "Deferred was created", info.creator) +
    section("I", "First Invoker was", info.invoker);
}

function section(letter: string, title: string, stack: string | undefined): string {
  if (stack === undefined) return "";
  return ["", `${title}:`, ...stack.split("\n")].join(`\n ${letter}: `);
}
