/**
 * Assertions that stay on in production.
 *
 * @module
 */

/**
 * A rule of this package was broken by this package itself, or by a platform or loop that does not
 * keep its contract. It is a bug: please report it with its stack.
 */
export class InvariantError extends Error {
  /** The class's name. */
  override readonly name = "InvariantError";
  /** Tells this error from others in a `switch`. */
  readonly code = "INVARIANT";
}

/**
 * Throws if a condition that must hold does not.
 *
 * @param condition What must be true.
 * @param message What is broken, as a sentence without a period.
 * @throws {InvariantError} If `condition` is false.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
