/** Run under a low limit of descriptors: greets everybody for whom there is one, until somebody writes. */
import { DenoPlatform } from "../../../poller/mod.ts";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import {
  type IPAddress,
  PollReactor,
  Protocol,
  ServerFactory,
  TornadoReactor,
} from "../../../reactor/mod.ts";

// As in exhausted.ts.
Deno.addSignalListener("SIGUSR2", ignore);
Deno.removeSignalListener("SIGUSR2", ignore);

const [name, hostname = ""] = Deno.args;
const messages: string[] = [];
let made = 0;
const platform = new DenoPlatform({ report: ({ message }) => void messages.push(message) });
const reactor = name === "PollReactor"
  ? new PollReactor(platform)
  : new TornadoReactor(new PollIOLoop(platform));

function ignore(): void {}

class Greeter extends Protocol {
  override connectionMade(): void {
    made++;
    this.transport.write(new Uint8Array([1]));
  }

  override dataReceived(): void {
    console.log(JSON.stringify({ made, messages }));
    reactor.stop();
  }
}

const port = reactor.listenTCP(0, ServerFactory.forProtocol(Greeter), { interface: hostname });
console.log(JSON.stringify(port.getHost() as IPAddress));
await reactor.run();
