/**
 * How what a closed stream does not do is rejected.
 *
 * @module
 */

import { StreamClosedError } from "./errors.ts";

/**
 * Rejects something that was begun on a closed stream.
 *
 * @param verb What was tried.
 * @param realError Why the stream is closed.
 * @returns A promise that rejects and may be left unattended.
 */
export function closedRejection(verb: string, realError: unknown): Promise<never> {
  const promise = Promise.reject(closedError(verb, realError));
  promise.catch(ignore);
  return promise;
}

/**
 * Rejects something that was under way when the stream was closed.
 *
 * @param settled Its promise, which may be left unattended.
 * @param verb What was tried.
 * @param realError Why the stream is closed.
 */
export function rejectAsClosed<T>(
  settled: PromiseWithResolvers<T>,
  verb: string,
  realError: unknown,
): void {
  settled.promise.catch(ignore);
  settled.reject(closedError(verb, realError));
}

function closedError(verb: string, realError: unknown): StreamClosedError {
  return new StreamClosedError(`Cannot ${verb}: the stream is closed`, realError);
}

/** Marks a rejection as looked after: the stream itself tells that it was closed. */
function ignore(): void {}
