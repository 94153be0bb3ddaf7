/**
 * Functions that can be called in another thread.
 *
 * @module
 */

/**
 * A function together with the module that exports it: all that another thread needs to have the
 * same function. Made by {@linkcode moduleFunction}.
 *
 * @typeParam A The arguments of the function.
 * @typeParam R What the function returns, awaited.
 */
export interface ModuleFunction<A extends unknown[] = never, R = unknown> {
  /** The address of the module. */
  readonly module: string;
  /** The name that the module exports the function by. */
  readonly name: string;
  /** The function, as this thread has it; a simulated thread calls it. */
  readonly fn: (...args: A) => R | PromiseLike<R>;
}

/**
 * Names an exported function so that another thread can call it.
 *
 * Threads share no memory: the other thread imports the module anew, and arguments and results are
 * copied as by `structuredClone`. What the function closes over in this thread does not exist there.
 *
 * Not in Twisted or Tornado, whose threads share everything: they take any callable.
 *
 * @example A module names its own functions, and others use them
 * ```ts
 * import { moduleFunction } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * export function add(a: number, b: number): number {
 *   return a + b;
 * }
 * export const addInThread = moduleFunction(import.meta.url, add);
 * assertEquals(addInThread.name, "add");
 * ```
 *
 * @typeParam A The arguments of the function.
 * @typeParam R What the function returns, awaited.
 * @param module The absolute address of the module that exports the function.
 * @param fn The function.
 * @param name The name that the module exports it by.
 * @returns What to give to `callInThread`, `deferToThread` or `runInExecutor`.
 * @throws {TypeError} If `module` is not an absolute address, `fn` not a function, or `name` empty.
 * @default {fn.name}
 */
export function moduleFunction<A extends unknown[], R>(
  module: string | URL,
  fn: (...args: A) => R | PromiseLike<R>,
  name: string = fn?.name,
): ModuleFunction<A, R> {
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot name a module's function: it is ${typeof fn}`);
  }
  if (name === "") throw new TypeError("Cannot name a module's function: its name is empty");
  if (!URL.canParse(module)) {
    throw new TypeError(`Cannot name a module's function: ${module} is not an absolute address`);
  }
  return { module: String(module), name, fn };
}
