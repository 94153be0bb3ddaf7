/**
 * The ways to make a client.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  ClientCreator,
  ConnectionRefusedError,
  loopbackTCP,
  Protocol,
  ReconnectingClientFactory,
} from "../../reactor/mod.ts";
import { Making, type ProtocolsSuite } from "./protocols_contract.ts";

/** Registers the cases. */
export function clientCases(suite: ProtocolsSuite): void {
  suite("ReconnectingClientFactory comes back until it is let stay", async (test) => {
    const stays = Promise.withResolvers<void>();
    let connections = 0;
    class Fussy extends Protocol {
      override connectionMade(): void {
        if (++connections < 4) this.transport.loseConnection();
        else stays.resolve();
      }
    }
    const lost = Promise.withResolvers<void>();
    class Patient extends ReconnectingClientFactory {
      override stopFactory(): void {
        test.log.push(`stopped after ${this.retries} retries`);
        if (!this.continueTrying) lost.resolve();
      }
    }
    const port = test.listen(new Making(() => new Fussy()));
    const factory = Patient.forProtocol(Protocol, test.reactor);
    factory.delay = 0.001;
    factory.maxDelay = 0.002;
    const connector = test.reactor.connectTCP("127.0.0.1", port, factory);
    await stays.promise;
    assertEquals(connector.state === "disconnected", false);
    assertEquals([connections, factory.retries], [4, 3]);
    factory.stopTrying();
    connector.disconnect();
    await lost.promise;
    assert(factory.delay > 0 && factory.delay <= 0.002);
  });

  suite(
    "loopbackTCP() connects two protocols until both have lost the connection",
    async (test) => {
      class Talking extends Protocol {
        readonly name: string;
        constructor(name: string) {
          super();
          this.name = name;
        }
        override connectionMade(): void {
          if (this.name === "client") this.transport.write(new Uint8Array([1]));
        }
        override dataReceived(data: Uint8Array): void {
          test.log.push(`${this.name} got ${data}`);
          if (this.name === "server") this.transport.write(new Uint8Array([2]));
          else this.transport.loseConnection();
        }
        override connectionLost(): void {
          test.log.push(`${this.name} is over`);
        }
      }
      await loopbackTCP(new Talking("server"), new Talking("client"), test.reactor);
      assertEquals(test.log.slice(0, 2), ["server got 1", "client got 2"]);
      assertEquals(test.log.slice(2).sort(), ["client is over", "server is over"]);
    },
  );

  suite("ClientCreator.connectTCP() gives a connected protocol, or the reason", async (test) => {
    class Named extends Protocol {
      readonly name: string;
      readonly over: PromiseWithResolvers<void> = Promise.withResolvers();
      constructor(name = "server") {
        super();
        this.name = name;
      }
      override connectionLost(): void {
        this.over.resolve();
      }
    }
    const port = test.listen(new Making(() => new Named()));
    const client = await new ClientCreator(test.reactor, Named, "Ada").connectTCP(
      "127.0.0.1",
      port,
    );
    assertEquals([client.name, client.connected], ["Ada", true]);
    client.transport.loseConnection();
    await client.over.promise;
    const closed = test.reactor.listenTCP(0, new Making(() => new Named()));
    const { port: free } = closed.getHost();
    await closed.stopListening();
    const error = await assertRejects(async () => {
      await new ClientCreator(test.reactor, Named, "Ada").connectTCP("127.0.0.1", free);
    });
    assertInstanceOf(error, ConnectionRefusedError);
  });
}
