/**
 * Where errors that nobody took go on Deno: to standard error.
 *
 * @module
 */

import type { ErrorReport } from "./error_report.ts";

const ENCODER = new TextEncoder();

/**
 * Writes one line that says where the error came from, and the error with its stack and causes.
 *
 * @param report The error and its origin.
 */
export function reportToStandardError(report: ErrorReport): void {
  const text = `${report.message}\n${describeError(report.error)}\n`;
  let rest = ENCODER.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // Standard error is closed or full: there is nowhere left to tell.
  }
}

/** Writes an error with its stack and causes; anything else as `Deno.inspect` does. */
function describeError(error: unknown): string {
  try {
    return Deno.inspect(error);
  } catch {
    return String(error);
  }
}
