/**
 * An HTTP client in Tornado's style: a coroutine.
 *
 * @module
 */

import { type IOLoop, StreamClosedError, TCPClient } from "../../ioloop/mod.ts";
import { encodeRequest, type Response, ResponseReader } from "./messages.ts";

/** What to ask for, beside the URL. */
export interface FetchOptions {
  /** What to do; by default `GET`. */
  readonly method?: string;
  /** What to send. */
  readonly body?: Uint8Array | string;
}

/** Asks a server once, over a connection of its own. */
export async function fetchOnLoop(
  ioLoop: IOLoop,
  url: string,
  { method = "GET", body = "" }: FetchOptions = {},
): Promise<Response> {
  const location = new URL(url);
  const client = new TCPClient({ ioLoop });
  using stream = await client.connect(location.hostname, Number(location.port || 80));
  await stream.write(encodeRequest(method, location, body));
  const reader = new ResponseReader(method);
  for (;;) {
    try {
      reader.push(await stream.readBytes(stream.readChunkSize, { partial: true }));
    } catch (error) {
      if (!(error instanceof StreamClosedError)) throw error;
      reader.end();
      const response = reader.next();
      if (response === undefined) throw error;
      return response;
    }
    const response = reader.next();
    if (response !== undefined) return response;
  }
}
