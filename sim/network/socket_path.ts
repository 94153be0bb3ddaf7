/**
 * The paths of simulated UNIX sockets.
 *
 * @module
 */

import { type DatagramAddress, SocketError, type StreamAddress } from "../../poller/mod.ts";

/** How many bytes a path can have on Linux (`sun_path`, less its end). */
const PATH_MAX = 107;

const encoder = new TextEncoder();

/** Returns the error of using an address whose path is too long; `null` if it is not. */
export function pathError(
  operation: string,
  address: StreamAddress | DatagramAddress,
): SocketError | null {
  if (!("path" in address) || address.path === null) return null;
  const { length } = encoder.encode(address.path);
  if (length <= PATH_MAX) return null;
  const why = `path of ${length} bytes is longer than ${PATH_MAX}`;
  return new SocketError("EINVAL", `Cannot ${operation} a UNIX socket: ${why}`);
}
