/**
 * How a loopback turns writes into calls of `dataReceived`.
 *
 * @module
 */

import type { IProtocol } from "../interfaces/protocol.ts";

/**
 * Delivers what was written since the last time.
 *
 * Twisted: a pump policy (`protocols/loopback.py`, 24.7); it gets the pieces in an array.
 */
export type PumpPolicy = (pieces: readonly Uint8Array[], target: IProtocol) => void;

/**
 * Delivers each piece as it was written.
 *
 * Twisted: `identityPumpPolicy` (`protocols/loopback.py`, 24.7).
 *
 * @param pieces What was written.
 * @param target What to deliver to.
 */
export function identityPumpPolicy(pieces: readonly Uint8Array[], target: IProtocol): void {
  for (const piece of pieces) target.dataReceived(piece);
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
