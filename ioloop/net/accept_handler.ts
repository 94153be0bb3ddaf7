/**
 * Accepts connections.
 *
 * @module
 */

import type { ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import { READ } from "../../poller/interest.ts";
import { handCallbackError } from "../callback_error.ts";
import { IOLoop } from "../io_loop.ts";
import { isThenable } from "../thenable.ts";

/**
 * How many connections are accepted in a row, so that a flood of them does not keep the other
 * descriptors waiting.
 */
const ACCEPTS_MAX = 128;

/** Where to accept. */
export interface AcceptHandlerOptions {
  /** The loop to run on; by default the current one. */
  readonly ioLoop?: IOLoop;
}

/**
 * Takes a connection.
 *
 * @param connection The connection, the callee's from now on.
 * @param address Where it comes from.
 */
export type AcceptCallback = (
  connection: StreamHandle,
  address: StreamHandle["remoteAddress"],
) => unknown;

/**
 * Calls a function with each connection of a listener, in the caller's context.
 *
 * An error of the function leaves the connection to whom it was given, is reported as that of any
 * handler, and does not end the accepting; neither do connections whose peers gave up before.
 *
 * Tornado: `add_accept_handler(sock, callback)` (`netutil.py`, 4.5.3); it returns a function since
 * 5.0.
 *
 * @param listener The listener, of the platform of the loop.
 * @param callback Takes the connections.
 * @param options The loop.
 * @returns A function that ends the accepting at once, also inside `callback`; the listener stays
 * open.
 * @throws {HandlerExistsError} If the listener has a handler.
 * @throws {SocketError} `EBADF` if it is closed.
 */
export function addAcceptHandler(
  listener: ListenerHandle,
  callback: AcceptCallback,
  options: AcceptHandlerOptions = {},
): () => void {
  const ioLoop = options.ioLoop ?? IOLoop.current();
  let isOver = false;
  const accept = () => {
    for (let i = 0; i < ACCEPTS_MAX; i++) {
      // The callback may have closed the listener.
      if (isOver || listener.closed) return;
      const connection = listener.accept();
      if (connection === undefined) return;
      callInTurn(ioLoop, callback, connection);
    }
  };
  const { id } = listener;
  ioLoop.addHandler(listener, accept, READ);
  return () => {
    if (isOver) return;
    isOver = true;
    ioLoop.removeHandler(id);
  };
}

/** Calls back; an error does not keep the connections behind from being taken. */
function callInTurn(ioLoop: IOLoop, callback: AcceptCallback, connection: StreamHandle): void {
  try {
    const result = callback(connection, connection.remoteAddress);
    if (!isThenable(result)) return;
    result.then(undefined, (error: unknown) => handCallbackError(ioLoop, callback, error));
  } catch (error) {
    handCallbackError(ioLoop, callback, error);
  }
}
