/**
 * A server that says back what it hears, on Twisted's reactor.
 *
 *     deno run --allow-net=127.0.0.1 examples/echo_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; talk to it with `nc 127.0.0.1 8000`, stop it with Ctrl+C.
 * `--tower=tornado` puts the reactor on Tornado's loop, `--tower=layered` that loop on another
 * reactor: the program is the same.
 *
 * @module
 */

import { PollIOLoop, TwistedIOLoop } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import { PollReactor, Protocol, ServerFactory, TornadoReactor } from "../reactor/mod.ts";

class Echo extends Protocol {
  // The bytes are sent on before dataReceived returns, so they need not be copied for us.
  override get borrowsData(): boolean {
    return true;
  }

  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

const reactor = makeReactor(option("tower") ?? "poll");
const port = reactor.listenTCP(Number(option("port") ?? 0), ServerFactory.forProtocol(Echo), {
  interface: "127.0.0.1",
  backlog: 1024,
});
console.log("PORT", port.getHost().port);
await reactor.run();

function makeReactor(tower: string): PollReactor | TornadoReactor {
  const platform = new DenoPlatform();
  switch (tower) {
    case "poll":
      return new PollReactor(platform);
    case "tornado":
      return new TornadoReactor(new PollIOLoop(platform));
    case "layered":
      return new TornadoReactor(new TwistedIOLoop(new PollReactor(platform)));
    default:
      throw new RangeError(`Cannot build tower ${tower}: it is none of poll, tornado, layered`);
  }
}

/** Returns the value of an option such as `--port=8000`. */
function option(name: string): string | undefined {
  return Deno.args.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3);
}
