/**
 * Where in a program something was done.
 *
 * @module
 */

/** How many frames a stack keeps: loops and streams may lie between the program and this package. */
const FRAMES_MAX = 40;

/**
 * Returns the stack of the caller, one line a frame, innermost first, with more frames than stacks
 * usually have.
 *
 * @param below Where the stack begins: a function or class that is being called, whose caller is the
 * first frame. By default the caller of this function is.
 */
export function captureStack(below: CallableFunction | NewableFunction = captureStack): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  const place = { stack: "" };
  Error.captureStackTrace(place, below);
  Error.stackTraceLimit = before;
  // The first line is a name and a message, of which there are none.
  return place.stack.slice(place.stack.indexOf("\n") + 1);
}
