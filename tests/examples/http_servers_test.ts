/**
 * The HTTP servers of the examples, in both styles, on a simulated host.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { hello } from "../../examples/http/hello.ts";
import type { Handler } from "../../examples/http/messages.ts";
import { HTTPServer } from "../../examples/http/tornado_server.ts";
import { HTTPFactory } from "../../examples/http/twisted_server.ts";
import { IOStream, PollIOLoop } from "../../ioloop/mod.ts";
import { TornadoReactor } from "../../reactor/mod.ts";
import { simWorld } from "../contract/sim_world.ts";

type Serve = (ioLoop: PollIOLoop, handle: Handler) => { port: number; stop: () => unknown };

const STYLES: Readonly<Record<string, Serve>> = {
  HTTPServer(ioLoop, handle) {
    const server = new HTTPServer(handle, { ioLoop });
    const [address] = server.listen(0, "127.0.0.1");
    return { port: address?.port ?? 0, stop: () => server.stop() };
  },
  HTTPFactory(ioLoop, handle) {
    const reactor = new TornadoReactor(ioLoop);
    const port = reactor.listenTCP(0, new HTTPFactory(handle), { interface: "127.0.0.1" });
    return { port: port.getHost().port, stop: () => port.stopListening() };
  },
};

/** Sends a text; checks the statuses, bodies and whether the connection is closed after them. */
function exchange(name: string, handle: Handler, sent: string, expected: string): void {
  for (const [style, serve] of Object.entries(STYLES)) {
    Deno.test(`${style} ${name}`, () =>
      simWorld().run(async ({ platform }) => {
        const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
        await ioLoop.runSync(async () => {
          const { port, stop } = serve(ioLoop, handle);
          using stream = new IOStream(null, ioLoop);
          await stream.connect({ transport: "tcp", hostname: "127.0.0.1", port });
          await stream.write(new TextEncoder().encode(sent));
          const received = new TextDecoder().decode(await stream.readUntilClose());
          const answers = received.split(/(?=HTTP\/1\.1 )/).map((answer) => {
            const [head = "", body = ""] = answer.split("\r\n\r\n");
            return `${head.split(" ")[1]} ${body.trim()}`;
          });
          assertEquals(answers.join(" | "), expected);
          await stop();
        }, 10);
        ioLoop.close();
      }));
  }
}

const LAST = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

exchange(
  "answers requests in their order and closes after the last",
  hello,
  [
    "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    "GET /nowhere HTTP/1.1\r\n\r\n",
    "PUT / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
  ].join(""),
  "200 abc | 404 Not Found | 405 Method Not Allowed | 200 Hello, world!",
);

exchange(
  "waits for each answer before the next",
  async ({ target }) => {
    for (let i = target === "/slow" ? 10 : 0; i > 0; i--) await Promise.resolve();
    return { status: 200, body: target };
  },
  `GET /slow HTTP/1.1\r\n\r\n${LAST}`,
  "200 /slow | 200 /",
);

exchange(
  "answers 400 to what is no request, and closes",
  hello,
  "what?\r\n\r\n",
  "400 Bad Request",
);

exchange(
  "answers 500 where the handler fails, and goes on",
  ({ target }) => {
    if (target === "/throw") throw new Error("boom");
    if (target === "/reject") return Promise.reject(new Error("boom"));
    return { status: 200, body: "ok" };
  },
  `GET /throw HTTP/1.1\r\n\r\nGET /reject HTTP/1.1\r\n\r\n${LAST}`,
  "500 Internal Server Error | 500 Internal Server Error | 200 ok",
);

exchange(
  "answers what came before that which is no request",
  async ({ target }) => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return { status: 200, body: target };
  },
  "GET /slow HTTP/1.1\r\n\r\nwhat?\r\n\r\n",
  "200 /slow | 400 Bad Request",
);

const targets: string[] = [];

exchange(
  "neither answers nor handles what follows the last request",
  ({ target }) => {
    targets.push(target);
    return { status: 200, body: targets.splice(0).join(" ") };
  },
  "GET /last HTTP/1.1\r\nConnection: close\r\n\r\nGET /late HTTP/1.1\r\n\r\n",
  "200 /last",
);
