/**
 * What the loops of a process are counted for: workers are started before there is one.
 *
 * @module
 */

/** How many IOLoops were made and are not closed. */
let openLoops = 0;

/** Whether a reactor was made: those are never closed. */
let hasReactor = false;

/** Counts an IOLoop that was made. */
export function countLoopMade(): void {
  openLoops++;
}

/** Counts an IOLoop that was closed. */
export function countLoopClosed(): void {
  openLoops--;
}

/** Remembers that a reactor was made. */
export function noteReactorMade(): void {
  hasReactor = true;
}

/**
 * Tells what kind of loop this process has.
 *
 * @returns Its name; `null` if there is none.
 */
export function loopInUse(): string | null {
  if (openLoops > 0) return "an IOLoop";
  return hasReactor ? "a reactor" : null;
}
