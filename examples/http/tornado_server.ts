/**
 * An HTTP server in Tornado's style: a coroutine for each connection.
 *
 * @module
 */

import {
  type IOStream,
  StreamClosedError,
  TCPServer,
  type TCPServerOptions,
} from "../../ioloop/mod.ts";
import {
  type Answer,
  BAD_REQUEST,
  encodeAnswer,
  type Handler,
  type Request,
  RequestReader,
  SERVER_ERROR,
} from "./messages.ts";

const PARTIAL = { partial: true };

/** Answers the requests of each connection, one after the other. */
export class HTTPServer extends TCPServer {
  readonly #handle: Handler;

  constructor(handle: Handler, options: TCPServerOptions = {}) {
    super(options);
    this.#handle = handle;
  }

  override async handleStream(stream: IOStream): Promise<void> {
    const reader = new RequestReader();
    try {
      for (;;) {
        const isHTTP = reader.tryPush(await stream.readBytes(stream.readChunkSize, PARTIAL));
        for (let request; (request = reader.next()) !== undefined;) {
          const answer = this.#answer(request);
          const bytes = encodeAnswer(request, "then" in answer ? await answer : answer);
          // Waits only if the client does not read.
          const written = stream.write(bytes);
          if (stream.writing()) await written;
          if (!request.isKeptAlive) return stream.close();
        }
        if (isHTTP) continue;
        await stream.write(encodeAnswer(null, BAD_REQUEST));
        return stream.close();
      }
    } catch (error) {
      if (!(error instanceof StreamClosedError)) throw error;
    }
  }

  #answer(request: Request): Answer | Promise<Answer> {
    try {
      const answer = this.#handle(request);
      return "then" in answer ? Promise.resolve(answer).catch(() => SERVER_ERROR) : answer;
    } catch {
      return SERVER_ERROR;
    }
  }
}
