/**
 * Promises that were rejected and that nobody handles.
 *
 * @module
 */

/** What the driver rejects a promise with to see whether it is told; nobody's failure. */
export const PROBE: Error = new Error("Cannot happen: a rejection to see whether it is told");

/**
 * Takes the unhandled rejections of the process for as long as a simulation runs.
 *
 * @param onRejection Called with the reason of each.
 * @returns Gives them back.
 */
export function takeRejections(onRejection: (reason: unknown) => void): () => void {
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    if (event.reason === PROBE) return;
    onRejection(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return () => globalThis.removeEventListener("unhandledrejection", listener);
}
