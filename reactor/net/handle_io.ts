/**
 * Receiving and sending as the reactor has it: the reason to disconnect is returned, not thrown.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import { ConnectionLost } from "../errors.ts";

/**
 * Receives what has arrived.
 *
 * @param handle Where from.
 * @returns A view that is valid until the next call, `undefined` if nothing is there, `null` at the
 * end of the stream; or the reason to disconnect.
 */
export function receiveFrom(handle: StreamHandle): Uint8Array | ConnectionLost | null | undefined {
  try {
    return handle.receive();
  } catch (error) {
    return new ConnectionLost(undefined, { cause: error });
  }
}

/**
 * Sends bytes.
 *
 * @param handle Where to.
 * @param data The bytes.
 * @returns How many were taken; or the reason to disconnect.
 */
export function sendTo(handle: StreamHandle, data: Uint8Array): number | ConnectionLost {
  try {
    return handle.send(data);
  } catch (error) {
    return new ConnectionLost(undefined, { cause: error });
  }
}
