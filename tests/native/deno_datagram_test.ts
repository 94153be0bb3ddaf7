import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import dgram from "node:dgram";
import {
  type AnyHandle,
  type Datagram,
  type DatagramHandle,
  type Network,
  type Poller,
  READ,
} from "../../poller/mod.ts";
import { DenoDatagram } from "../../poller/deno_datagram.ts";
import { toSocketError } from "../../poller/deno_errors.ts";
import type { ReadinessSink } from "../../poller/deno_handle.ts";
import { NodeDatagramSocket } from "../../poller/deno_node_datagram.ts";
import { NullDescriptorReserve } from "../../poller/descriptor_reserve.ts";
import { Farewells } from "../../poller/deno_farewells.ts";
import type { RenewingMap } from "../../poller/renewing_map.ts";
import { datagramContract } from "../contract/datagram_contract.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { ready, until } from "../contract/passes.ts";
import type { World, WorldRun } from "../contract/world.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const world = new DenoWorld();

/** The world of real sockets where Deno's own datagram sockets are missing. */
class NodeDatagramWorld implements World {
  readonly name = "node:dgram";
  readonly isReal = true;

  run(body: (world: WorldRun) => Promise<void>): Promise<void> {
    return world.run((run) => {
      const { platform } = run;
      const site = {
        sink: platform.poller as Poller & ReadinessSink,
        handles: platform.network.handles as RenewingMap<number, AnyHandle>,
        farewells: new Farewells(),
        reserve: new NullDescriptorReserve(),
        report: platform.report,
      };
      const network: Network = {
        handles: platform.network.handles,
        listen: (address) => platform.network.listen(address),
        connect: (address) => platform.network.connect(address),
        identifyFile: (path) => platform.network.identifyFile(path),
        findService: (name, transport) => platform.network.findService(name, transport),
        bindDatagram(address) {
          if (!("port" in address) || !(address.port >= 0)) throw new RangeError("port");
          try {
            const native = new NodeDatagramSocket(address.hostname, address.port, {});
            return new DenoDatagram(site, native);
          } catch (error) {
            throw toSocketError("bind", error);
          }
        },
      };
      return body({ ...run, platform: { ...platform, network } });
    });
  }
}

datagramContract({ test: Deno.test, world: new NodeDatagramWorld() });

Deno.test("Network.bindDatagram() shares an address only where asked to", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const first = network.bindDatagram(
      { transport: "udp", hostname: "127.0.0.1", port: 0 },
      { reuseAddress: true },
    );
    const second = network.bindDatagram(first.localAddress, { reuseAddress: true });
    assertEquals(second.localAddress, first.localAddress);
    first.close();
    second.close();
    await new Promise<void>((resolve) => poller.poll(0, () => {}, resolve));
  }));

Deno.test("DatagramHandle.close() sends what was taken", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const a = network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    const b = network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    for (let i = 0; i < 10; i++) assert(a.send(Uint8Array.of(i), b.localAddress));
    a.close();
    const datagrams = await receive(poller, b, 10);
    assertEquals(datagrams.map(({ bytes }) => bytes[0]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    b.close();
  }));

Deno.test("DatagramHandle.send() takes no more than there is room for", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const a = network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
    let taken = 0;
    while (a.send(new Uint8Array(1), a.localAddress)) assert(++taken < 10_000);
    poller.register(a, 4);
    await ready(poller, a, 4);
    assertEquals(a.send(new Uint8Array(1), a.localAddress), true);
    a.close();
  }));

// -- node:dgram --

/** A socket, and the one of `node:dgram` below it. */
function nodeSocket(): [socket: NodeDatagramSocket, below: dgram.Socket] {
  const own = dgram.createSocket;
  let below: dgram.Socket | null = null;
  dgram.createSocket = ((options: dgram.SocketOptions) => below = own(options)) as typeof own;
  try {
    return [new NodeDatagramSocket("127.0.0.1", 0, {}), below as unknown as dgram.Socket];
  } finally {
    dgram.createSocket = own;
  }
}

const PEER = { address: "127.0.0.1", family: "IPv4", port: 9, size: 0 };

Deno.test("NodeDatagramSocket keeps a mebibyte of what nobody receives, and drops the rest", async () => {
  const [socket, below] = nodeSocket();
  const buffer = new Uint8Array(65_536);
  // A second time, since room must come back.
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 40; i++) below.emit("message", Buffer.alloc(50_000), PEER);
    below.emit("message", Buffer.of(1), PEER);
    const lengths: number[] = [];
    while (lengths.at(-1) !== 1) lengths.push((await socket.receive(buffer))[0].length);
    assertEquals(lengths, [...Array(20).fill(50_000), 1]);
  }
  socket.close();
  await socket.ended;
});

Deno.test("NodeDatagramSocket tells the next reception of an error that came before it", async () => {
  const [socket, below] = nodeSocket();
  const error = new Error("odd");
  below.emit("error", error);
  const buffer = new Uint8Array(10);
  assertStrictEquals(await socket.receive(buffer).catch((caught: unknown) => caught), error);
  below.emit("message", Buffer.of(7), PEER);
  assertEquals([...(await socket.receive(buffer))[0]], [7]);
  socket.close();
  await socket.ended;
});

// -- UNIX --

Deno.test("UNIX datagram sockets send while they wait to receive, and can be answered", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await world.run(async ({ platform: { network, poller } }) => {
      const a = network.bindDatagram({ transport: "unixpacket", path: `${folder}/a` });
      const b = network.bindDatagram({ transport: "unixpacket", path: `${folder}/b` });
      assertEquals(a.localAddress, { transport: "unixpacket", path: `${folder}/a` });
      poller.register(a, READ);
      poller.register(b, READ);
      // Each answers the other: at every send both have a reception under way.
      const log: string[] = [];
      a.send(encoder.encode("0"), b.localAddress);
      await until(poller, () => log.length === 20, (handle) => {
        const socket = handle as DatagramHandle;
        const datagram = socket.receive();
        if (datagram === undefined) return;
        const text = decoder.decode(datagram.bytes);
        log.push(`${socket === a ? "a" : "b"}${text}`);
        socket.send(encoder.encode(`${Number(text) + 1}`), datagram.from);
      });
      assertEquals(log, Array.from({ length: 20 }, (_, i) => `${i % 2 === 0 ? "b" : "a"}${i}`));
      a.close();
      b.close();
    });
    assertEquals([...Deno.readDirSync(folder)], []); // Their files are gone.
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("UNIX datagrams arrive in order, and a missing receiver is reported", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await world.run(async ({ platform: { network, poller } }) => {
      const a = network.bindDatagram({ transport: "unixpacket", path: `${folder}/a` });
      const b = network.bindDatagram({ transport: "unixpacket", path: `${folder}/b` });
      poller.register(a, READ);
      for (let i = 0; i < 50; i++) assert(a.send(Uint8Array.of(i), b.localAddress));
      const datagrams = await receive(poller, b, 50);
      assertEquals(datagrams.map(({ bytes }) => bytes[0]), Array.from({ length: 50 }, (_, i) => i));
      a.send(new Uint8Array(1), { transport: "unixpacket", path: `${folder}/nobody` });
      await ready(poller, a, 0x18);
      assertEquals(a.takeError()?.code, "ENOENT");
      assertThrows(() => a.send(new Uint8Array(1), { transport: "udp", hostname: "::1", port: 1 }));
      a.close();
      b.close();
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function receive(poller: Poller, socket: DatagramHandle, count: number): Promise<Datagram[]> {
  const datagrams: Datagram[] = [];
  poller.register(socket, READ);
  await until(poller, () => datagrams.length === count, (handle) => {
    if (handle !== socket) return;
    for (let one = socket.receive(); one !== undefined; one = socket.receive()) datagrams.push(one);
  });
  poller.unregister(socket);
  return datagrams;
}
