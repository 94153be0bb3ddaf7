/**
 * How a loopback turns writes into calls of `dataReceived`.
 *
 * @module
 */

import type { IProtocol } from "../interfaces/protocol.ts";

/**
 * Delivers what was written since the last time.
 *
 * `isTaking` says whether the target still takes data: it may pause or close its transport in the middle.
 * The number that is returned says how many pieces are done with; the others wait until it takes data
 * again. Nothing returned stands for all.
 *
 * Twisted: a pump policy (`protocols/loopback.py`, 24.7); it gets the pieces in an array, and nothing to
 * ask.
 */
export type PumpPolicy = (
  pieces: readonly Uint8Array[],
  target: IProtocol,
  isTaking: () => boolean,
) => number | void;

/**
 * Delivers each piece as it was written, for as long as the target takes data.
 *
 * Twisted: `identityPumpPolicy` (`protocols/loopback.py`, 24.7), which delivers them all.
 *
 * @param pieces What was written.
 * @param target What to deliver to.
 * @param isTaking Whether the target still takes data.
 * @returns How many pieces were delivered.
 */
export function identityPumpPolicy(
  pieces: readonly Uint8Array[],
  target: IProtocol,
  isTaking: () => boolean,
): number {
  let count = 0;
  for (const piece of pieces) {
    if (!isTaking()) break;
    count++;
    target.dataReceived(piece);
  }
  return count;
}

/**
 * Delivers all pieces as one.
 *
 * Twisted: `collapsingPumpPolicy` (`protocols/loopback.py`, 24.7).
 *
 * @param pieces What was written.
 * @param target What to deliver to.
 */
export function collapsingPumpPolicy(pieces: readonly Uint8Array[], target: IProtocol): void {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const piece of pieces) {
    all.set(piece, start);
    start += piece.length;
  }
  if (all.length > 0) target.dataReceived(all);
}
