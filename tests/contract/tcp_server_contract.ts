/**
 * What every `TCPServer` does, and what opens and accepts sockets for it: the behaviours that
 * Tornado's own tests assert (`TS-01` to `TS-04`, `NU-07`).
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  addAcceptHandler,
  bindSockets,
  ForkStateError,
  HandlerExistsError,
  IOStream,
  StreamClosedError,
  TCPServer,
  type TCPServerOptions,
  TCPServerStateError,
} from "../../ioloop/mod.ts";
import {
  type ListenerHandle,
  SocketError,
  type StreamAddress,
  type TCPAddress,
} from "../../poller/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import {
  bytes,
  type StreamCase,
  type StreamContractOptions,
  type StreamSuite,
  streamSuite,
  text,
} from "./io_stream_contract.ts";

const LOCAL = { address: "127.0.0.1" };
const request = new AsyncLocalStorage<string>();

/** A server whose connections a function takes. */
class FunctionServer extends TCPServer {
  readonly #handle: (stream: IOStream, address: StreamAddress) => unknown;

  constructor(
    test: StreamCase,
    handle: (stream: IOStream, address: StreamAddress) => unknown,
    options: TCPServerOptions = {},
  ) {
    super({ ioLoop: test.ioLoop, ...options });
    this.#handle = handle;
    test.finally(() => this.stop());
  }

  override handleStream(stream: IOStream, address: StreamAddress): unknown {
    return this.#handle(stream, address);
  }
}

/** Registers the suite for one kind of loop in one kind of world. */
export function tcpServerContract(options: StreamContractOptions): void {
  const suite = streamSuite(options);
  handleCases(suite);
  stopCases(suite);
  startCases(suite);
  acceptCases(suite);
  bindCases(suite);
}

async function connect(test: StreamCase, address: StreamAddress | undefined): Promise<IOStream> {
  return await test.own(new IOStream(null, test.ioLoop)).connect(address as StreamAddress);
}

/** Answers with a line and closes. */
async function greet(stream: IOStream): Promise<void> {
  await stream.write(bytes("hello\n"));
  stream.close();
}

function handleCases(suite: StreamSuite): void {
  suite("TS-01 TCPServer.handleStream() that fails later is reported", async (test) => {
    const boom = new Error("boom");
    const server = new FunctionServer(test, async (stream) => {
      await stream.readBytes(5);
      throw boom;
    });
    const [address] = server.listen(0, "127.0.0.1");
    for (let i = 0; i < 2; i++) {
      const client = await connect(test, address);
      await client.write(bytes("hello"));
      // The connection is closed, and the next one is taken.
      assertEquals((await client.readUntilClose()).length, 0);
    }
    assertEquals(test.world.takeReports().map((report) => report.error), [boom, boom]);
  });

  suite("TS-02 TCPServer.handleStream() may be an async function", async (test) => {
    const server = new FunctionServer(test, greet);
    const [address] = server.listen(0, "127.0.0.1");
    const client = await connect(test, address);
    assertEquals(text(await client.readUntilClose()), "hello\n");
  });

  suite("TCPServer.handleStream() that throws is reported and closes", async (test) => {
    const boom = new Error("boom");
    const server = new FunctionServer(test, () => {
      throw boom;
    });
    const [address] = server.listen(0, "127.0.0.1");
    for (let i = 0; i < 2; i++) {
      const client = await connect(test, address);
      assertEquals((await client.readUntilClose()).length, 0);
    }
    assertEquals(test.world.takeReports().map((report) => report.error), [boom, boom]);
  });

  suite("TCPServer.handleStream() gets the peer's address, one call each", async (test) => {
    const { log } = test;
    const server = new FunctionServer(test, (stream, address) => {
      assertEquals(stream.remoteAddress, address);
      log.push(String((address as TCPAddress).port));
      return greet(stream);
    });
    const [address] = server.listen(0, "127.0.0.1");
    const clients = await Promise.all([1, 2, 3].map(() => connect(test, address)));
    await Promise.all(clients.map((client) => client.readUntilClose()));
    const ports = clients.map((client) => String((client.localAddress as TCPAddress).port));
    assertEquals(log.toSorted(), ports.toSorted());
  });

  suite("TCPServer.handleStream() that waits does not keep others waiting", async (test) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => release = resolve);
    let count = 0;
    const server = new FunctionServer(test, async (stream) => {
      if (count++ === 0) await held;
      await greet(stream);
    });
    const [address] = server.listen(0, "127.0.0.1");
    const first = await connect(test, address);
    while (count === 0) await test.sleep(0.0005);
    const second = await connect(test, address);
    assertEquals(text(await second.readUntilClose()), "hello\n");
    release();
    assertEquals(text(await first.readUntilClose()), "hello\n");
  });

  suite("TCPServer gives its limits to its streams", async (test) => {
    const limits = { maxBufferSize: 1000, readChunkSize: 100, maxWriteBufferSize: 50 };
    let seen: unknown = null;
    const server = new FunctionServer(test, (stream) => {
      const { maxBufferSize, readChunkSize, maxWriteBufferSize } = stream;
      seen = { maxBufferSize, readChunkSize, maxWriteBufferSize };
      return greet(stream);
    }, limits);
    const [address] = server.listen(0, "127.0.0.1");
    const client = await connect(test, address);
    await client.readUntilClose();
    assertEquals(seen, limits);
  });

  suite("TCPServer refuses limits that make no sense", (test) => {
    for (const name of ["maxBufferSize", "readChunkSize", "maxWriteBufferSize"]) {
      assertThrows(() => new FunctionServer(test, greet, { [name]: 0 }), RangeError, name);
    }
    return Promise.resolve();
  });

  suite("TCPServer closes a connection of which it can make no stream", async (test) => {
    const cert = "no certificate";
    const server = new FunctionServer(test, greet, { sslOptions: { cert, key: cert } });
    const [listener] = bindSockets(0, { ioLoop: test.ioLoop, ...LOCAL });
    assert(listener !== undefined);
    server.addSocket(withoutTLS(listener));
    const client = await connect(test, listener.localAddress);
    assertEquals((await client.readUntilClose()).length, 0);
    const codes = test.world.takeReports().map(({ error }) => (error as SocketError).code);
    assertEquals(codes, ["ENOTSUP"]);
  });
}

/** A listener of a platform that has no TLS. */
function withoutTLS(listener: ListenerHandle): ListenerHandle {
  const accept = listener.accept.bind(listener);
  listener.accept = () => {
    const connection = accept();
    if (connection !== undefined) Object.assign(connection, { startTls: undefined });
    return connection;
  };
  return listener;
}

function stopCases(suite: StreamSuite): void {
  suite("TS-03 TCPServer.stop() twice is as good as once", async (test) => {
    const server = new FunctionServer(test, greet);
    const [address] = server.listen(0, "127.0.0.1");
    server.bind(0, LOCAL);
    server.stop();
    server.stop();
    const client = test.own(new IOStream(null, test.ioLoop));
    const error = await client.connect(address).then(() => null, (error) => error);
    assert(error instanceof StreamClosedError);
    for (const use of [() => server.listen(0), () => server.bind(0), () => server.start()]) {
      assertThrows(use, TCPServerStateError);
    }
    assertThrows(() => server.addSockets([]), TCPServerStateError);
  });

  suite("TS-04 TCPServer.stop() in handleStream() takes no more connections", async (test) => {
    const { log } = test;
    const server = new FunctionServer(test, (stream) => {
      log.push("handled");
      server.stop();
      stream.close();
    });
    const listeners = bindSockets(0, { ioLoop: test.ioLoop, ...LOCAL });
    const address = listeners[0]?.localAddress;
    // Several connections wait before the first is accepted.
    const clients = await Promise.all([1, 2, 3].map(() => connect(test, address)));
    server.addSockets(listeners);
    await clients[0]?.readUntilClose();
    await test.sleep(0.005);
    assertEquals(log, ["handled"]);
    assertEquals(test.world.takeReports(), []);
  });

  suite("TCPServer.stop() leaves connections alone", async (test) => {
    const server = new FunctionServer(test, async (stream) => {
      server.stop();
      await stream.write(await stream.readUntil("\n"));
      stream.close();
    });
    const [address] = server.listen(0, "127.0.0.1");
    const client = await connect(test, address);
    await client.write(bytes("still here\n"));
    assertEquals(text(await client.readUntilClose()), "still here\n");
  });

  suite("TCPServer is stopped by `using`", (test) => {
    let server: FunctionServer;
    {
      using owned = new FunctionServer(test, greet);
      owned.listen(0, "127.0.0.1");
      server = owned;
    }
    assertThrows(() => server.start(), TCPServerStateError);
    return Promise.resolve();
  });
}

function startCases(suite: StreamSuite): void {
  suite("TS-05 TCPServer.listen() serves several ports", async (test) => {
    const server = new FunctionServer(test, greet);
    const addresses = [...server.listen(0, "127.0.0.1"), ...server.listen(0, "127.0.0.1")];
    assertEquals(new Set(addresses.map(({ port }) => port)).size, 2);
    for (const address of addresses) {
      const client = await connect(test, address);
      assertEquals(text(await client.readUntilClose()), "hello\n");
    }
  });

  suite("TCPServer.bind() lets connections wait for start()", async (test) => {
    const { log } = test;
    const server = new FunctionServer(test, (stream) => {
      log.push("handled");
      return greet(stream);
    });
    const [address] = server.bind(0, LOCAL);
    const client = await connect(test, address);
    await test.sleep(0.003);
    log.push("start");
    server.start();
    assertEquals(text(await client.readUntilClose()), "hello\n");
    assertEquals(log, ["start", "handled"]);
    // Bound later, it is served at once.
    const [later] = server.bind(0, LOCAL);
    assertEquals(text(await (await connect(test, later)).readUntilClose()), "hello\n");
  });

  suite(
    "TCPServer.start() refuses to start twice, and workers once there is a loop",
    async (test) => {
      const server = new FunctionServer(test, greet);
      await assertRejects(() => server.start(2), ForkStateError, "is made already");
      await assertRejects(() => server.start(0), ForkStateError, "is made already");
      server.start(1);
      assertThrows(() => server.start(), TCPServerStateError);
      assertThrows(() => server.start(2), TCPServerStateError);
    },
  );

  suite("TCPServer.addSocket() serves a listener of the caller's", async (test) => {
    const server = new FunctionServer(test, greet);
    const [listener] = bindSockets(0, { ioLoop: test.ioLoop, ...LOCAL });
    assert(listener !== undefined);
    server.addSocket(listener);
    assertThrows(() => server.addSocket(listener), HandlerExistsError);
    const client = await connect(test, listener.localAddress);
    assertEquals(text(await client.readUntilClose()), "hello\n");
  });

  suite("TCPServer.listen() tells that the port is in use and goes on", async (test) => {
    const first = new FunctionServer(test, greet);
    const [address] = first.listen(0, "127.0.0.1");
    assert(address !== undefined);
    const second = new FunctionServer(test, greet);
    const error = assertThrows(() => second.listen(address.port, "127.0.0.1"), SocketError);
    assertEquals(error.code, "EADDRINUSE");
    for (const port of [-1, 65_536, NaN]) assertThrows(() => second.listen(port), RangeError);
    const [other] = second.listen(0, "127.0.0.1");
    for (const each of [address, other]) {
      assertEquals(text(await (await connect(test, each)).readUntilClose()), "hello\n");
    }
  });
}

function acceptCases(suite: StreamSuite): void {
  suite("addAcceptHandler() returns what ends it, the listener stays", async (test) => {
    const { log } = test;
    const listener = test.listen();
    const remove = addAcceptHandler(listener, (handle) => {
      log.push("accepted");
      handle.close();
    }, { ioLoop: test.ioLoop });
    const first = await connect(test, listener.localAddress);
    await first.readUntilClose();
    remove();
    remove();
    await connect(test, listener.localAddress);
    await test.sleep(0.003);
    assertEquals(log, ["accepted"]);
    assertEquals(listener.closed, false);
  });

  suite("addAcceptHandler() ends inside its callback at once", async (test) => {
    const { log } = test;
    const listener = test.listen();
    await Promise.all([1, 2, 3].map(() => connect(test, listener.localAddress)));
    const remove = addAcceptHandler(listener, (handle) => {
      log.push("accepted");
      handle.close();
      remove();
    }, { ioLoop: test.ioLoop });
    await test.sleep(0.005);
    assertEquals(log, ["accepted"]);
  });

  suite("addAcceptHandler() goes on after an error, in the caller's context", async (test) => {
    const { log } = test;
    const listener = test.listen();
    const boom = new Error("boom");
    request.run("server", () =>
      addAcceptHandler(listener, (handle) => {
        log.push(`${request.getStore()}`);
        handle.close();
        throw boom;
      }, { ioLoop: test.ioLoop }));
    const clients = await Promise.all([1, 2].map(() => connect(test, listener.localAddress)));
    await Promise.all(clients.map((client) => client.readUntilClose()));
    assertEquals(log, ["server", "server"]);
    assertEquals(test.world.takeReports().map((report) => report.error), [boom, boom]);
  });

  suite("addAcceptHandler() goes on when the loop's own hook throws", async (test) => {
    const listener = test.listen();
    const hookError = new Error("hook");
    test.ioLoop.handleCallbackException = () => {
      throw hookError;
    };
    let count = 0;
    addAcceptHandler(listener, (handle) => {
      handle.close();
      if (count++ === 0) throw new Error("at once");
      return Promise.reject(new Error("later"));
    }, { ioLoop: test.ioLoop });
    const clients = await Promise.all([1, 2].map(() => connect(test, listener.localAddress)));
    await Promise.all(clients.map((client) => client.readUntilClose()));
    const report = { message: "Exception in handleCallbackException", error: hookError };
    assertEquals(test.world.takeReports(), [report, report]);
  });
}

function bindCases(suite: StreamSuite): void {
  suite("NU-07 bindSockets() uses one port on all addresses", (test) => {
    const listeners = bindSockets(null, { ioLoop: test.ioLoop, address: "localhost" });
    test.finally(() => listeners.forEach((listener) => listener.close()));
    const addresses = listeners.map(({ localAddress }) => localAddress as TCPAddress);
    assert(addresses.some(({ hostname }) => hostname === "127.0.0.1"));
    assertEquals(new Set(addresses.map(({ port }) => port)).size, 1);
    assertEquals(new Set(addresses.map(({ hostname }) => hostname)).size, addresses.length);
    return Promise.resolve();
  });

  suite("bindSockets() takes all addresses of the machine by default", async (test) => {
    const server = new FunctionServer(test, greet);
    const [address] = server.listen(0);
    assert(address !== undefined);
    const local = { ...address, hostname: "127.0.0.1" };
    assertEquals(text(await (await connect(test, local)).readUntilClose()), "hello\n");
  });

  suite("bindSockets() closes what it opened when an address is in use", async (test) => {
    const { ioLoop } = test;
    // The second of the addresses that the name stands for.
    const [taken] = bindSockets(0, { ioLoop, address: "::1" });
    assert(taken !== undefined);
    const { port } = taken.localAddress as TCPAddress;
    const before = ioLoop.platform.network.handles.size;
    assertThrows(() => bindSockets(port, { ioLoop, address: "localhost" }), SocketError);
    assertEquals(ioLoop.platform.network.handles.size, before);
    taken.close();
    await taken.released;
  });
}
