/**
 * UNIX datagrams on every reactor: the behaviours that Twisted's own tests assert (`UNIX`, `OUNIX`).
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  CannotListenError,
  ConnectedDatagramProtocol,
  DatagramProtocol,
  type IUNIXDatagramTransport,
  MessageLengthError,
  type ReactorBase,
} from "../../reactor/mod.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** Keeps what it gets, and answers. */
class Server extends DatagramProtocol<IUNIXDatagramTransport, string | null> {
  readonly log: string[] = [];
  #awaited: (() => void) | null = null;

  override startProtocol(): void {
    this.log.push("started");
  }

  override stopProtocol(): void {
    this.log.push("stopped");
  }

  override datagramReceived(data: Uint8Array, address: string | null): void {
    this.log.push(text(data));
    if (address !== null) this.transport.write(bytes(`re: ${text(data)}`), address);
    this.#awaited?.();
  }

  async has(entry: string): Promise<void> {
    while (!this.log.includes(entry)) {
      await new Promise<void>((resolve) => this.#awaited = resolve);
    }
  }
}

class Client extends ConnectedDatagramProtocol {
  readonly log: string[] = [];
  #awaited: (() => void) | null = null;

  override startProtocol(): void {
    this.log.push("started");
  }

  override stopProtocol(): void {
    this.log.push("stopped");
  }

  override datagramReceived(data: Uint8Array): void {
    this.log.push(text(data));
    this.#awaited?.();
  }

  override connectionRefused(): void {
    this.log.push("refused");
    this.#awaited?.();
  }

  async has(entry: string): Promise<void> {
    while (!this.log.includes(entry)) {
      await new Promise<void>((resolve) => this.#awaited = resolve);
    }
  }
}

/** What to test, where, and on which paths. */
export interface UNIXDatagramContractOptions extends TCPContractOptions {
  /** Runs a test with a folder for its sockets. */
  withFolder(body: (folder: string) => Promise<void>): Promise<void>;
}

type Suite = (
  name: string,
  body: (test: { readonly reactor: ReactorBase; readonly folder: string }) => Promise<void>,
) => void;

/** Registers the suite for one kind of reactor in one kind of world. */
export function unixDatagramContract(options: UNIXDatagramContractOptions): void {
  const { test, world, label, make, withFolder } = options;
  const suite: Suite = (title, body) => {
    test(`${title} (${label}, ${world.name})`, () =>
      withFolder((folder) =>
        world.run(async (run) => {
          const { reactor, close } = make(run.platform, {});
          try {
            await runGuarded(reactor, () => body({ reactor, folder }));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
          } finally {
            close();
          }
        })
      ));
  };
  exchangeCases(suite);
  refusalCases(suite);
}

function exchangeCases(suite: Suite): void {
  suite("OUNIX-08 datagrams go both ways between paths", async ({ reactor, folder }) => {
    const [server, client] = [new Server(), new Client()];
    const path = `${folder}/server`;
    const listening = reactor.listenUNIXDatagram(path, server);
    const own = `${folder}/client`;
    const connected = reactor.connectUNIXDatagram(path, client, { bindAddress: own });
    assertEquals(String(listening.getHost()), `UNIXAddress(name='${path}')`);
    assertEquals(connected.getHost().name, own);
    assertEquals(connected.getPeer().name, path);
    connected.write(bytes("one"));
    await client.has("re: one");
    connected.write(bytes("two"));
    await client.has("re: two");
    await connected.stopListening();
    await listening.stopListening();
    assertEquals(server.log, ["started", "one", "two", "stopped"]);
    assertEquals(client.log, ["started", "re: one", "re: two", "stopped"]);
    assertEquals(listening.stopListening(), null);
  });

  suite("a client without a path has answers, too", async ({ reactor, folder }) => {
    const [server, client] = [new Server(), new Client()];
    const path = `${folder}/server`;
    const listening = reactor.listenUNIXDatagram(path, server);
    const connected = reactor.connectUNIXDatagram(path, client);
    assertMatch(connected.getHost().name ?? "", /^\0/);
    connected.write(bytes("anonymous"));
    await client.has("re: anonymous");
    await connected.stopListening();
    await listening.stopListening();
  });

  suite(
    "UNIX-15 UNIXDatagramPort listens on names that stand for no file",
    async ({ reactor, folder }) => {
      const [server, client] = [new Server(), new Client()];
      const path = `\0twinloop${folder}`;
      const listening = reactor.listenUNIXDatagram(path, server);
      assertEquals(listening.getHost().name, path);
      const connected = reactor.connectUNIXDatagram(path, client);
      connected.write(bytes("abstract"));
      await client.has("re: abstract");
      await connected.stopListening();
      await listening.stopListening();
    },
  );

  suite("a connected port hears nobody else", async ({ reactor, folder }) => {
    const [server, client, stranger] = [new Server(), new Client(), new Server()];
    const listening = reactor.listenUNIXDatagram(`${folder}/server`, server);
    const other = reactor.listenUNIXDatagram(`${folder}/stranger`, stranger);
    const bindAddress = `${folder}/client`;
    const connected = reactor.connectUNIXDatagram(`${folder}/server`, client, { bindAddress });
    other.write(bytes("unwanted"), bindAddress);
    connected.write(bytes("wanted"));
    await client.has("re: wanted");
    assertEquals(client.log, ["started", "re: wanted"]);
    for (const port of [connected, other, listening]) await port.stopListening();
  });

  suite("UNIXDatagramPort cuts what is longer than maxPacketSize", async ({ reactor, folder }) => {
    const [server, client] = [new Server(), new Client()];
    const path = `${folder}/server`;
    const listening = reactor.listenUNIXDatagram(path, server, { maxPacketSize: 4 });
    const connected = reactor.connectUNIXDatagram(path, client);
    connected.write(bytes("12345678"));
    await server.has("1234");
    await connected.stopListening();
    await listening.stopListening();
  });
}

function refusalCases(suite: Suite): void {
  suite("OUNIX-09 a path in use cannot be listened on", async ({ reactor, folder }) => {
    const path = `${folder}/server`;
    const listening = reactor.listenUNIXDatagram(path, new Server());
    const late = new Server();
    const error = assertThrows(() => reactor.listenUNIXDatagram(path, late), CannotListenError);
    assertEquals([error.port, late.log], [path, []]);
    await listening.stopListening();
    // The path is free again.
    const again = reactor.listenUNIXDatagram(path, late);
    assertEquals(late.log, ["started"]);
    await again.stopListening();
  });

  suite("OUNIX-10 UNIXDatagramPort.toString() has protocol and path", async (test) => {
    const { reactor, folder } = test;
    const listening = reactor.listenUNIXDatagram(`${folder}/server`, new Server());
    assertEquals(String(listening), `<Server on '${folder}/server'>`);
    await listening.stopListening();
    assertEquals(String(listening), "<Server (not listening)>");
  });

  suite("a peer that does not listen is connectionRefused", async ({ reactor, folder }) => {
    const client = new Client();
    const connected = reactor.connectUNIXDatagram(`${folder}/nobody`, client);
    connected.write(bytes("lost"));
    await client.has("refused");
    assert(connected.connected);
    await connected.stopListening();
  });

  suite("POSIXB-13 a connected port that cannot begin is closed", async (test) => {
    const { reactor, folder } = test;
    const bindAddress = `${folder}/own`;
    class Failing extends Client {
      override startProtocol(): void {
        throw new RangeError("not today");
      }
    }
    const failing = new Failing();
    const connect = (client: Client) =>
      reactor.connectUNIXDatagram(`${folder}/server`, client, { bindAddress });
    assertThrows(() => connect(failing), RangeError, "not today");
    assertEquals(failing.log, ["stopped"]);
    // Its path can be bound again.
    const client = new Client();
    const port = connect(client);
    assertEquals(port.getHost().name, bindAddress);
    await port.stopListening();
    assertEquals(client.log, ["started", "stopped"]);
  });

  suite("UNIXDatagramPort.write() refuses what is no datagram", async ({ reactor, folder }) => {
    const path = `${folder}/server`;
    const listening = reactor.listenUNIXDatagram(path, new Server());
    const wrong = "text" as unknown as Uint8Array;
    assertThrows(() => listening.write(wrong, path), TypeError, "not a Uint8Array");
    assertThrows(() => listening.write(new Uint8Array(1_000_000), path), MessageLengthError);
    await listening.stopListening();
    listening.write(bytes("ignored"), path);
  });
}
