/**
 * Waits for the end of connections.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";

/** How long to wait before looking again, in seconds (Twisted's value). */
const INTERVAL = 0.01;

/** What has a transport that may know whether it is connected. */
export interface DisconnectingProtocol {
  /** The transport. */
  readonly transport: object;
}

/**
 * Waits until the transports of protocols are disconnected; it looks every 0.01 seconds.
 *
 * Twisted: `waitUntilAllDisconnected` (`internet/testing.py`, 24.7).
 *
 * @param clock Calls later.
 * @param protocols Whose transports; each tells by `connected` or by `disconnected`.
 * @returns Fires when all are disconnected.
 */
export function waitUntilAllDisconnected(
  clock: Timers,
  protocols: readonly DisconnectingProtocol[],
): Deferred<void> {
  const over = new Deferred<void>();
  function check(): void {
    if (over.called) return;
    if (protocols.some(({ transport }) => isConnected(transport))) {
      clock.callLater(INTERVAL, check);
    } else over.callback(undefined);
  }
  clock.callLater(0, check);
  return over;
}

function isConnected(transport: { connected?: boolean; disconnected?: boolean }): boolean {
  return transport.connected ?? !(transport.disconnected ?? false);
}
