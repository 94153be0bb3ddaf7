/**
 * Asks an HTTP server, with a Twisted protocol that fires a Deferred.
 *
 *     deno run --allow-net=127.0.0.1 examples/twisted_http_client.ts http://127.0.0.1:8000/
 *
 * It prints the status and the body; a text after the URL is posted.
 *
 * @module
 */

import { DenoPlatform } from "../poller/mod.ts";
import { PollReactor } from "../reactor/mod.ts";
import { printResponse, readClientOptions } from "./http/client_options.ts";
import { fetchOnReactor } from "./http/twisted_client.ts";

const { url, options } = readClientOptions("usage: twisted_http_client.ts URL [TEXT]");
const reactor = new PollReactor(new DenoPlatform());
reactor.callWhenRunning(async () => {
  Deno.exitCode = await printResponse(fetchOnReactor(reactor, url, options));
  reactor.stop();
});
await reactor.run();
