import { assertEquals } from "@std/assert";
import type { DatagramHandle, MulticastSocket } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

const GROUP = "225.0.0.250";
const TO_GROUP = { transport: "udp", hostname: GROUP, port: 9 } as const;
const NAMES = ["a", "b", "c"];

/** Three hosts with a socket each, all in one group. */
class Members {
  readonly sim = new Simulation({ seed: 1 });
  readonly sockets: DatagramHandle[] = NAMES.map((name) => this.join(name));

  join(name: string): DatagramHandle {
    const socket = this.sim.host(name).network.bindDatagram(
      { transport: "udp", hostname: "0.0.0.0", port: 9 },
      { multicast: true, reuseAddress: true },
    );
    groupsOf(socket).joinGroup(GROUP);
    return socket;
  }

  /** Sends to the group from the first host, and returns how many datagrams each host got. */
  async send(from: DatagramHandle = this.sockets[0] as DatagramHandle): Promise<number[]> {
    await this.sim.run(async () => {
      from.send(Uint8Array.of(1), TO_GROUP);
      await this.sim.sleep(1);
    });
    return this.sockets.map((socket) => count(socket));
  }
}

function groupsOf({ multicast }: DatagramHandle): MulticastSocket {
  return multicast as MulticastSocket;
}

function count(socket: DatagramHandle): number {
  let number = 0;
  while (!socket.closed && socket.receive() !== undefined) number++;
  return number;
}

Deno.test("DatagramHandle.send() to a group reaches each member over its link", async () => {
  const { sim, sockets } = new Members();
  using _far = sim.network.shape({ to: "c" }, { latency: 0.5 });
  const arrivals: string[] = [];
  sim.always("arrivals", () => {
    for (const [i, socket] of sockets.entries()) {
      const datagram = socket.receive();
      if (datagram === undefined) continue;
      arrivals.push(`${NAMES[i]} ${sim.now.toFixed(5)}`);
      assertEquals(datagram.from, { transport: "udp", hostname: "10.0.0.1", port: 9 });
      assertEquals(datagram.bytes[0], 1);
      datagram.bytes[0] = 0; // Nobody else's.
    }
  });
  await sim.run(async () => {
    sockets[0]?.send(Uint8Array.of(1), TO_GROUP);
    for (let i = 0; i < 11; i++) await sim.sleep(0.05);
  });
  assertEquals(arrivals.map((text) => text.split(" ")[0]), ["a", "b", "c"]);
});

Deno.test("DatagramHandle.send() to a group suffers what befalls each link", async () => {
  const members = new Members();
  const { sim } = members;
  assertEquals(await members.send(), [1, 1, 1]);
  {
    using _lossy = sim.network.shape({ to: "b" }, { loss: 1 });
    using _doubled = sim.network.shape({ to: "c" }, { duplication: 1 });
    assertEquals(await members.send(), [1, 0, 2]);
  }
  {
    using _cut = sim.network.partition("a", ["b", "c"]);
    assertEquals(await members.send(), [1, 0, 0]);
    assertEquals(await members.send(members.sockets[1]), [0, 1, 1]);
  }
  using held = sim.network.hold({ to: "b" });
  assertEquals(await members.send(), [1, 0, 1]);
  assertEquals(held.messages.map(({ kind, to }) => `${kind} ${to}`), ["datagram b"]);
});

Deno.test("DatagramHandle.send() flips bits of a copy only", async () => {
  const { sim, sockets } = new Members();
  using _bad = sim.network.shape({ to: "b" }, { corruption: 1 });
  await sim.run(async () => {
    sockets[0]?.send(new Uint8Array(4), TO_GROUP);
    await sim.sleep(1);
  });
  const sums = sockets.map((socket) => socket.receive()?.bytes.reduce((sum, byte) => sum + byte));
  assertEquals([sums[0], sums[2]], [0, 0]);
  assertEquals(sums[1] === 0, false);
});

Deno.test("DatagramHandle.send() to a group gives each socket of a host bytes of its own", async () => {
  const members = new Members();
  const shared = [members.sockets[1] as DatagramHandle, members.join("b")];
  await members.sim.run(async () => {
    members.sockets[0]?.send(Uint8Array.of(1), TO_GROUP);
    await members.sim.sleep(1);
  });
  for (const socket of shared) {
    const bytes = socket.receive()?.bytes;
    assertEquals(bytes, Uint8Array.of(1));
    bytes?.fill(0);
  }
});

Deno.test("MulticastSocket.loopback keeps datagrams from the own host, and no further", async () => {
  const members = new Members();
  const [first] = members.sockets;
  groupsOf(first as DatagramHandle).loopback = false;
  assertEquals(await members.send(), [0, 1, 1]);
  assertEquals(await members.send(members.sockets[1]), [1, 1, 1]);
});

Deno.test("MulticastSocket.outgoingInterface keeps datagrams on the loopback interface", async () => {
  const members = new Members();
  const [first] = members.sockets as [DatagramHandle];
  groupsOf(first).outgoingInterface = "127.0.0.1";
  assertEquals(await members.send(), [0, 0, 0]); // Nobody is a member there.
  groupsOf(first).joinGroup(GROUP, "127.0.0.1");
  groupsOf(first).loopback = false; // The interface gives back all the same.
  assertEquals(await members.send(), [1, 0, 0]);
  groupsOf(first).outgoingInterface = members.sim.host("a").address;
  assertEquals(await members.send(), [0, 1, 1]);
});

Deno.test("HostControl.crash() ends the membership, and a restarted host joins anew", async () => {
  const members = new Members();
  members.sim.hosts.crash("c");
  assertEquals(await members.send(), [1, 1, 0]);
  members.sim.hosts.restart("c");
  assertEquals(await members.send(), [1, 1, 0]);
  members.sockets[2] = members.join("c");
  assertEquals(await members.send(), [1, 1, 1]);
});

Deno.test("MulticastSocket.leaveGroup() before a datagram arrives is in time", async () => {
  const { sim, sockets } = new Members();
  const [first, second] = sockets as [DatagramHandle, DatagramHandle];
  await sim.run(async () => {
    first.send(Uint8Array.of(1), TO_GROUP);
    groupsOf(second).leaveGroup(GROUP);
    await sim.sleep(1);
  });
  assertEquals(sockets.map(count), [1, 0, 1]);
});

Deno.test("MulticastSocket carries groups of IPv6 on one host", async () => {
  const sim = new Simulation();
  const bind = (name: string) =>
    sim.host(name).network.bindDatagram(
      { transport: "udp", hostname: "::", port: 9 },
      { multicast: true },
    );
  const [here, there] = [bind("a"), bind("b")];
  for (const socket of [here, there]) groupsOf(socket).joinGroup("ff02::1:250");
  await sim.run(async () => {
    here.send(Uint8Array.of(1), { transport: "udp", hostname: "ff02::1:250", port: 9 });
    await sim.sleep(1);
  });
  assertEquals(here.receive()?.from, { transport: "udp", hostname: "::1", port: 9 });
  assertEquals(there.receive(), undefined);
});
