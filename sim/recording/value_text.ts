/**
 * Values that cross between threads, as JSON.
 *
 * @module
 */

/** A value is of a kind that a recording does not hold. */
export class NotRecordableError extends Error {
  /** The class's name. */
  override readonly name = "NotRecordableError";
}

/** How deep values may be nested: one that contains itself is deeper. */
const DEPTH_MAX = 64;

/**
 * Makes JSON of a value: primitives, arrays, plain objects, bytes, dates, maps and sets.
 *
 * @param value The value.
 * @returns What `JSON.stringify` writes without loss, and {@linkcode restoreValue} reads.
 * @throws {NotRecordableError} If it is, or holds, something else.
 */
export function describeValue(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_MAX) throw new NotRecordableError("Cannot record a value: it is too deep");
  const inner = (each: unknown): unknown => describeValue(each, depth + 1);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return { is: "undefined" };
    case "bigint":
      return { is: "bigint", of: String(value) };
    case "number": {
      const isPlain = Number.isFinite(value) && !Object.is(value, -0);
      return isPlain ? value : { is: "number", of: Object.is(value, -0) ? "-0" : String(value) };
    }
  }
  if (value === null) return null;
  if (Array.isArray(value)) return Array.from(value, inner);
  if (value instanceof Uint8Array) return { is: "bytes", of: value.toBase64() };
  // deno-lint-ignore house/no-ambient -- a value, not the time
  if (value instanceof Date) return { is: "date", of: inner(value.getTime()) };
  if (value instanceof Map) return { is: "map", of: [...value].map(inner) };
  if (value instanceof Set) return { is: "set", of: [...value].map(inner) };
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return { is: "object", of: Object.entries(value).map(inner) };
  }
  throw new NotRecordableError("Cannot record a value: it is of a kind that has no text");
}

/**
 * Makes a value of what {@linkcode describeValue} returned.
 *
 * @param described The description, as `JSON.parse` returns it.
 * @returns The value.
 * @throws {TypeError} If it is no description.
 */
export function restoreValue(described: unknown): unknown {
  if (Array.isArray(described)) return described.map(restoreValue);
  if (typeof described !== "object" || described === null) return described;
  const { is, of } = described as { is?: unknown; of?: unknown };
  const items = (): [unknown, unknown][] => restoreValue(of) as [unknown, unknown][];
  switch (is) {
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(of as string);
    case "number":
      return Number(of);
    case "bytes":
      return Uint8Array.fromBase64(of as string);
    case "date":
      // deno-lint-ignore house/no-ambient -- a value, not the time
      return new Date(restoreValue(of) as number);
    case "map":
      return new Map(items());
    case "set":
      return new Set(items());
    case "object":
      return Object.fromEntries(items());
    default:
      throw new TypeError(`Cannot read a value: ${String(is)} is no kind of value`);
  }
}
