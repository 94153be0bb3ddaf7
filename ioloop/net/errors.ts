/**
 * The errors of servers.
 *
 * @module
 */

/**
 * A server was told to do something that its state does not allow: to start twice, or to do anything
 * after it was stopped. The caller's mistake.
 *
 * Tornado: the assertion in `TCPServer.start` (`tcpserver.py`, 4.5.3).
 */
export class TCPServerStateError extends Error {
  /** The class's name. */
  override readonly name = "TCPServerStateError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TCP_SERVER_STATE";
}
