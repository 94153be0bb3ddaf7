/**
 * Calls of functions that are known by their module and name.
 *
 * @module
 */

import { WorkerError } from "./worker_errors.ts";
import type { WorkerOutcome } from "./workers.ts";

/**
 * Loads a module and calls a function of it.
 *
 * @param module The address of the module.
 * @param name The name that it exports the function by.
 * @param args What to call it with.
 * @returns A promise for the outcome; it does not reject.
 */
export async function callExported(
  module: string,
  name: string,
  args: readonly unknown[],
): Promise<WorkerOutcome> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await import(module);
  } catch (cause) {
    const message = `Cannot call ${name} in a thread: ${module} does not load`;
    return { ok: false, error: new WorkerError("MODULE_NOT_LOADED", message, { cause }) };
  }
  const fn = exports[name];
  if (typeof fn !== "function") {
    const message = `Cannot call ${name} in a thread: ${module} exports no such function`;
    return { ok: false, error: new WorkerError("FUNCTION_NOT_FOUND", message) };
  }
  try {
    return { ok: true, value: await fn(...args) };
  } catch (error) {
    return { ok: false, error };
  }
}
