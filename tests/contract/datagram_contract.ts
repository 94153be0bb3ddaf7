/**
 * What every network guarantees of datagram sockets.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Datagram,
  type DatagramHandle,
  type Platform,
  READ,
  SocketError,
  type UDPAddress,
  WRITE,
} from "../../poller/mod.ts";
import type { NetworkContractOptions } from "./network_contract.ts";
import { pass, until } from "./passes.ts";

/** The address that tests bind. */
const ANY_UDP_PORT: UDPAddress = { transport: "udp", hostname: "127.0.0.1", port: 0 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function datagramContract({ test, world }: NetworkContractOptions): void {
  function testSockets(
    text: string,
    body: (platform: Platform, a: DatagramHandle, b: DatagramHandle) => Promise<void>,
  ): void {
    test(`${world.name}: ${text}`, () =>
      world.run(async ({ platform }) => {
        const a = platform.network.bindDatagram(ANY_UDP_PORT);
        const b = platform.network.bindDatagram(ANY_UDP_PORT);
        await body(platform, a, b);
        a.close();
        b.close();
      }));
  }

  testSockets("Network.bindDatagram() picks a free port", async ({ poller, network }, a, b) => {
    const [first, second] = [a.localAddress as UDPAddress, b.localAddress as UDPAddress];
    assertEquals([first.transport, first.hostname], ["udp", "127.0.0.1"]);
    assert(first.port > 0 && second.port > 0 && first.port !== second.port);
    assertEquals([...network.handles.values()], [a, b]);
    const error = assertThrows(() => network.bindDatagram(first), SocketError);
    assertEquals(error.code, "EADDRINUSE");
    await pass(poller, 0);
  });

  testSockets("DatagramHandle carries datagrams whole, with sender", async (platform, a, b) => {
    const { poller } = platform;
    for (const text of ["one", "", "three"]) {
      assertEquals(a.send(encoder.encode(text), b.localAddress), true);
    }
    const datagrams = await receiveDatagrams(poller, b, 3);
    assertEquals(datagrams.map(({ bytes }) => decoder.decode(bytes)), ["one", "", "three"]);
    assertEquals(datagrams.map(({ from }) => from), [
      a.localAddress,
      a.localAddress,
      a.localAddress,
    ]);
    b.send(encoder.encode("reply"), (datagrams[0] as Datagram).from);
    const [reply] = await receiveDatagrams(poller, a, 1);
    assertEquals(decoder.decode(reply?.bytes), "reply");
    assertEquals(reply?.from, b.localAddress);
  });

  testSockets("DatagramHandle.receive() returns undefined when nothing came", async (p, a) => {
    assertEquals(a.receive(), undefined);
    p.poller.register(a, READ);
    assertEquals(await pass(p.poller, 0.002), []);
    assertEquals(a.receive(), undefined);
  });

  testSockets("DatagramHandle.receive() returns bytes to keep", async ({ poller }, a, b) => {
    a.send(encoder.encode("first"), b.localAddress);
    const [first] = await receiveDatagrams(poller, b, 1);
    a.send(encoder.encode("later"), b.localAddress);
    await receiveDatagrams(poller, b, 1);
    assertEquals(decoder.decode(first?.bytes), "first");
  });

  testSockets("DatagramHandle.send() copies what it takes", async ({ poller }, a, b) => {
    const bytes = encoder.encode("kept");
    a.send(bytes, b.localAddress);
    bytes.fill(0);
    const [datagram] = await receiveDatagrams(poller, b, 1);
    assertEquals(decoder.decode(datagram?.bytes), "kept");
  });

  testSockets("DatagramHandle is ready for WRITE", async ({ poller }, a) => {
    poller.register(a, READ | WRITE);
    for (let i = 0; i < 2; i++) {
      assertEquals(await pass(poller, Infinity), [{ handle: a, events: WRITE }]);
    }
  });

  testSockets("DatagramHandle reports again what was not received", async ({ poller }, a, b) => {
    a.send(encoder.encode("1"), b.localAddress);
    a.send(encoder.encode("2"), b.localAddress);
    poller.register(b, READ);
    const texts: string[] = [];
    await until(poller, () => texts.length === 2, () => {
      const datagram = b.receive(); // One a pass.
      if (datagram !== undefined) texts.push(decoder.decode(datagram.bytes));
    });
    assertEquals(texts, ["1", "2"]);
  });

  testSockets("DatagramHandle carries the largest payload and no larger", async (p, a, b) => {
    const largest = new Uint8Array(65_507).fill(7);
    assertEquals(a.send(largest, b.localAddress), true);
    const [datagram] = await receiveDatagrams(p.poller, b, 1);
    assertEquals(datagram?.bytes, largest);
    assertEquals(codeOfThrown(() => a.send(new Uint8Array(65_508), b.localAddress)), "EMSGSIZE");
  });

  testSockets("DatagramHandle.send() refuses addresses that it cannot reach", async (p, a) => {
    const to: UDPAddress = { transport: "udp", hostname: "::1", port: 9 };
    assertEquals(codeOfThrown(() => a.send(new Uint8Array(1), to)), "EAFNOSUPPORT");
    assertEquals(codeOfThrown(() => a.send(new Uint8Array(1), ANY_UDP_PORT)), "EINVAL");
    assertEquals(a.takeError(), null);
    await pass(p.poller, 0);
  });

  testSockets(
    "DatagramHandle.released settles when the address is free",
    async (platform, a, b) => {
      const { network, poller } = platform;
      poller.register(a, READ); // A reception is under way.
      await pass(poller, 0);
      a.send(encoder.encode("last"), b.localAddress);
      a.close();
      await a.released;
      network.bindDatagram(a.localAddress).close();
      const [datagram] = await receiveDatagrams(poller, b, 1);
      assertEquals(datagram?.bytes, encoder.encode("last"));
    },
  );

  testSockets("DatagramHandle after close() refuses to be used", async ({ poller }, a, b) => {
    poller.register(a, READ | WRITE);
    a.close();
    a.abort();
    assertEquals([a.closed, a.fileno(), poller.size], [true, -1, 0]);
    assertEquals(codeOfThrown(() => a.send(new Uint8Array(1), b.localAddress)), "EBADF");
    assertEquals(codeOfThrown(() => a.receive()), "EBADF");
    assertEquals((a.localAddress as UDPAddress).transport, "udp");
    await pass(poller, 0);
  });
}

/** Makes passes until so many datagrams came. */
async function receiveDatagrams(
  poller: Platform["poller"],
  socket: DatagramHandle,
  count: number,
): Promise<Datagram[]> {
  const datagrams: Datagram[] = [];
  poller.register(socket, READ);
  await until(poller, () => datagrams.length >= count, () => {
    const datagram = socket.receive();
    if (datagram !== undefined) datagrams.push(datagram);
  });
  poller.unregister(socket);
  return datagrams;
}

function codeOfThrown(fn: () => unknown): string {
  return assertThrows(fn, SocketError).code;
}
