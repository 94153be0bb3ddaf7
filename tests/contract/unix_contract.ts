/**
 * UNIX streams on every reactor: the behaviours that Twisted's own tests assert (`UNIX`, `OUNIX`).
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { FilesystemLock } from "../../reactor/mod.ts";
import {
  BadFileError,
  CannotListenError,
  ConnectError,
  type ConnectUNIXOptions,
  type ListenUNIXOptions,
  type ReactorBase,
  UNIXAddress,
  type UNIXConnector,
  type UNIXPort,
} from "../../reactor/mod.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";
import {
  type Recorder,
  RecordingClients,
  RecordingServers,
  type RecordingSetup,
} from "./tcp_recorders.ts";

/** What to test, where, and on which paths. */
export interface UNIXContractOptions extends TCPContractOptions {
  /** Runs a test with a folder for its sockets. */
  withFolder(body: (folder: string) => Promise<void>): Promise<void>;
  /** Returns the lock of a path, as each process has one of its own. */
  lockFor(path: string): () => FilesystemLock;
}

interface UNIXCase {
  readonly reactor: ReactorBase;
  readonly log: string[];
  /** A path for a socket. */
  readonly path: string;
  /** Makes locks of the path. */
  readonly makeLock: () => FilesystemLock;
  listen(options?: ListenUNIXOptions, setup?: RecordingSetup): Listening;
  connect(options?: ConnectUNIXOptions, setup?: RecordingSetup): Connecting;
}

interface Listening {
  readonly servers: RecordingServers;
  readonly port: UNIXPort;
}

interface Connecting {
  readonly clients: RecordingClients;
  readonly connector: UNIXConnector;
}

type UNIXSuite = (name: string, body: (test: UNIXCase) => Promise<void>) => void;

const bytes = (text: string) => new TextEncoder().encode(text);

/** Registers the suite for one kind of reactor in one kind of world. */
export function unixContract(options: UNIXContractOptions): void {
  const { test, world, label, make, withFolder, lockFor } = options;
  const suite: UNIXSuite = (title, body) => {
    test(`${title} (${label}, ${world.name})`, () =>
      withFolder((folder) =>
        world.run(async (run) => {
          const { reactor, close } = make(run.platform, {});
          const path = `${folder}/socket`;
          try {
            await runGuarded(reactor, () => body(makeCase(reactor, path, lockFor(path))));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
          } finally {
            close();
          }
        })
      ));
  };
  exchangeCases(suite);
  pathCases(suite);
  lockCases(suite);
}

function makeCase(
  reactor: ReactorBase,
  path: string,
  makeLock: () => FilesystemLock,
): UNIXCase {
  const log: string[] = [];
  return {
    reactor,
    log,
    path,
    makeLock,
    listen(options, setup = {}) {
      const servers = new RecordingServers(log, { name: "server", ...setup });
      return { servers, port: reactor.listenUNIX(path, servers, options) };
    },
    connect(options, setup = {}) {
      const clients = new RecordingClients(log, { name: "client", ...setup });
      return { clients, connector: reactor.connectUNIX(path, clients, options) };
    },
  };
}

async function stop({ port }: Listening): Promise<void> {
  await port.stopListening();
}

function exchangeCases(suite: UNIXSuite): void {
  suite("OUNIX-02 a client and a server speak over a path", async ({ listen, connect, log }) => {
    const listening = listen();
    const { clients } = connect();
    const [client, server] = [await clients.next(), await listening.servers.next()];
    client.say("hello");
    await server.has(5);
    server.say("and back");
    await client.has(8);
    assertEquals([server.text, client.text], ["hello", "and back"]);
    client.transport.loseConnection();
    assertEquals(((await server.lost()).value as Error).name, "ConnectionDone");
    assertEquals(((await clients.end()).value as Error).name, "ConnectionDone");
    await stop(listening);
    assertEquals(log.toSorted(), [
      "client: connection lost ConnectionDone",
      "client: factory started",
      "client: factory stopped",
      "client: lost ConnectionDone",
      "client: made",
      "client: started connecting",
      "server: factory started",
      "server: factory stopped",
      "server: lost ConnectionDone",
      "server: made",
    ]);
  });

  suite(
    "UNIX-05, UNIX-17, OUNIX-01 both ends know the path",
    async ({ listen, connect, path }) => {
      const listening = listen();
      const { clients, connector } = connect();
      const [client, server] = [await clients.next(), await listening.servers.next()];
      assertEquals(String(listening.port.getHost()), `UNIXAddress(name='${path}')`);
      assertEquals(String(connector.getDestination()), `UNIXAddress(name='${path}')`);
      const { transport: near } = client;
      const { transport: far } = server;
      const own = new UNIXAddress(path);
      assert(own.equals(near.getPeer()) && own.equals(far.getHost()));
      // Deno cannot bind a stream before it connects, so a client has no path.
      const none = new UNIXAddress(null);
      assert(none.equals(near.getHost()) && none.equals(far.getPeer()));
      assertEquals(listening.servers.addresses.map(String), ["UNIXAddress(name=None)"]);
      assertEquals(clients.addresses.map(String), [`UNIXAddress(name='${path}')`]);
      assertEquals(String(far), `<Recorder #0 on ${path}>`);
      assertEquals(String(near), `<UNIXClient to ${path}>`);
      client.transport.loseConnection();
      await server.lost();
      await clients.end();
      await stop(listening);
    },
  );

  suite("OUNIX-07 UNIXPort.toString() has factory and path", async ({ listen, path }) => {
    const listening = listen();
    assertEquals(String(listening.port), `<RecordingServers on '${path}'>`);
    await stop(listening);
    assertEquals(String(listening.port), "<RecordingServers (not listening)>");
    assertEquals(listening.port.stopListening(), null);
  });

  suite("a megabyte goes over a path, and half of a connection can end", async (test) => {
    const answer = (server: Recorder) => {
      server.say("got it");
      server.transport.loseConnection();
    };
    const listening = test.listen({}, { halfCloseable: true, readLost: answer });
    const { clients } = test.connect({}, { halfCloseable: true });
    const [client, server] = [await clients.next(), await listening.servers.next()];
    client.transport.write(new Uint8Array(1_048_576).fill(7));
    client.transport.loseWriteConnection();
    await server.has(1_048_576);
    assert(server.received.every((byte) => byte === 7));
    await client.has(6);
    client.transport.loseConnection();
    await clients.end();
    await server.lost();
    await stop(listening);
    assert(test.log.includes("server: read side lost"));
  });

  suite("abortConnection() over a path ends both sides", async ({ listen, connect }) => {
    const listening = listen();
    const { clients } = connect();
    const [client, server] = [await clients.next(), await listening.servers.next()];
    server.transport.abortConnection();
    assertEquals(((await server.lost()).value as Error).name, "ConnectionAborted");
    await clients.end();
    assertEquals(client.losses, 1);
    await stop(listening);
  });
}

function pathCases(suite: UNIXSuite): void {
  suite(
    "UNIX-03, OUNIX-04 a path in use cannot be listened on, and is free afterwards",
    async ({ listen, reactor, path }) => {
      const listening = listen();
      const late = new RecordingServers([], { name: "late" });
      const error = assertThrows(() => reactor.listenUNIX(path, late), CannotListenError);
      assertEquals([error.port, error.interface], [path, ""]);
      await stop(listening);
      const again = reactor.listenUNIX(path, late);
      await again.stopListening();
    },
  );

  suite("UNIX-03 a folder that is not there is CannotListenError", ({ reactor, path }) => {
    const servers = new RecordingServers([], { name: "server" });
    // A simulated host has no folders: there every path can be listened on.
    if (!path.startsWith("/sim/")) {
      const missing = `${path}/no/such/folder`;
      assertThrows(() => reactor.listenUNIX(missing, servers), CannotListenError, missing);
    }
    return Promise.resolve();
  });

  suite(
    "UNIX-02, UNIX-04 names that stand for no file are listened on and connected to",
    async ({ reactor, path }) => {
      const name = `\0twinloop${path}`;
      const servers = new RecordingServers([], { name: "server" });
      const clients = new RecordingClients([], { name: "client" });
      const port = reactor.listenUNIX(name, servers);
      reactor.connectUNIX(name, clients);
      const [client, server] = [await clients.next(), await servers.next()];
      client.say("abstract");
      await server.has(8);
      assertEquals(String(server.transport.getHost()), String(new UNIXAddress(name)));
      client.transport.loseConnection();
      await clients.end();
      await server.lost();
      await port.stopListening();
    },
  );

  suite("a path that nobody listens on refuses", async ({ connect, path }) => {
    const { clients, connector } = connect();
    assertEquals(String(connector), `<UNIXConnector to ${path} (connecting)>`);
    const { value } = await clients.end();
    assertInstanceOf(value, Error);
    assert(value.message.includes(path), value.message);
    assertEquals(connector.state, "disconnected");
  });

  suite("UNIXConnector.connect() connects again", async ({ listen, connect }) => {
    const { clients, connector } = connect({}, {
      failed: () => {
        listening = listen();
        connector.connect();
      },
    });
    let listening: Listening | undefined;
    await clients.end();
    const client = await clients.next();
    assert(listening !== undefined);
    const server = await listening.servers.next();
    client.say("second try");
    await server.has(10);
    connector.disconnect();
    await clients.end();
    await server.lost();
    await stop(listening);
  });

  suite("UNIXConnector refuses a time-out that makes no sense", ({ reactor, path }) => {
    const clients = new RecordingClients([], { name: "client" });
    for (const timeout of [-1, NaN]) {
      assertThrows(() => reactor.connectUNIX(path, clients, { timeout }), RangeError, "time-out");
    }
    return Promise.resolve();
  });
}

function lockCases(suite: UNIXSuite): void {
  suite("OUNIX-03 wantPID holds a lock while the port listens", async ({ listen, makeLock }) => {
    const listening = listen({ wantPID: makeLock() });
    const other = makeLock();
    assertEquals(other.lock(), false);
    await stop(listening);
    assertEquals(other.lock(), true);
    other.unlock();
  });

  suite(
    "wantPID refuses a path whose lock is held",
    async ({ listen, makeLock, reactor, path }) => {
      const listening = listen({ wantPID: makeLock() });
      const late = new RecordingServers([], { name: "late" });
      assertThrows(
        () => reactor.listenUNIX(path, late, { wantPID: makeLock() }),
        CannotListenError,
        "its lock is held by a process",
      );
      await stop(listening);
    },
  );

  suite(
    "checkPID connects to a port that holds its lock",
    async ({ listen, connect, makeLock }) => {
      const listening = listen({ wantPID: makeLock() });
      const { clients } = connect({ checkPID: makeLock() });
      const [client, server] = [await clients.next(), await listening.servers.next()];
      client.transport.write(bytes("locked"));
      await server.has(6);
      client.transport.loseConnection();
      await clients.end();
      await server.lost();
      await stop(listening);
    },
  );

  suite("checkPID fails with what the lock throws", async ({ reactor, path, log }) => {
    const cause = new Deno.errors.NotFound("no such folder");
    const checkPID = {
      lock: () => {
        throw cause;
      },
      unlock: () => {},
    };
    const clients = new RecordingClients(log, { name: "client" });
    reactor.connectUNIX(path, clients, { checkPID });
    const { value } = await clients.end();
    assertInstanceOf(value, ConnectError);
    assertStrictEquals(value.cause, cause);
  });

  suite(
    "OUNIX-06 checkPID fails with BadFileError if nobody holds the lock",
    async ({ listen, connect, makeLock }) => {
      const listening = listen(); // without a lock, as what a dead server has left behind
      const { clients } = connect({ checkPID: makeLock() });
      const { value } = await clients.end();
      assertInstanceOf(value, BadFileError);
      assertEquals(value.code, "BAD_FILE");
      assertEquals(listening.servers.protocols.length, 0);
      await stop(listening);
    },
  );
}
