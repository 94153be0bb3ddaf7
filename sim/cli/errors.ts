/**
 * What is wrong with a command line, and how commands end.
 *
 * @module
 */

/** A command line makes no sense. */
export class UsageError extends Error {
  /** The class's name. */
  override readonly name = "UsageError";
  /** Tells this error from others in a `switch`. */
  readonly code = "USAGE";
}

/** How commands end. */
export const EXIT = {
  /** Nothing failed; the two runs are the same. */
  clean: 0,
  /** A failure was found or replayed; the two runs differ. */
  failure: 1,
  /** The command line, the module, a tape or a file cannot be used. */
  usage: 2,
  /** Nothing failed so far, but a limit stopped the search before it was complete. */
  incomplete: 3,
  /** The tape does not fit the scenario, or the scenario is not deterministic. */
  mismatch: 4,
  /** Something that should not happen. */
  internal: 70,
  /** Stopped by Ctrl+C. */
  interrupted: 130,
} as const;

const CODES: Record<string, number> = {
  USAGE: EXIT.usage,
  SCENARIO_MODULE: EXIT.usage,
  TAPE: EXIT.usage,
  SEARCH_FILE: EXIT.usage,
  TAPE_MISMATCH: EXIT.mismatch,
  NONDETERMINISM: EXIT.mismatch,
};

/** Returns the exit code for an error that a command ended with. */
export function exitCodeOf(error: unknown): number {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === "string" && Object.hasOwn(CODES, code)) return CODES[code] as number;
  return error instanceof RangeError || error instanceof TypeError ? EXIT.usage : EXIT.internal;
}
