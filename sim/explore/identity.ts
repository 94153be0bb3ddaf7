/**
 * Whether two failures are the same, and what a run came to.
 *
 * @module
 */

import { DeadlockError, SimulationError } from "../errors.ts";
import { textOf } from "../thrown.ts";

/**
 * Says what failed, without what changes from run to run: the kind of failure, the invariant or the
 * class of the error, and the host; not the rest of the message. Two failures with the same identity
 * count as the same.
 *
 * @param error What a run failed with.
 * @returns The identity.
 */
export function identify(error: unknown): string {
  if (error instanceof DeadlockError) return "deadlock";
  if (!(error instanceof SimulationError)) return className(error);
  const { failure, host, cause } = error;
  const what = failure === "always"
    ? (/^Invariant (.*) does not hold/.exec(error.message)?.[1] ?? "")
    : cause === undefined
    ? ""
    : className(cause);
  return [failure, what, host === null || failure === "always" ? "" : `on ${host}`]
    .filter((word) => word !== "").join(" ");
}

function className(error: unknown): string {
  if (!(error instanceof Error)) return textOf(error);
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? `${error.name} ${code}` : error.name;
}

/**
 * Writes what a passing run returned, so that equal outcomes are equal texts.
 *
 * @param value What the scenario returned.
 * @returns The text; `passed` for nothing.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return "passed";
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, replaceOdd) ?? textOf(value);
  } catch {
    return textOf(value);
  }
}

function replaceOdd(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return [...value];
  return value instanceof Set ? [...value] : value;
}
