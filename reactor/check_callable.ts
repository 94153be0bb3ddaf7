/**
 * The check of functions that are to be called later.
 *
 * @module
 */

/**
 * Refuses what cannot be called while the culprit is still on the stack.
 *
 * @param callable What is to be called later.
 * @param action What it was given for, for the message.
 * @throws {TypeError} If it is not a function.
 */
export function checkCallable(callable: unknown, action: string): void {
  if (typeof callable === "function") return;
  throw new TypeError(`Cannot ${action}: callable is ${typeof callable}, not a function`);
}
