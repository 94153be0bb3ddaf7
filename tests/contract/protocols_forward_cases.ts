/**
 * Forwarded ports.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Failure, portforward, Protocol, wire } from "../../reactor/mod.ts";
import { Making, type ProtocolsCase, type ProtocolsSuite } from "./protocols_contract.ts";

/** Keeps what it gets, and goes on when the other end has said all. */
class Talker extends Protocol {
  readonly over: PromiseWithResolvers<string> = Promise.withResolvers();
  readonly made: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly ended: PromiseWithResolvers<void> = Promise.withResolvers();
  size = 0;
  text = "";
  #awaited: { readonly size: number; readonly resolve: () => void } | null = null;

  override connectionMade(): void {
    this.made.resolve();
  }
  override dataReceived(data: Uint8Array): void {
    this.size += data.length;
    if (this.size < 1_000) this.text += new TextDecoder().decode(data);
    if (this.#awaited !== null && this.size >= this.#awaited.size) this.#awaited.resolve();
  }
  override connectionLost(reason: Failure): void {
    this.over.resolve((reason.value as Error).name);
  }
  readConnectionLost(): void {
    this.ended.resolve();
  }
  writeConnectionLost(): void {}
  has(size: number): Promise<void> {
    if (this.size >= size) return Promise.resolve();
    return new Promise((resolve) => this.#awaited = { size, resolve });
  }
  say(text: string): void {
    this.transport.write(new TextEncoder().encode(text));
  }
}

/** Connects a client through a forwarded port. */
async function forward(test: ProtocolsCase): Promise<{ client: Talker; server: Talker }> {
  const client = new Talker();
  const server = new Talker();
  const port = test.listen(new Making(() => server));
  const proxy = test.listen(new portforward.ProxyFactory(test.reactor, "127.0.0.1", port));
  test.connect(proxy, client);
  await Promise.all([client.made.promise, server.made.promise]);
  return { client, server };
}

/** Registers the cases. */
export function forwardCases(suite: ProtocolsSuite): void {
  suite("PROT-05 portforward passes data both ways, and the end", async (test) => {
    const { client, server } = await forward(test);
    client.say("question");
    await server.has(8);
    server.say("answer");
    await client.has(6);
    assertEquals([client.text, server.text], ["answer", "question"]);
    client.transport.loseConnection();
    await server.ended.promise;
    server.transport.loseConnection();
    assertEquals(await client.over.promise, "ConnectionDone");
    await server.over.promise;
  });

  suite(
    "portforward hands on that one end has said all, and lets the other go on",
    async (test) => {
      const { client, server } = await forward(test);
      client.say("last words");
      client.transport.loseWriteConnection();
      await server.ended.promise;
      assertEquals(server.text, "last words");
      server.say("not yet");
      await client.has(7);
      assertEquals(client.text, "not yet");
      server.transport.loseWriteConnection();
      await client.ended.promise;
      client.transport.loseConnection();
      server.transport.loseConnection();
      await Promise.all([client.over.promise, server.over.promise]);
    },
  );

  suite("portforward is held up by an end that does not read, and loses nothing", async (test) => {
    const { client, server } = await forward(test);
    server.transport.pauseProducing();
    client.transport.write(new Uint8Array(3_000_000));
    client.transport.loseWriteConnection();
    await new Promise<void>((resolve) => void test.reactor.callLater(0.01, resolve));
    assert(server.size < 3_000_000);
    server.transport.resumeProducing();
    await server.ended.promise;
    assertEquals(server.size, 3_000_000);
    server.transport.loseConnection();
    await Promise.all([client.ended.promise, server.over.promise]);
    client.transport.loseConnection();
    await client.over.promise;
  });

  suite("portforward closes the near end when the far one is refused or aborted", async (test) => {
    const closed = test.reactor.listenTCP(0, new Making(() => new wire.Discard()));
    const { port: free } = closed.getHost();
    await closed.stopListening();
    const refused = new Talker();
    test.connect(
      test.listen(new portforward.ProxyFactory(test.reactor, "127.0.0.1", free)),
      refused,
    );
    await refused.ended.promise;
    refused.transport.loseConnection();
    await refused.over.promise;

    const { client, server } = await forward(test);
    server.transport.abortConnection();
    await Promise.race([client.ended.promise, client.over.promise]);
    client.transport.loseConnection();
    await Promise.all([client.over.promise, server.over.promise]);
  });
}
