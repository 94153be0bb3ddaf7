/** Says back what it reads, until the input ends or says "quit". */
import { DenoPlatform } from "../../../poller/mod.ts";
import {
  Factory,
  type Failure,
  PollReactor,
  Protocol,
  serverFromString,
} from "../../../reactor/mod.ts";

const reactor = new PollReactor(new DenoPlatform());

class Echo extends Protocol {
  #count = 0;

  readConnectionLost(): void {
    this.transport.loseConnection();
  }

  writeConnectionLost(): void {}

  override dataReceived(data: Uint8Array): void {
    this.#count += data.length;
    this.transport.write(data);
    if (new TextDecoder().decode(data) === "quit") this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    console.error(`${this.#count} bytes, ${(reason.value as Error).name}`);
    reactor.stop();
  }
}

await serverFromString(reactor, "stdio:").listen(Factory.forProtocol(Echo));
await reactor.run();
