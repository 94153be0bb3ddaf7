/**
 * Opens UNIX listeners for servers.
 *
 * @module
 */

import type { ListenerHandle } from "../../poller/handle.ts";
import { IOLoop } from "../io_loop.ts";

/** Who may connect unless the caller says otherwise: the owner. */
const MODE = 0o600;

/** How to listen on a UNIX socket. */
export interface BindUnixSocketOptions {
  /** The loop on whose platform to listen; by default the current one. */
  readonly ioLoop?: IOLoop;
  /**
   * The permission bits of the socket file. They are set right after it was made: keep it in a
   * folder that nobody else can enter if that matters.
   *
   * @default {0o600}
   */
  readonly mode?: number;
  /**
   * How many connections may wait to be accepted, where the platform lets it be said.
   *
   * @default {128}
   */
  readonly backlog?: number;
}

/**
 * Listens on a UNIX socket. A socket file that stands at the path is replaced.
 *
 * Tornado: `bind_unix_socket(file, mode=0o600, backlog=128)` (`netutil.py`, 4.5.3). Differs from
 * Tornado: the file is removed when the listener is closed.
 *
 * @param file The path.
 * @param options Who may connect.
 * @returns The listener.
 * @throws {SocketError} `EADDRINUSE` if something else than a socket stands at the path, `EACCES`,
 * `ENOENT`, `NOT_CAPABLE` …
 */
export function bindUnixSocket(file: string, options: BindUnixSocketOptions = {}): ListenerHandle {
  const { ioLoop = IOLoop.current(), mode = MODE, backlog } = options;
  return ioLoop.platform.network.listen(
    { transport: "unix", path: file },
    { mode, replaceSocketFile: true, ...(backlog === undefined ? {} : { backlog }) },
  );
}
