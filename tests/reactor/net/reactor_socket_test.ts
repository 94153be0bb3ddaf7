import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { SocketError, type StreamAddress } from "../../../poller/mod.ts";
import {
  type AddressFamilyName,
  CannotListenError,
  DatagramProtocol,
  type IReactorSocket,
  MemoryPlatform,
  PollReactor,
  type ReactorBase,
  type TCPPort,
  UnsupportedAddressFamily,
} from "../../../reactor/mod.ts";
import { type SimulatedHost, Simulation } from "../../../sim/mod.ts";
import { runGuarded } from "../../contract/tcp_contract.ts";
import { RecordingClients, RecordingServers } from "../../contract/tcp_recorders.ts";
import { REACTORS } from "../reactors.ts";

const TCP: StreamAddress = { transport: "tcp", hostname: "0.0.0.0", port: 80 };
const UNIX: StreamAddress = { transport: "unix", path: "/run/service" };
const UDP = { transport: "udp", hostname: "0.0.0.0", port: 53 } as const;

/** What a test is given: a reactor on a host whose program has inherited things, and one outside. */
interface Case {
  readonly sim: Simulation;
  readonly host: SimulatedHost;
  readonly reactor: ReactorBase;
  readonly outside: ReactorBase;
  readonly log: string[];
  /** Has the program inherit a listener; returns the number. */
  listener(address?: StreamAddress): number;
  /** Has the program inherit a datagram socket; returns the number. */
  socket(): number;
  /** Has the program inherit the accepted end of a connection; returns the number. */
  connection(clients: RecordingClients, address?: StreamAddress): Promise<number>;
}

function suite(name: string, body: (test: Case) => void | Promise<void>): void {
  for (const { label, make } of REACTORS) {
    Deno.test(`${name} (${label}, sim)`, async () => {
      const sim = new Simulation({ seed: 1 });
      const host = sim.host("host");
      const { reactor, close } = make(host, {});
      const outside = new PollReactor(sim.host("outside"));
      const test: Case = {
        sim,
        host,
        reactor,
        outside,
        log: [],
        listener: (address = TCP) => sim.hosts.bequeath("host", host.network.listen(address)),
        socket: () => sim.hosts.bequeath("host", host.network.bindDatagram(UDP)),
        async connection(clients, address = TCP) {
          const listener = host.network.listen(address);
          if ("path" in address) reactor.connectUNIX(address.path ?? "", clients);
          else outside.connectTCP("host", address.port, clients);
          await clients.next();
          await sim.sleep(1);
          const stream = listener.accept();
          assert(stream !== undefined);
          listener.close();
          return sim.hosts.bequeath("host", stream);
        },
      };
      await sim.run(() => runGuarded(reactor, () => runGuarded(outside, () => body(test))));
      close();
      assertEquals(sim.leaks().map((leak) => `${leak.kind}: ${leak.description}`), []);
    });
  }
}

suite("SOCK-01 a reactor provides IReactorSocket", ({ reactor }) => {
  const sockets: IReactorSocket = reactor;
  for (const method of ["adoptStreamPort", "adoptStreamConnection", "adoptDatagramPort"] as const) {
    assertEquals(typeof sockets[method], "function");
  }
});

suite("SOCK-02 adoptStreamPort() of what is no listening socket throws", (test) => {
  const { reactor, log } = test;
  const servers = new RecordingServers(log, { name: "server" });
  const codes = [4711, -1, NaN, test.socket()].map((descriptor) => {
    const error = assertThrows(
      () => reactor.adoptStreamPort(descriptor, "IPv4", servers),
      CannotListenError,
    );
    assertEquals(error.port, `descriptor ${descriptor}`);
    return (error.cause as SocketError).code;
  });
  assertEquals([codes, log], [["EBADF", "EBADF", "EBADF", "EINVAL"], []]);
});

suite("SOCK-03, SOCK-05, SOCK-07 what is adopted is of a family that there is", (test) => {
  const { reactor, log } = test;
  const servers = new RecordingServers(log, { name: "server" });
  const protocol = new DatagramProtocol();
  const [port, socket] = [test.listener(), test.socket()];
  const attempts: [AddressFamilyName, () => unknown][] = [
    ["Hostname", () => reactor.adoptStreamPort(port, "Hostname", servers)],
    ["process", () => reactor.adoptStreamConnection(port, "process", servers)],
    ["UNIX", () => reactor.adoptDatagramPort(socket, "UNIX", protocol)],
  ];
  for (const [family, attempt] of attempts) {
    const error = assertThrows(attempt, UnsupportedAddressFamily);
    assertEquals(error.addressFamily, family);
  }
  assertEquals(log, []);
  // Nothing was taken.
  for (
    const adopted of [
      reactor.adoptStreamPort(port, "IPv4", servers),
      reactor.adoptDatagramPort(socket, "IPv4", protocol),
    ]
  ) adopted.stopListening();
});

for (const [name, address] of [["TCP", TCP], ["UNIX", UNIX]] as const) {
  suite(`SOCK-04 an adopted ${name} port accepts, and stopping it only closes it`, async (test) => {
    const { reactor, outside, log } = test;
    const descriptor = test.listener(address);
    const servers = new RecordingServers(log, { name: "" });
    const connect = () => {
      const clients = new RecordingClients(log, { name: "" });
      if ("path" in address) reactor.connectUNIX(address.path ?? "", clients);
      else outside.connectTCP("host", address.port, clients);
      return clients;
    };
    // The parent's backlog has room before the program takes the socket over.
    const early = connect();
    await early.next();
    servers.port = reactor.adoptStreamPort(
      descriptor,
      address === TCP ? "IPv4" : "UNIX",
      servers,
    ) as TCPPort;
    const first = await servers.next();
    assertThrows(() => reactor.adoptStreamPort(descriptor, "IPv4", servers), CannotListenError);
    first.say("hello");
    await early.protocols[0]?.has(5);
    await servers.stop();
    const late = connect();
    await late.next();
    assertEquals([servers.protocols.length, late.protocols[0]?.losses], [1, 0]);
    assertThrows(() => test.host.network.listen(address), SocketError, "in use");
    for (const { protocols: [client] } of [early, late]) client?.transport.loseConnection();
    await Promise.all([first.lost(), early.end(), late.end()]);
  });
}

suite(
  "adoptStreamPort() goes on with connections whose handshake is under way when it stops",
  async (test) => {
    const { reactor, outside, log, sim } = test;
    const servers = new RecordingServers(log, { name: "" });
    servers.port = reactor.adoptStreamPort(test.listener(), "IPv4", servers) as TCPPort;
    const handle = [...test.host.network.handles.values()][0];
    const clients = new RecordingClients(log, { name: "" });
    outside.connectTCP("host", 80, clients);
    // The first of three messages has arrived, each of which takes 1 ms; the last has not.
    await sim.sleep(0.0015);
    handle?.close();
    const client = await clients.next();
    await sim.sleep(1);
    assertEquals(client.losses, 0);
    await servers.stop();
    client.transport.loseConnection();
    await clients.end();
  },
);

for (const [name, address] of [["TCP", TCP], ["UNIX", UNIX]] as const) {
  suite(`adoptStreamConnection() goes on with a ${name} connection`, async (test) => {
    const clients = new RecordingClients(test.log, { name: "" });
    const descriptor = await test.connection(clients, address);
    const servers = new RecordingServers(test.log, { name: "" });
    const family = address === TCP ? "IPv4" : "UNIX";
    const transport = test.reactor.adoptStreamConnection(descriptor, family, servers);
    const server = await servers.next();
    assertEquals(server.transport, transport);
    const [client] = clients.protocols;
    assert(client !== undefined);
    assertEquals(`${servers.addresses[0]}`, `${transport?.getPeer()}`);
    assertEquals(`${transport?.getHost()}`, `${client.transport.getPeer()}`);
    server.say("hello");
    client.say("world!");
    await Promise.all([client.has(5), server.has(6)]);
    assertEquals([client.text, server.text], ["hello", "world!"]);
    assertThrows(
      () => test.reactor.adoptStreamConnection(descriptor, "IPv4", servers),
      SocketError,
      "Cannot adopt descriptor",
    );
    transport?.loseConnection();
    await Promise.all([server.lost(), client.lost()]);
  });

  suite(
    `UNIX-16 adoptStreamConnection() of ${name} returns null when buildProtocol does, and closes`,
    async (test) => {
      const clients = new RecordingClients(test.log, { name: "" });
      const descriptor = await test.connection(clients, address);
      const none = new RecordingServers(test.log, { name: "", build: () => null });
      assertEquals(test.reactor.adoptStreamConnection(descriptor, "UNIX", none), null);
      await clients.end();
    },
  );
}

suite("adoptStreamConnection() closes the connection when buildProtocol throws", async (test) => {
  const clients = new RecordingClients(test.log, { name: "" });
  const descriptor = await test.connection(clients);
  const build = () => {
    throw new RangeError("no protocol");
  };
  const servers = new RecordingServers(test.log, { name: "", build });
  assertThrows(
    () => test.reactor.adoptStreamConnection(descriptor, "IPv4", servers),
    RangeError,
    "no protocol",
  );
  await clients.end();
});

suite("adoptStreamConnection() closes the connection when connectionMade throws", async (test) => {
  const clients = new RecordingClients(test.log, { name: "" });
  const descriptor = await test.connection(clients);
  const made = () => {
    throw new RangeError("made");
  };
  const servers = new RecordingServers(test.log, { name: "", made });
  assertThrows(
    () => test.reactor.adoptStreamConnection(descriptor, "IPv4", servers),
    RangeError,
    "made",
  );
  assertInstanceOf(servers.protocols[0]?.reason?.value, RangeError);
  await clients.end();
});

suite("SOCK-06 adoptDatagramPort() of what is no datagram socket throws", (test) => {
  const codes = [4711, test.listener()].map((descriptor) => {
    const error = assertThrows(
      () => test.reactor.adoptDatagramPort(descriptor, "IPv4", new DatagramProtocol()),
      CannotListenError,
    );
    return (error.cause as SocketError).code;
  });
  assertEquals(codes, ["EBADF", "EINVAL"]);
});

suite("SOCK-08 an adopted datagram port receives, and stopping it only closes it", async (test) => {
  const { reactor, outside, host } = test;
  const descriptor = test.socket();
  const { promise, resolve } = Promise.withResolvers<string>();
  class Receiver extends DatagramProtocol {
    override datagramReceived(bytes: Uint8Array): void {
      resolve(new TextDecoder().decode(bytes));
    }
  }
  const port = reactor.adoptDatagramPort(descriptor, "IPv4", new Receiver(), 100);
  assertEquals([`${port.getHost()}`, port.maxPacketSize], [
    "IPv4Address(type='UDP', host='0.0.0.0', port=53)",
    100,
  ]);
  const sender = new DatagramProtocol();
  const other = outside.listenUDP(0, sender);
  other.write(new TextEncoder().encode("hello"), { host: "10.0.0.1", port: 53 });
  assertEquals(await promise, "hello");
  await port.stopListening();
  const error = assertThrows(() => host.network.bindDatagram(UDP), SocketError);
  assertEquals(error.code, "EADDRINUSE");
  await other.stopListening();
});

Deno.test("a reactor says what its platform cannot adopt", () => {
  const reactor = new PollReactor(new MemoryPlatform());
  const servers = new RecordingServers([], { name: "" });
  const refused = assertThrows(
    () => reactor.adoptStreamConnection(3, "IPv4", servers),
    SocketError,
  );
  assertEquals(refused.code, "ENOTSUP");
  const error = assertThrows(
    () => reactor.adoptDatagramPort(3, "IPv4", new DatagramProtocol()),
    CannotListenError,
  );
  assertInstanceOf(error.cause, SocketError);
  assertEquals(error.cause.code, "ENOTSUP");
});

Deno.test("HostControl.bequeath() refuses what is not open on the host", () => {
  const sim = new Simulation();
  const listener = sim.host("a").network.listen(TCP);
  sim.host("b");
  assertThrows(() => sim.hosts.bequeath("b", listener), TypeError, "is not open on host b");
  listener.close();
  assertThrows(() => sim.hosts.bequeath("a", listener), TypeError, "is not open on host a");
  assertThrows(() => sim.hosts.bequeath("nobody", listener), TypeError);
});
