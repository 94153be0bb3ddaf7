/**
 * What servers are told.
 *
 * @module
 */

import type { TLSServerOptions } from "../../poller/tls_options.ts";
import type { IOLoop } from "../io_loop.ts";
import type { IOStreamOptions } from "../iostream/stream_options.ts";

/** How a server is made. */
export interface TCPServerOptions extends IOStreamOptions {
  /**
   * The loop to run on; by default the one that is current when the server is made, or, if none is,
   * when it first needs one.
   */
  readonly ioLoop?: IOLoop;
  /**
   * Makes the server speak TLS: `TCPServer.handleStream()` gets `SSLIOStream`s, whose handshake goes
   * on meanwhile. Tornado: `ssl_options`.
   */
  readonly sslOptions?: Omit<TLSServerOptions, "side">;
}
