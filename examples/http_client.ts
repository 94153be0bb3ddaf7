/**
 * Asks an HTTP server, in a coroutine on Tornado's streams.
 *
 *     deno run --allow-net=127.0.0.1 examples/http_client.ts http://127.0.0.1:8000/
 *     deno run --allow-net=127.0.0.1 examples/http_client.ts http://127.0.0.1:8000/echo "Hello?"
 *
 * It prints the status and the body.
 *
 * @module
 */

import { PollIOLoop } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import { printResponse, readClientOptions } from "./http/client_options.ts";
import { fetchOnLoop } from "./http/tornado_client.ts";

const { url, options } = readClientOptions("usage: http_client.ts URL [TEXT]");
const ioLoop = new PollIOLoop(new DenoPlatform());
await ioLoop.runSync(async () => {
  Deno.exitCode = await printResponse(fetchOnLoop(ioLoop, url, options));
});
ioLoop.close();
