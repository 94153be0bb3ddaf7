/**
 * What every network guarantees of multicast. Everything stays on the loopback interface.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  type BindOptions,
  type DatagramHandle,
  type MulticastSocket,
  type Network,
  type Poller,
  READ,
  SocketError,
  type UDPAddress,
} from "../../poller/mod.ts";
import type { NetworkContractOptions } from "./network_contract.ts";
import { pass, until } from "./passes.ts";

const LOOPBACK = "127.0.0.1";

const decoder = new TextDecoder();

/**
 * One test's sockets, and two groups that nobody else on the machine joins meanwhile: on Linux what
 * any process joins, all receive.
 */
class Sockets {
  readonly network: Network;
  readonly poller: Poller;
  readonly group: string;
  readonly otherGroup: string;

  constructor(network: Network, poller: Poller) {
    this.network = network;
    this.poller = poller;
    const port = portOf(this.bind("0.0.0.0"));
    const end = `${port >> 8}.${port & 255}`;
    this.group = `239.1.${end}`;
    this.otherGroup = `239.2.${end}`;
  }

  bind(hostname: string, port: number = 0, options: BindOptions = {}): DatagramHandle {
    return this.network.bindDatagram({ transport: "udp", hostname, port }, options);
  }

  /** Binds a socket to every address, with groups. */
  member(port: number = 0): DatagramHandle {
    return this.bind("0.0.0.0", port, { multicast: true, reuseAddress: true });
  }

  send(from: DatagramHandle, text: string, hostname: string, to: DatagramHandle): void {
    from.send(new TextEncoder().encode(text), { transport: "udp", hostname, port: portOf(to) });
  }

  /** Makes passes until so many datagrams have come to a socket. */
  async receive(socket: DatagramHandle, count: number): Promise<string[]> {
    const texts: string[] = [];
    this.poller.register(socket, READ);
    await until(this.poller, () => texts.length >= count, () => {
      const datagram = socket.receive();
      if (datagram !== undefined) texts.push(decoder.decode(datagram.bytes));
    });
    this.poller.unregister(socket);
    return texts;
  }
}

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function multicastContract({ test, world }: NetworkContractOptions): void {
  function testSockets(text: string, body: (sockets: Sockets) => Promise<void> | void): void {
    test(`${world.name}: ${text}`, () =>
      world.run(async ({ platform }) => {
        const { network, poller } = platform;
        await body(new Sockets(network, poller));
        for (const handle of [...network.handles.values()]) handle.close();
        await pass(poller, 0);
      }));
  }

  testSockets("MulticastSocket.joinGroup() has a socket receive until it leaves", async (s) => {
    const member = s.member();
    const sender = s.member();
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    settingsOf(sender).outgoingInterface = LOOPBACK;
    s.send(sender, "1", s.group, member);
    s.send(sender, "elsewhere", s.otherGroup, member);
    s.send(sender, "2", s.group, member);
    assertEquals(await s.receive(member, 2), ["1", "2"]);
    settingsOf(member).leaveGroup(s.group, LOOPBACK);
    s.send(sender, "late", s.group, member);
    s.send(sender, "direct", LOOPBACK, member);
    assertEquals(await s.receive(member, 1), ["direct"]);
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    s.send(sender, "again", s.group, member);
    assertEquals(await s.receive(member, 1), ["again"]);
  });

  testSockets("DatagramHandle tells who sent to the group, and can answer", async (s) => {
    const member = s.member();
    const sender = s.member();
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    settingsOf(sender).outgoingInterface = LOOPBACK;
    s.send(sender, "question", s.group, member);
    s.poller.register(member, READ);
    let from: UDPAddress | null = null;
    await until(s.poller, () => from !== null, () => {
      from = (member.receive()?.from ?? null) as UDPAddress | null;
    });
    s.poller.unregister(member);
    assertEquals(from, { transport: "udp", hostname: LOOPBACK, port: portOf(sender) });
    s.send(member, "answer", LOOPBACK, sender);
    assertEquals(await s.receive(sender, 1), ["answer"]);
  });

  testSockets("MulticastSocket.joinGroup() has all who share a port receive", async (s) => {
    const first = s.member();
    const second = s.member(portOf(first));
    assertEquals(second.localAddress, first.localAddress);
    for (const member of [first, second]) settingsOf(member).joinGroup(s.group, LOOPBACK);
    settingsOf(first).outgoingInterface = LOOPBACK;
    s.send(first, "all", s.group, first);
    assertEquals([await s.receive(first, 1), await s.receive(second, 1)], [["all"], ["all"]]);
  });

  testSockets("DatagramHandle.close() leaves the groups", async (s) => {
    const member = s.member();
    const bystander = s.member(portOf(member));
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    settingsOf(bystander).outgoingInterface = LOOPBACK;
    member.close();
    await member.released;
    s.send(bystander, "late", s.group, member);
    s.send(bystander, "direct", LOOPBACK, bystander);
    assertEquals(await s.receive(bystander, 1), ["direct"]);
  });

  testSockets("DatagramHandle bound to a group receives nothing else", async (s) => {
    const member = s.bind(s.group, 0, { multicast: true, reuseAddress: true });
    const elsewhere = s.bind(LOOPBACK, portOf(member), { multicast: true, reuseAddress: true });
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    settingsOf(member).joinGroup(s.otherGroup, LOOPBACK);
    settingsOf(elsewhere).joinGroup(s.group, LOOPBACK);
    s.send(elsewhere, "other", s.otherGroup, member);
    s.send(elsewhere, "direct", LOOPBACK, member);
    s.send(elsewhere, "group", s.group, member);
    assertEquals(await s.receive(member, 1), ["group"]);
    // What is bound to an address of its own gets what is sent to that.
    assertEquals(await s.receive(elsewhere, 1), ["direct"]);
  });

  testSockets("DatagramHandle.send() reaches groups from any socket", async (s) => {
    const member = s.member();
    const plain = s.bind(LOOPBACK);
    assertEquals(plain.multicast, null);
    settingsOf(member).joinGroup(s.group, LOOPBACK);
    s.send(plain, "hello", s.group, member);
    assertEquals(await s.receive(member, 1), ["hello"]);
  });

  testSockets("MulticastSocket keeps its settings", (s) => {
    const settings = settingsOf(s.member());
    const read = () => [settings.ttl, settings.loopback, settings.outgoingInterface];
    assertEquals(read(), [1, true, "0.0.0.0"]);
    settings.ttl = 255;
    settings.loopback = false;
    settings.outgoingInterface = LOOPBACK;
    assertEquals(read(), [255, false, LOOPBACK]);
    settings.loopback = true;
    settings.outgoingInterface = "0.0.0.0";
    for (const ttl of [0, 256, 1.5, NaN]) assertThrows(() => settings.ttl = ttl, RangeError);
    assertThrows(() => settings.outgoingInterface = "203.0.113.77", SocketError);
    assertEquals(read(), [255, true, "0.0.0.0"]);
  });

  testSockets("MulticastSocket refuses what cannot be", (s) => {
    const member = s.member();
    const settings = settingsOf(member);
    const join = (group: string, on?: string) => codeOf(() => settings.joinGroup(group, on));
    const leave = (group: string, on?: string) => codeOf(() => settings.leaveGroup(group, on));
    assertEquals([join(LOOPBACK), join("not a group"), join("")], ["EINVAL", "EINVAL", "EINVAL"]);
    assertEquals([join("ff02::1:250"), leave("ff02::1:250")], ["EAFNOSUPPORT", "EAFNOSUPPORT"]);
    assertEquals([join(s.group, "203.0.113.77"), join(s.group, "rubbish")], [
      "EADDRNOTAVAIL",
      "EADDRNOTAVAIL",
    ]);
    assertEquals([leave(s.group, LOOPBACK), leave(LOOPBACK)], ["EADDRNOTAVAIL", "EINVAL"]);
    settings.joinGroup(s.group, LOOPBACK);
    assertEquals(join(s.group, LOOPBACK), "EADDRINUSE");
    member.close();
    const use = [
      () => settings.joinGroup(s.otherGroup, LOOPBACK),
      () => settings.leaveGroup(s.group, LOOPBACK),
      () => settings.ttl = 2,
      () => settings.loopback = false,
      () => settings.outgoingInterface = LOOPBACK,
    ];
    assertEquals(use.map(codeOf), ["EBADF", "EBADF", "EBADF", "EBADF", "EBADF"]);
    assertEquals(settings.ttl, 1);
  });

  testSockets("MulticastSocket.joinGroup() takes groups of IPv6", (s) => {
    const member = s.bind("::", 0, { multicast: true });
    const settings = settingsOf(member);
    settings.joinGroup("ff02::1:250", "1");
    assertEquals(codeOf(() => settings.joinGroup("ff02::1:250", "1")), "EADDRINUSE");
    assertEquals(codeOf(() => settings.joinGroup("ff02::1:250", "9999")), "EADDRNOTAVAIL");
    assertEquals(codeOf(() => settings.joinGroup(s.group)), "EAFNOSUPPORT");
    settings.leaveGroup("ff02::1:250", "1");
    assertEquals(settings.outgoingInterface, "0");
  });
}

function settingsOf({ multicast }: DatagramHandle): MulticastSocket {
  if (multicast === null) throw new TypeError("The socket has no groups");
  return multicast;
}

function portOf(socket: DatagramHandle): number {
  return (socket.localAddress as UDPAddress).port;
}

function codeOf(fn: () => unknown): string {
  return assertThrows(fn, SocketError).code;
}
