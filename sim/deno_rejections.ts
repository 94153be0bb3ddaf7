/**
 * Promises that were rejected and that nobody handles.
 *
 * @module
 */

/**
 * Takes the unhandled rejections of the process for as long as a simulation runs.
 *
 * @param onRejection Called with the reason of each.
 * @returns Gives them back.
 */
export function takeRejections(onRejection: (reason: unknown) => void): () => void {
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    onRejection(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listener);
  return () => globalThis.removeEventListener("unhandledrejection", listener);
}
