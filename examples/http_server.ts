/**
 * An HTTP/1.1 server on Tornado's `TCPServer`.
 *
 *     deno run --allow-net=127.0.0.1 examples/http_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; ask it with `examples/http_client.ts`, stop it with Ctrl+C.
 * The same server as a Twisted protocol is `examples/twisted_http_server.ts`.
 *
 * @module
 */

import { PollIOLoop } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import { hello } from "./http/hello.ts";
import { HTTPServer } from "./http/tornado_server.ts";
import { readPort } from "./port_option.ts";

const port = readPort("usage: http_server.ts [--port=PORT]", 0);
const ioLoop = new PollIOLoop(new DenoPlatform());
const [address] = new HTTPServer(hello, { ioLoop }).listen(port, "127.0.0.1");
console.log("PORT", address?.port);
await ioLoop.start();
