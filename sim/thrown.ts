/**
 * What a program threw or returned, as text.
 *
 * @module
 */

/** Writes a value; also one that cannot be written, such as an object without a prototype. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Writes what was thrown: `RangeError: balance is 2`. */
export function describeThrown(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : textOf(error);
}
