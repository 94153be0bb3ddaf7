/**
 * Errors that hold nothing alive.
 *
 * @module
 */

/** How deep the causes of an error are looked at. */
const DEPTH_MAX = 8;

/**
 * Copies an error, so that the copy can be kept without what the error was thrown in.
 *
 * An `Error` of V8 refers to the functions on its stack and to the objects whose methods they are,
 * and in Deno goes on to when its `stack` has been read. A list of errors would keep all of them alive, and a
 * `FinalizationRegistry` that holds one would never hear of the end of an object that is on its stack.
 *
 * @example The copy is as good for telling people
 * ```ts
 * import { detachError } from "@twinloop/twinloop/poller";
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 *
 * const error = new RangeError("too far", { cause: new Error("why") });
 * const copy = detachError(error);
 * assertInstanceOf(copy, RangeError);
 * assertEquals([copy.message, copy.stack], [error.message, error.stack]);
 * ```
 *
 * @param error What was thrown.
 * @returns A copy of the same class, with the same stack as text and the same properties; those that are errors, or lists of
 * them, are copied, too. What is not an `Error`, or throws when it is read, is returned as it is.
 */
export function detachError(error: unknown): unknown {
  try {
    return detach(error, DEPTH_MAX);
  } catch {
    // It has accessors of its own, which throw.
    return error;
  }
}

function detach(value: unknown, depth: number): unknown {
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return value.map((item) => detach(item, depth - 1));
  if (!(value instanceof Error)) return value;
  // Never read before it is set, the stack of the copy keeps nothing.
  const copy = new Error();
  copy.stack = value.stack ?? "";
  for (const key of Reflect.ownKeys(value)) {
    if (key === "stack") continue;
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if ("value" in descriptor) descriptor.value = detach(descriptor.value, depth - 1);
    Object.defineProperty(copy, key, descriptor);
  }
  Object.setPrototypeOf(copy, Object.getPrototypeOf(value));
  if (!isReadable(copy)) {
    Object.setPrototypeOf(copy, Error.prototype);
    copy.name = value.name;
    copy.message = value.message;
  }
  return copy;
}

/** Says whether a copy tells name and message, which those of a `DOMException` alone do. */
function isReadable(copy: Error): boolean {
  try {
    return typeof copy.name === "string" && typeof copy.message === "string";
  } catch {
    return false;
  }
}
