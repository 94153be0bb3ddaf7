/**
 * A span of time for `IOLoop.addTimeout()`.
 *
 * @module
 */

/**
 * A span of time: the sum of its fields, each of any sign and not necessarily whole.
 *
 * A `Temporal.Duration` without years and months is one.
 *
 * Python: `datetime.timedelta`, whose keywords these are.
 *
 * @example A number is a moment, an object a span
 * ```ts
 * import { IOLoop } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * using ioLoop = IOLoop.instance();
 * const log: string[] = [];
 * ioLoop.addTimeout({ milliseconds: 2 }, () => {
 *   log.push("span");
 *   ioLoop.stop();
 * });
 * ioLoop.addTimeout(ioLoop.time(), () => log.push("moment"));
 * await ioLoop.start();
 * assertEquals(log, ["moment", "span"]);
 * ```
 */
export interface TimeDelta {
  /** Spans of 7 days. */
  readonly weeks?: number;
  /** Spans of 24 hours. */
  readonly days?: number;
  /** Spans of 60 minutes. */
  readonly hours?: number;
  /** Spans of 60 seconds. */
  readonly minutes?: number;
  /** Seconds. */
  readonly seconds?: number;
  /** Thousandths of a second. */
  readonly milliseconds?: number;
  /** Millionths of a second. */
  readonly microseconds?: number;
}

/** What each field stands for, in seconds. Divisors are exact where factors would not be. */
const FIELDS: readonly (readonly [name: keyof TimeDelta, seconds: number])[] = [
  ["weeks", 604_800],
  ["days", 86_400],
  ["hours", 3600],
  ["minutes", 60],
  ["seconds", 1],
];

/**
 * Adds the fields of a span up.
 *
 * @param delta The span.
 * @returns Its length in seconds.
 * @throws {TypeError} If `delta` has none of the fields, or one that is not a number, or years
 * or months.
 * @throws {RangeError} If a field is `NaN`.
 */
export function totalSeconds(delta: TimeDelta): number {
  let total = 0;
  let known = 0;
  const add = (name: keyof TimeDelta, seconds: (value: number) => number) => {
    const value: unknown = delta[name];
    if (value === undefined) return;
    if (typeof value !== "number") {
      throw new TypeError(`Cannot read a time span: ${name} is ${typeof value}`);
    }
    if (Number.isNaN(value)) throw new RangeError(`Cannot read a time span: ${name} is NaN`);
    known++;
    total += seconds(value);
  };
  for (const [name, factor] of FIELDS) add(name, (value) => value * factor);
  add("milliseconds", (value) => value / 1000);
  add("microseconds", (value) => value / 1_000_000);
  for (const name of ["years", "months"]) {
    if ((delta as Readonly<Record<string, unknown>>)[name]) {
      throw new TypeError(`Cannot read a time span: ${name} have no fixed length`);
    }
  }
  if (known === 0) throw new TypeError("Cannot read a time span: none of its fields is set");
  return total;
}
