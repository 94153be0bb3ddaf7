/**
 * Streams over TLS: the behaviours that Tornado's own tests assert (`IS-37` to `IS-43`).
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  IOStream,
  SSLIOStream,
  StreamBusyError,
  StreamClosedError,
  TCPClient,
  TCPServer,
  TimeoutError,
} from "../../ioloop/mod.ts";
import { SocketError } from "../../poller/mod.ts";
import {
  bytes,
  pattern,
  type StreamCase,
  type StreamContractOptions,
  type StreamSuite,
  streamSuite,
  text,
} from "./io_stream_contract.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./tls_certificates.ts";

const user = new AsyncLocalStorage<string>();

const SERVER = { side: "server", cert: CERTIFICATE, key: KEY } as const;
const CLIENT = { side: "client", caCerts: [AUTHORITY], hostname: "localhost" } as const;

/** Connects two streams and upgrades both. */
async function securePair(test: StreamCase): Promise<[SSLIOStream, SSLIOStream]> {
  const [server, client] = await test.pair();
  const pair = await Promise.all([server.startTls(SERVER), client.startTls(CLIENT)]);
  return [test.own(pair[0]), test.own(pair[1])];
}

/** Closes both ends, and waits until nothing is under way. */
async function part(server: IOStream, client: IOStream): Promise<void> {
  server.close();
  await client.readUntilClose().catch(() => {});
  client.close();
  await new Promise<void>((resolve) => void server.ioLoop.callLater(0.005, resolve));
}

function upgradeCases(suite: StreamSuite): void {
  suite("IS-37 IOStream.startTls() upgrades in the middle of a dialogue", async (test) => {
    const [server, client] = await test.pair();
    await server.write(bytes("220 hello\r\n"));
    assertEquals(text(await client.readUntil("\r\n")), "220 hello\r\n");
    await client.write(bytes("STARTTLS\r\n"));
    assertEquals(text(await server.readUntil("\r\n")), "STARTTLS\r\n");
    await server.write(bytes("220 go ahead\r\n"));
    const upgraded = server.startTls(SERVER);
    assertEquals(text(await client.readUntil("\r\n")), "220 go ahead\r\n");
    const secureClient = test.own(await client.startTls(CLIENT));
    const secureServer = test.own(await upgraded);
    assertEquals([server.closed(), client.closed()], [true, true]);
    assertEquals(secureClient.remoteAddress, client.remoteAddress);
    await secureClient.write(bytes("EHLO\r\n"));
    assertEquals(text(await secureServer.readUntil("\r\n")), "EHLO\r\n");
    await secureServer.write(bytes("250 ok\r\n"));
    assertEquals(text(await secureClient.readUntil("\r\n")), "250 ok\r\n");
    await assertRejects(() => client.readBytes(1), StreamClosedError);
    await part(secureServer, secureClient);
  });

  suite("IS-38 IOStream.startTls() rejects for a certificate not trusted", async (test) => {
    const [server, client] = await test.pair();
    const accepted = server.startTls(SERVER);
    const { side, hostname } = CLIENT;
    const error = await assertRejects(() => client.startTls({ side, hostname }), SocketError);
    assertEquals(error.code, "EPROTO");
    assertInstanceOf(error.cause, Error);
    await accepted.then((stream) => stream.close(), (error) => assertInstanceOf(error, Error));
    await test.sleep(0.02);
  });

  suite("IS-39 IOStream.startTls() rejects for a certificate of another host", async (test) => {
    const [server, client] = await test.pair();
    const accepted = server.startTls(SERVER);
    const options = { ...CLIENT, hostname: "other.test" };
    const error = await assertRejects(() => client.startTls(options), SocketError);
    assertEquals(error.code, "EPROTO");
    await accepted.then((stream) => stream.close(), () => {});
    await test.sleep(0.02);
  });

  suite("IOStream.startTls() trusts anybody when told so", async (test) => {
    const [server, client] = await test.pair();
    const [secureServer, secureClient] = await Promise.all([
      server.startTls(SERVER),
      client.startTls({ side: "client", verify: false }),
    ]);
    await part(test.own(secureServer), test.own(secureClient));
  });

  suite("IOStream.startTls() hands the close callback on", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    user.run("ada", () => client.setCloseCallback(() => log.push(`closed for ${user.getStore()}`)));
    const [secureServer, secureClient] = await Promise.all([
      server.startTls(SERVER),
      client.startTls(CLIENT),
    ]);
    assertEquals(log, []);
    await part(test.own(secureServer), test.own(secureClient));
    assertEquals(log, ["closed for ada"]);
  });

  suite.steady("IOStream.startTls() refuses a stream that is not idle", async (test) => {
    const [server, client] = await test.pair();
    const read = client.readBytes(2);
    await assertRejects(() => client.startTls(CLIENT), StreamBusyError);
    server.write(bytes("abcd"));
    await read;
    // What was received would be lost.
    await assertRejects(() => client.startTls(CLIENT), StreamBusyError);
    assertEquals(text(await client.readBytes(2)), "cd");
    await assertRejects(() => new IOStream(null, test.ioLoop).startTls(CLIENT), StreamBusyError);
    client.close();
    await assertRejects(() => client.startTls(CLIENT), StreamClosedError);
  });

  suite("IOStream.startTls() rejects where the platform has no TLS", async (test) => {
    const [server] = await test.pair({
      makeServer(handle, ioLoop) {
        Object.defineProperty(handle, "startTls", { value: undefined });
        return new IOStream(handle, ioLoop);
      },
    });
    const error = await assertRejects(() => server.startTls(SERVER), SocketError);
    assertEquals([error.code, server.closed()], ["ENOTSUP", false]);
  });

  suite("IOStream.startTls() rejects when the peer vanishes or speaks rubbish", async (test) => {
    const [server, client] = await test.pair();
    const secure = client.startTls(CLIENT);
    server.close();
    const error = await assertRejects(() => secure, SocketError);
    assertEquals(error.code, "EPROTO");
    const [other, another] = await test.pair();
    const rubbish = another.startTls(CLIENT);
    other.write(bytes("220 I do not speak this\r\n"));
    assertEquals((await assertRejects(() => rubbish, SocketError)).code, "EPROTO");
    await test.sleep(0.02);
  });
}

function handshakeCases(suite: StreamSuite): void {
  suite("IS-40, IS-41 SSLIOStream.waitForHandshake() is fulfilled by itself", async (test) => {
    const [server, client] = await test.pair();
    const secureServer = test.own(server.beginTls(SERVER));
    const secureClient = test.own(client.beginTls(CLIENT));
    assert(await secureServer.waitForHandshake() === secureServer);
    assert(await secureClient.waitForHandshake() === secureClient);
    await part(secureServer, secureClient);
  });

  suite("IS-42 SSLIOStream.waitForHandshake() refuses to be waited for twice", async (test) => {
    const [server, client] = await test.pair();
    const secureServer = test.own(server.beginTls(SERVER));
    const secureClient = test.own(client.beginTls(CLIENT));
    const handshake = secureServer.waitForHandshake();
    await assertRejects(() => secureServer.waitForHandshake(), StreamBusyError);
    await handshake;
    await secureClient.waitForHandshake();
    await part(secureServer, secureClient);
  });

  suite("IS-43 SSLIOStream.waitForHandshake() after it succeeds at once", async (test) => {
    const [server, client] = await securePair(test);
    assert(await server.waitForHandshake() === server);
    await part(server, client);
    await assertRejects(() => server.waitForHandshake(), StreamClosedError);
  });

  suite("SSLIOStream reads and writes before the handshake is over", async (test) => {
    const [server, client] = await test.pair();
    const secureServer = test.own(server.beginTls(SERVER));
    const secureClient = test.own(client.beginTls(CLIENT));
    const line = secureServer.readUntil("\n");
    await secureClient.write(bytes("early\n"));
    assertEquals(text(await line), "early\n");
    await part(secureServer, secureClient);
  });

  suite("SSLIOStream carries much in both directions", async (test) => {
    const [server, client] = await securePair(test);
    const data = pattern(3 << 20);
    const [there, back] = await Promise.all([
      server.readBytes(data.length),
      client.readBytes(data.length),
      client.write(data),
      server.write(data),
    ]);
    assert(there.every((byte, i) => byte === data[i]) && back.every((byte, i) => byte === data[i]));
    await part(server, client);
  });
}

/** Answers a line over TLS and closes. */
class EchoServer extends TCPServer {
  override async handleStream(stream: IOStream): Promise<void> {
    assertInstanceOf(stream, SSLIOStream);
    await stream.write(await stream.readUntil("\n"));
    stream.close();
  }
}

function serverCases(suite: StreamSuite): void {
  suite("TCPServer and TCPClient speak TLS when told so", async (test) => {
    const { ioLoop } = test;
    using server = new EchoServer({ ioLoop, sslOptions: { cert: CERTIFICATE, key: KEY } });
    const [address] = server.listen(0, "127.0.0.1");
    const client = new TCPClient({ ioLoop });
    const sslOptions = { caCerts: [AUTHORITY] };
    const port = address?.port ?? 0;
    using stream = await client.connect("localhost", port, { sslOptions, timeout: 5 });
    assertInstanceOf(stream, SSLIOStream);
    await stream.write(bytes("hello\n"));
    assertEquals(text(await stream.readUntilClose()), "hello\n");
    const error = await assertRejects(
      () => client.connect("127.0.0.1", port, { sslOptions }),
      SocketError,
    );
    assertEquals(error.code, "EPROTO");
    // The server hears of the client that went away.
    const reports = test.world.takeReports();
    while (reports.length === 0) {
      await test.sleep(0.002);
      reports.push(...test.world.takeReports());
    }
    assertInstanceOf(reports[0]?.error, StreamClosedError);
  });

  suite("TCPClient.connect() gives up a handshake in time", async (test) => {
    const { ioLoop } = test;
    const listener = test.listen();
    const accepted = test.accept(listener);
    const { port } = listener.localAddress as { port: number };
    const client = new TCPClient({ ioLoop });
    const options = { sslOptions: {}, timeout: 0.05 };
    await assertRejects(() => client.connect("127.0.0.1", port, options), TimeoutError);
    (await accepted).abort();
    await test.sleep(0.02);
  });

  suite("TCPServer refuses options without a certificate", (test) => {
    const { ioLoop } = test;
    const bad = [{ cert: CERTIFICATE, key: "" }, { cert: "", key: KEY }];
    for (const sslOptions of bad) {
      assertThrows(() => new EchoServer({ ioLoop, sslOptions }), TypeError);
    }
    return Promise.resolve();
  });
}

/**
 * Registers the suite. The world's wall clock must show a time at which the certificates for tests
 * are good.
 *
 * @param options What to test, and where.
 */
export function sslIOStreamContract(options: StreamContractOptions): void {
  const suite = streamSuite(options);
  upgradeCases(suite);
  handshakeCases(suite);
  serverCases(suite);
}
