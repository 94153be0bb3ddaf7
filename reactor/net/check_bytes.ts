/**
 * What transports refuse to send.
 *
 * @module
 */

/**
 * Checks that what is to be sent is bytes.
 *
 * @param what What the caller calls it.
 * @param value What is to be sent.
 * @throws {TypeError} If it is not a `Uint8Array`.
 */
export function checkBytes(what: "data" | "packet", value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw new TypeError(`Cannot write: ${what} is ${describe(value)}, not a Uint8Array`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return "text";
  return value === null ? "null" : `of type ${typeof value}`;
}
