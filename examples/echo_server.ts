/**
 * A server that says back what it hears, on Twisted's reactor.
 *
 *     deno run --allow-net=127.0.0.1 examples/echo_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; talk to it with `nc 127.0.0.1 8000`, stop it with Ctrl+C.
 *
 * @module
 */

import { DenoPlatform } from "../poller/mod.ts";
import { PollReactor, Protocol, ServerFactory } from "../reactor/mod.ts";

class Echo extends Protocol {
  // The bytes are written before dataReceived returns, so they need not be copied for us.
  override get borrowsData(): boolean {
    return true;
  }

  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

const argument = Deno.args.find((text) => text.startsWith("--port="));
const reactor = new PollReactor(new DenoPlatform());
const port = reactor.listenTCP(
  Number(argument?.slice("--port=".length) ?? 0),
  ServerFactory.forProtocol(Echo),
  { interface: "127.0.0.1" },
);
console.log("PORT", port.getHost().port);
await reactor.run();
