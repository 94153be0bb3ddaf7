/**
 * Going over to TLS in the middle of a dialogue.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { SocketError } from "../../poller/mod.ts";
import {
  CertificateError,
  ConnectionDone,
  Protocol,
  SSLError,
  type TLSContextSource,
  type TLSTransport,
} from "../../reactor/mod.ts";
import { pattern } from "./passes.ts";
import type { Recorder } from "./tcp_recorders.ts";
import type { ConnectedPair, TCPSuite } from "./tcp_contract.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./tls_certificates.ts";

/** What the server begins TLS with. */
export const SERVER_TLS: TLSContextSource = { cert: CERTIFICATE, key: KEY };

/** What the client begins TLS with. */
export const CLIENT_TLS: TLSContextSource = { hostname: "localhost", caCerts: [AUTHORITY] };

/** The transport of a protocol, with all that it can. */
export function transportOf(protocol: Recorder): TLSTransport {
  return protocol.transport as TLSTransport;
}

/** Begins TLS on both sides. */
export async function goSecure({ client, server }: ConnectedPair): Promise<void> {
  transportOf(server).startTLS(SERVER_TLS);
  transportOf(client).startTLS(CLIENT_TLS);
  await Promise.all([client.secured, server.secured]);
}

/** A factory whose context cannot be had. */
const BROKEN = {
  getContext(): never {
    throw new RangeError("no context");
  },
};

/** Registers the cases. */
export function tlsStartCases(suite: TCPSuite): void {
  beginningCases(suite);
  dialogueCases(suite);
  producerCases(suite);
  endCases(suite);
}

function beginningCases(suite: TCPSuite): void {
  suite("TCP-09, TCP-10 TLS is false before startTLS() and true after it", async ({ pair }) => {
    const made = await pair();
    assertEquals([transportOf(made.client).TLS, transportOf(made.server).TLS], [false, false]);
    assertEquals(transportOf(made.client).negotiatedProtocol, null);
    assertEquals(transportOf(made.client).getPeerCertificate(), null);
    await goSecure(made);
    assertEquals([transportOf(made.client).TLS, transportOf(made.server).TLS], [true, true]);
    assert(transportOf(made.client).getPeerCertificate()?.dumpPEM() === CERTIFICATE);
    made.client.transport.loseConnection();
    await made.server.lost();
  });

  suite("TCP-13, TLS-01, TLS-03 what getContext() throws comes out of the call", async (test) => {
    const { client } = await test.pair();
    assertThrows(() => transportOf(client).startTLS(BROKEN), RangeError, "no context");
    assertEquals(transportOf(client).TLS, false);
    const servers = test.serve();
    const clients = test.connect(servers);
    const { reactor } = test;
    const { port } = servers.port.getHost();
    assertThrows(() => reactor.listenSSL(0, servers, BROKEN), RangeError, "no context");
    assertThrows(
      () => reactor.connectSSL("127.0.0.1", port, clients, BROKEN),
      RangeError,
      "no context",
    );
    assertThrows(() => reactor.listenSSL(0, servers, {}), CertificateError);
    client.transport.loseConnection();
    await client.lost();
    (await clients.next()).transport.loseConnection();
    await clients.end();
  });

  suite("startTLS() refuses what is not connected, and a second time", async (test) => {
    const { client, server } = await test.pair();
    const transport = transportOf(client);
    transportOf(server).startTLS(SERVER_TLS);
    transport.startTLS(CLIENT_TLS);
    assertThrows(() => transport.startTLS(CLIENT_TLS), Error, "was started before");
    await Promise.all([client.secured, server.secured]);
    transport.loseConnection();
    await client.lost();
    const error = assertThrows(() => transport.startTLS(CLIENT_TLS), SocketError);
    assertEquals(error.code, "ENOTCONN");
  });

  suite("startTLS() after loseConnection() does nothing", async (test) => {
    const { client, server } = await test.pair();
    client.say("the end");
    client.transport.loseConnection();
    transportOf(client).startTLS(CLIENT_TLS);
    assertEquals(transportOf(client).TLS, false);
    await server.lost();
    assertEquals(server.text, "the end");
  });

  suite("loseConnection() while startTLS() waits for room sends no TLS", async (test) => {
    const { client, server } = await test.pair();
    const size = 1_000_000;
    client.transport.write(new Uint8Array(size));
    transportOf(client).startTLS(CLIENT_TLS);
    client.transport.loseConnection();
    assertInstanceOf((await server.lost()).value, ConnectionDone);
    assertInstanceOf((await client.lost()).value, ConnectionDone);
    assertEquals(server.size, size);
  });

  suite("pauseProducing() before startTLS() holds over TLS", async (test) => {
    const made = await test.pair();
    const { client, server } = made;
    server.transport.pauseProducing();
    await goSecure(made);
    client.say("x");
    // What is sent later on another connection has come.
    const other = await test.pair();
    other.client.say("y");
    await other.server.has(1);
    assertEquals(server.size, 0);
    server.transport.resumeProducing();
    await server.has(1);
    for (const each of [client, other.client]) each.transport.loseConnection();
    await Promise.all([client.lost(), server.lost(), other.client.lost(), other.server.lost()]);
  });

  suite("pauseProducing() does not keep the goodbye of the peer away", async (test) => {
    const made = await test.pair();
    const { client, server } = made;
    await goSecure(made);
    server.transport.pauseProducing();
    client.transport.loseConnection();
    await test.passes(20);
    client.transport.pauseProducing();
    server.transport.resumeProducing();
    assertInstanceOf((await client.lost()).value, ConnectionDone);
    await server.lost();
  });

  suite("startTLS() lets each side take the part of the other", async ({ pair }) => {
    const { client, server } = await pair();
    transportOf(client).startTLS(SERVER_TLS, false);
    transportOf(server).startTLS(CLIENT_TLS, false);
    await Promise.all([client.secured, server.secured]);
    assertEquals(transportOf(server).getPeerCertificate()?.dumpPEM(), CERTIFICATE);
    client.transport.loseConnection();
    await server.lost();
  });
}

function dialogueCases(suite: TCPSuite): void {
  const plain = new TextEncoder().encode("STARTTLS");

  const titles = {
    server: "OSSL-01 startTLS() upgrades a dialogue, the server first",
    client: "OSSL-03 startTLS() upgrades a dialogue, the client first",
  };
  for (const first of ["server", "client"] as const) {
    suite(titles[first], async (test) => {
      const made = await test.pair();
      const { client, server } = made;
      const [one, other] = first === "server" ? [server, client] : [client, server];
      one.transport.write(plain);
      await other.has(plain.length);
      transportOf(one).startTLS(one === server ? SERVER_TLS : CLIENT_TLS);
      one.say(", secret");
      transportOf(other).startTLS(other === server ? SERVER_TLS : CLIENT_TLS);
      other.say("an answer");
      await Promise.all([other.has(plain.length + 8), one.has(9)]);
      assertEquals([other.text, one.text], ["STARTTLS, secret", "an answer"]);
      client.transport.loseConnection();
      assertInstanceOf((await server.lost()).value, ConnectionDone);
      assertInstanceOf((await client.lost()).value, ConnectionDone);
    });
  }

  suite("OSSL-02 startTLS() of one side only sends TLS to the other", async ({ pair }) => {
    const { client, server } = await pair();
    client.say("plain");
    await server.has(5);
    transportOf(client).startTLS(CLIENT_TLS);
    client.say("secret");
    await server.has(6 + 5);
    assertEquals(server.received[5], 22, "not the type of a handshake's record");
    assert(!server.text.includes("secret"));
    server.say("I do not understand");
    const reason = (await client.lost()).value;
    assertInstanceOf(reason, SSLError);
    assertEquals(reason.code, "TLS_NOT_SPOKEN");
    await server.lost();
  });

  suite(
    "startTLS() sends what was written before it as it is, and the rest after",
    async (test) => {
      const made = await test.pair();
      const { client, server } = made;
      const data = pattern(3_000_000);
      server.transport.write(data.subarray(0, -5));
      server.transport.write(data.subarray(-5));
      transportOf(server).startTLS(SERVER_TLS);
      server.transport.write(data.subarray(0, 5));
      server.transport.write(data.subarray(5));
      await client.has(data.length);
      assertEquals(client.received, data);
      transportOf(client).startTLS(CLIENT_TLS);
      await client.has(2 * data.length);
      assertEquals(client.received.subarray(data.length), data);
      server.transport.loseConnection();
      await client.lost();
      await server.lost();
    },
  );

  suite(
    "OSSL-04 what came in one piece is delivered in full, also to a slow reader",
    async (test) => {
      const made = await test.pair();
      const { client, server } = made;
      await goSecure(made);
      transportOf(client).pauseProducing();
      for (let i = 0; i < 100; i++) server.say("0123456789");
      await test.passes(10);
      assertEquals(client.size, 0);
      transportOf(client).resumeProducing();
      await client.has(1_000);
      assertEquals(client.text, "0123456789".repeat(100));
      server.transport.loseConnection();
      await client.lost();
    },
  );
}

/** A push or pull producer that writes down what it is told. */
class Noting {
  readonly log: string[] = [];
  onResume: () => void = () => {};

  pauseProducing(): void {
    this.log.push("pause");
  }

  resumeProducing(): void {
    this.log.push("resume");
    this.onResume();
  }

  stopProducing(): void {
    this.log.push("stop");
  }
}

function producerCases(suite: TCPSuite): void {
  const titles = {
    before: "NTLS-04 a push producer registered before startTLS() is paused over TLS",
    after: "NTLS-02, NTLS-03 a push producer registered after startTLS() is paused over TLS",
  };
  for (const order of ["before", "after"] as const) {
    suite(titles[order], async (t) => {
      const made = await t.pair();
      const { client, server } = made;
      const transport = transportOf(server);
      const producer = new Noting();
      const resumed = new Promise<void>((resolve) => producer.onResume = resolve);
      if (order === "before") transport.registerProducer(producer, true);
      await goSecure(made);
      if (order === "after") transport.registerProducer(producer, true);
      assertEquals(transport.producer, producer);
      transportOf(client).pauseProducing();
      const data = pattern(6_000_000);
      transport.write(data);
      assertEquals(producer.log, ["pause"]);
      transportOf(client).resumeProducing();
      await resumed;
      await client.has(data.length);
      assertEquals(client.received, data);
      transport.unregisterProducer();
      transport.loseConnection();
      await client.lost();
      await server.lost();
      assertEquals(producer.log, ["pause", "resume"]);
    });
  }

  suite("NTLS-05 a pull producer registered before startTLS() goes on over TLS", async (test) => {
    const made = await test.pair();
    const { client, server } = made;
    const transport = transportOf(server);
    const producer = new Noting();
    let written = 0;
    // What is sent as it is must have come before the client begins TLS.
    producer.onResume = () => {
      if (written === 1 && !transport.TLS) return;
      if (written++ < 5) server.say("again ");
      else transport.unregisterProducer();
    };
    transport.registerProducer(producer, false);
    await client.has(6);
    await goSecure(made);
    if (written === 1) producer.onResume();
    await client.has(30);
    transport.loseConnection();
    await client.lost();
    assertEquals(client.text, "again ".repeat(5));
  });
}

function endCases(suite: TCPSuite): void {
  suite("TLS-02 loseConnection() after a write after startTLS() still closes", async ({ pair }) => {
    const { client, server } = await pair();
    transportOf(server).startTLS(SERVER_TLS);
    server.say("hello");
    server.transport.loseConnection();
    transportOf(client).startTLS(CLIENT_TLS);
    assertInstanceOf((await client.lost()).value, ConnectionDone);
    assertInstanceOf((await server.lost()).value, ConnectionDone);
    assertEquals(client.text, "hello");
  });

  suite(
    "TCP-05, TCP-07 write() and writeSequence() do nothing after the loss of TLS",
    async (test) => {
      const made = await test.pair();
      await goSecure(made);
      const { client, server } = made;
      const { transport } = client;
      server.transport.loseConnection();
      await client.lost();
      transport.write(new Uint8Array(10));
      transport.writeSequence([new Uint8Array(10)]);
      await server.lost();
      assertEquals(server.size, 0);
    },
  );

  suite(
    "NTLS-01 loseConnection() can be handed on as a function of the transport",
    async (test) => {
      class Forwarding extends Protocol {
        close(): void {
          (this.transport as TLSTransport).loseConnection();
        }
      }
      const made = await test.pair();
      await goSecure(made);
      const forwarding = new Forwarding();
      forwarding.makeConnection(made.client.transport);
      forwarding.close();
      assertInstanceOf((await made.client.lost()).value, ConnectionDone);
      assertInstanceOf((await made.server.lost()).value, ConnectionDone);
    },
  );
}
