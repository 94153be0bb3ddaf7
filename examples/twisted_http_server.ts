/**
 * An HTTP/1.1 server as a Twisted protocol.
 *
 *     deno run --allow-net=127.0.0.1 examples/twisted_http_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; ask it with `examples/twisted_http_client.ts`, stop it with
 * Ctrl+C. The same server in Tornado's style is `examples/http_server.ts`.
 *
 * @module
 */

import { DenoPlatform } from "../poller/mod.ts";
import { PollReactor } from "../reactor/mod.ts";
import { hello } from "./http/hello.ts";
import { HTTPFactory } from "./http/twisted_server.ts";
import { readPort } from "./port_option.ts";

const wanted = readPort("usage: twisted_http_server.ts [--port=PORT]", 0);
const reactor = new PollReactor(new DenoPlatform());
const port = reactor.listenTCP(wanted, new HTTPFactory(hello), { interface: "127.0.0.1" });
console.log("PORT", port.getHost().port);
await reactor.run();
