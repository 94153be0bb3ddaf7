/**
 * An HTTP/1.0 server out of a protocol of lines.
 *
 *     deno run --allow-net=127.0.0.1 examples/http10_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; ask it with `curl -i http://127.0.0.1:8000/`, stop it with
 * Ctrl+C. A request is a line and headers up to an empty line; the answer ends with the connection.
 * `examples/twisted_http_server.ts` speaks HTTP/1.1.
 *
 * @module
 */

import { DenoPlatform } from "../poller/mod.ts";
import { LineReceiver, PollReactor, ServerFactory } from "../reactor/mod.ts";
import { readPort } from "./port_option.ts";

/** What there is to fetch. */
const PAGES: ReadonlyMap<string, string> = new Map([
  ["/", "Hello, world!\n"],
  ["/numbers", Array.from({ length: 100_000 }, (_, index) => `${index}\n`).join("")],
]);

/** How many headers a request may have; as many as other servers take. */
const HEADERS_MAX = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

class HTTP10 extends LineReceiver {
  /** A header may not be longer, in bytes. */
  override maxLength = 8192;
  /** The lines of the request so far. */
  readonly #lines: string[] = [];

  override lineReceived(line: Uint8Array): void {
    if (line.length > 0) this.#lines.push(decoder.decode(line));
    // Empty lines before a request are none of it.
    else if (this.#lines.length > 0) this.#answerTo(this.#lines[0] as string);
    if (this.#lines.length > 1 + HEADERS_MAX) this.#send("400 Bad Request", "Too many headers\n");
  }

  override lineLengthExceeded(): void {
    this.#send("400 Bad Request", "Too long a line\n");
  }

  #answerTo(requestLine: string): void {
    const [, method, path] = /^(\S+) (\S+) HTTP\/1\.\d$/.exec(requestLine) ?? [];
    if (method === undefined || path === undefined) {
      return this.#send("400 Bad Request", "No request line\n");
    }
    if (method !== "GET" && method !== "HEAD") {
      return this.#send("501 Not Implemented", "Only GET and HEAD\n");
    }
    const page = PAGES.get(path);
    const [status, text] = page === undefined
      ? ["404 Not Found", "Nothing here\n"] as const
      : ["200 OK", page] as const;
    this.#send(status, text, method === "GET");
  }

  /** Answers, and closes the connection once the answer is sent; no further line is delivered. */
  #send(status: string, text: string, withBody = true): void {
    const body = encoder.encode(text);
    const head = [
      `HTTP/1.0 ${status}`,
      "Content-Type: text/plain; charset=utf-8",
      `Content-Length: ${body.length}`,
    ];
    for (const line of [...head, ""]) this.sendLine(encoder.encode(line));
    if (withBody) this.transport.write(body);
    this.transport.loseConnection();
  }
}

const wanted = readPort("usage: http10_server.ts [--port=PORT]", 0);
const reactor = new PollReactor(new DenoPlatform());
const port = reactor.listenTCP(wanted, ServerFactory.forProtocol(HTTP10), {
  interface: "127.0.0.1",
});
console.log("PORT", port.getHost().port);
await reactor.run();
