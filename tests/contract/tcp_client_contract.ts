/**
 * What every `TCPClient` does: the behaviours that Tornado's own tests assert (`TC-01` to `TC-08`,
 * `TC-20` to `TC-23`). Its connector has tests of its own.
 *
 * @module
 */

import { assert, assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import {
  addAcceptHandler,
  type AddressInfo,
  type AddressResolver,
  bindSockets,
  IOStream,
  TCPClient,
  type TCPConnectOptions,
  TimeoutError,
} from "../../ioloop/mod.ts";
import {
  type AddressFamily,
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  SocketError,
  type StreamAddress,
  type TCPAddress,
} from "../../poller/mod.ts";
import {
  bytes,
  type StreamCase,
  type StreamContractOptions,
  type StreamSuite,
  streamSuite,
  text,
} from "./io_stream_contract.ts";

/** Registers the suite for one kind of loop in one kind of world. */
export function tcpClientContract(options: StreamContractOptions): void {
  const suite = streamSuite(options);
  for (const family of FAMILIES) familyCase(suite, family);
  failureCases(suite);
  sourceCases(suite);
  timeoutCases(suite);
  resolverCases(suite);
}

/** Which addresses a server has, and how a client asks for it. */
const FAMILIES: readonly {
  readonly title: string;
  readonly server: string;
  readonly host: string;
  readonly family: AddressFamily;
}[] = [
  {
    title: "TC-01 TCPClient.connect() reaches a server by its IPv4 address",
    server: "127.0.0.1",
    host: "127.0.0.1",
    family: AF_INET,
  },
  {
    title: "TC-02 TCPClient.connect() reaches a server by its name",
    server: "127.0.0.1",
    host: "localhost",
    family: AF_UNSPEC,
  },
  {
    title: "TC-03 TCPClient.connect() reaches a server by its IPv6 address",
    server: "::1",
    host: "::1",
    family: AF_INET6,
  },
  {
    title: "TC-04 TCPClient.connect() reaches a server by its name when it has IPv6 only",
    server: "::1",
    host: "localhost",
    family: AF_UNSPEC,
  },
  {
    title: "TC-05 TCPClient.connect() reaches a server with both families by IPv4",
    server: "localhost",
    host: "127.0.0.1",
    family: AF_INET,
  },
  {
    title: "TC-06 TCPClient.connect() reaches a server with both families by IPv6",
    server: "localhost",
    host: "::1",
    family: AF_INET6,
  },
  {
    title: "TC-07 TCPClient.connect() reaches a server with both families by its name",
    server: "localhost",
    host: "localhost",
    family: AF_UNSPEC,
  },
];

/** Answers each connection with a line and closes. */
function serve(test: StreamCase, address = "127.0.0.1"): number {
  const { ioLoop } = test;
  const listeners = bindSockets(0, { ioLoop, address });
  for (const listener of listeners) {
    addAcceptHandler(listener, async (handle) => {
      using stream = new IOStream(handle, ioLoop);
      await stream.write(bytes("hello"));
    }, { ioLoop });
    test.finally(() => {
      ioLoop.removeHandler(listener);
      listener.close();
    });
  }
  return (listeners[0]?.localAddress as TCPAddress).port;
}

/** Connects, and reads what the server says. */
async function greeting(
  test: StreamCase,
  host: string,
  port: number,
  options: TCPConnectOptions = {},
  resolver: AddressResolver | null = null,
): Promise<IOStream> {
  const { ioLoop } = test;
  const client = new TCPClient(resolver === null ? { ioLoop } : { ioLoop, resolver });
  const stream = test.own(await client.connect(host, port, options));
  assertEquals(text(await stream.readBytes(5)), "hello");
  client.close();
  return stream;
}

function familyCase(suite: StreamSuite, { title, server, host, family }: typeof FAMILIES[number]) {
  suite(title, async (test) => {
    await greeting(test, host, serve(test, server), { family });
  });
}

function isTo(address: StreamAddress, port: number): boolean {
  return "port" in address && address.port === port;
}

async function deadPort(test: StreamCase): Promise<number> {
  const listener = test.listen();
  listener.close();
  await listener.released;
  return (listener.localAddress as TCPAddress).port;
}

function failureCases(suite: StreamSuite): void {
  suite("TC-08 TCPClient.connect() rejects with the socket's error", async (test) => {
    const client = new TCPClient({ ioLoop: test.ioLoop });
    const port = await deadPort(test);
    const error = await assertRejects(() => client.connect("127.0.0.1", port), SocketError);
    assertEquals(error.code, "ECONNREFUSED");
    await assertRejects(() => client.connect("localhost", port), SocketError);
  });

  suite("TCPClient.connect() rejects bad arguments", async (test) => {
    const client = new TCPClient({ ioLoop: test.ioLoop });
    for (const port of [0, -1, 65_536, 1.5, NaN]) {
      await assertRejects(() => client.connect("127.0.0.1", port), RangeError);
    }
    await assertRejects(() => client.connect("127.0.0.1", 1, { timeout: NaN }), RangeError);
    await assertRejects(() => client.connect("127.0.0.1", 1, { timeout: {} }), TypeError);
    await assertRejects(() => client.connect("127.0.0.1", 1, { sourcePort: -1 }), RangeError);
    await assertRejects(() => client.connect("127.0.0.1", 1, { maxBufferSize: 0 }), RangeError);
    await assertRejects(() => client.connect("::1", 1, { family: AF_INET }), SocketError);
    await assertRejects(() => client.connect("a.test", 1, { family: AF_INET }), SocketError);
  });

  suite("TCPClient.connect() leaves nothing open when TLS cannot begin", async (test) => {
    const { ioLoop } = test;
    const port = serve(test);
    const { network } = ioLoop.platform;
    const connect = network.connect.bind(network);
    network.connect = (address, options) =>
      Object.assign(connect(address, options), { startTls: undefined });
    test.finally(() => network.connect = connect);
    const client = new TCPClient({ ioLoop });
    const error = await assertRejects(
      () => client.connect("127.0.0.1", port, { sslOptions: {} }),
      SocketError,
    );
    assertEquals(error.code, "ENOTSUP");
    const open = [...network.handles.values()].filter(({ kind }) => kind === "stream");
    assertEquals(
      open.filter((each) => each.kind === "stream" && isTo(each.remoteAddress, port)),
      [],
    );
  });

  suite("TCPClient.connect() gives its limits to the stream", async (test) => {
    const stream = await greeting(test, "127.0.0.1", serve(test), { maxBufferSize: 1000 });
    assertEquals(stream.maxBufferSize, 1000);
  });
}

function sourceCases(suite: StreamSuite): void {
  suite("TC-20 TCPClient.connect() rejects a source address not its own", async (test) => {
    const port = serve(test);
    // An address of the documentation's, which nobody has.
    const source = { sourceIp: "192.0.2.1" };
    await assertRejects(() => greeting(test, "127.0.0.1", port, source), SocketError);
  });

  suite("TC-21 TCPClient.connect() connects from a source address", async (test) => {
    const stream = await greeting(test, "127.0.0.1", serve(test), { sourceIp: "127.0.0.1" });
    assertEquals((stream.localAddress as TCPAddress).hostname, "127.0.0.1");
  });

  suite("TC-22 TCPClient.connect() rejects a source port in use", async (test) => {
    const port = serve(test);
    const source = { sourceIp: "127.0.0.1", sourcePort: port };
    await assertRejects(() => greeting(test, "127.0.0.1", port, source), SocketError);
  });
}

function timeoutCases(suite: StreamSuite): void {
  suite("TC-23 TCPClient.connect() gives up while addresses are looked for", async (test) => {
    const { ioLoop } = test;
    const resolver: AddressResolver = { resolve: () => new Promise(() => {}) };
    const client = new TCPClient({ ioLoop, resolver });
    const before = ioLoop.time();
    await assertRejects(() => client.connect("a.test", 80, { timeout: 0.003 }), TimeoutError);
    assertGreaterOrEqual(ioLoop.time(), before + 0.003);
    const span = { timeout: { milliseconds: 2 } };
    await assertRejects(() => client.connect("a.test", 80, span), TimeoutError);
  });

  suite("TCPClient.connect() within its time leaves no timer behind", async (test) => {
    const { ioLoop } = test;
    const port = serve(test);
    const resolver: AddressResolver = {
      resolve: () => Promise.resolve([[AF_INET, ["127.0.0.1", port]]]),
    };
    await greeting(test, "a.test", port, { timeout: 3600 }, resolver);
    // Whatever is left over would end the test late, or fail it.
    assert(ioLoop.isRunning());
  });
}

function resolverCases(suite: StreamSuite): void {
  suite("TCPClient.connect() asks its resolver, for the family", async (test) => {
    const { log } = test;
    const port = serve(test);
    const resolver: AddressResolver = {
      resolve: (host, asked, family) => {
        log.push(`${host} ${asked === port} ${family}`);
        return Promise.resolve([[AF_INET, ["127.0.0.1", asked]]]);
      },
    };
    await greeting(test, "a.test", port, {}, resolver);
    await greeting(test, "b.test", port, { family: AF_INET }, resolver);
    assertEquals(log, ["a.test true 0", "b.test true 2"]);
  });

  suite("TCPClient.connect() tries the addresses of the resolver in turn", async (test) => {
    const dead = await deadPort(test);
    const port = serve(test);
    const found: AddressInfo[] = [
      [AF_INET, ["127.0.0.1", dead]],
      [AF_INET6, ["::1", dead]],
      [AF_INET, ["127.0.0.1", port]],
    ];
    await greeting(test, "a.test", 1, {}, { resolve: () => Promise.resolve(found) });
  });

  suite("TCPClient.connect() rejects with the resolver's error", async (test) => {
    const { ioLoop } = test;
    const unknown = new Error("unknown");
    const failing = new TCPClient({ ioLoop, resolver: { resolve: () => Promise.reject(unknown) } });
    const error = await assertRejects(() => failing.connect("a.test", 80, { timeout: 9 }), Error);
    assertEquals(error, unknown);
    const empty = new TCPClient({ ioLoop, resolver: { resolve: () => Promise.resolve([]) } });
    const none = await assertRejects(() => empty.connect("a.test", 80), SocketError);
    assertEquals(none.code, "ENOTFOUND");
  });
}
