import { assertEquals } from "@std/assert";
import { type DatagramHandle, READ, type TCPAddress } from "../../../poller/mod.ts";
import { drawSequence, explore, recordRun, type SimulatedProcess } from "../../../sim/mod.ts";
import { findMessages } from "../../../sim/pictures/messages.ts";
import { ready } from "../raw_loop.ts";
import { ANY, codeOf } from "../two_hosts.ts";
import { twoProcesses } from "../two_processes.ts";

const UDP = { transport: "udp", hostname: "0.0.0.0", port: 53 } as const;
const UNIX = { transport: "unix", path: "/run/app.sock" } as const;

function sizeOf(socket: DatagramHandle): number | undefined {
  return socket.receive()?.bytes.length;
}

Deno.test("A process connects to another on its machine, and others reach the one that listens", async () => {
  const { sim, one, client, loops } = twoProcesses();
  const listener = loops.two.platform.network.listen(ANY);
  const accepted: string[] = [];
  await sim.run(async () => {
    for (
      const [from, hostname] of [[one, "localhost"], [one, "server"], [client, "server"]] as const
    ) {
      const stream = from.network.connect({ ...ANY, hostname });
      await ready(loops.two, listener, READ);
      const { localAddress, remoteAddress } = listener.accept() ?? {};
      const [local, remote] = [localAddress, remoteAddress] as TCPAddress[];
      accepted.push(`${local?.hostname} from ${remote?.hostname}`);
      assertEquals(stream.closed, false);
    }
  });
  assertEquals(accepted, [
    "127.0.0.1 from 127.0.0.1",
    "10.0.0.1 from 10.0.0.1",
    "10.0.0.1 from 10.0.0.2",
  ]);
  // Twice three messages on the machine, and three over the network.
  assertEquals(sim.now, 0.0033);
});

Deno.test("Processes of a machine share its ports and paths", async () => {
  const { sim, one, two } = twoProcesses();
  const tcp = one.network.listen(ANY);
  assertEquals(codeOf(() => two.network.listen(ANY)), "EADDRINUSE");
  const udp = one.network.bindDatagram(UDP);
  assertEquals(codeOf(() => two.network.bindDatagram(UDP)), "EADDRINUSE");
  one.network.listen(UNIX);
  assertEquals(codeOf(() => two.network.listen(UNIX)), "EADDRINUSE");
  tcp.close();
  udp.close();
  two.network.listen(ANY).close();
  two.network.bindDatagram(UDP).close();
  two.network.listen(UNIX, { replaceSocketFile: true });
  const ports = [one, two, one].map(({ network }) => {
    const { localAddress } = network.listen({ ...ANY, port: 0 });
    return (localAddress as TCPAddress).port;
  });
  assertEquals(new Set(ports).size, 3);
  const stream = one.network.connect(UNIX);
  await sim.run(() => sim.sleep(1));
  assertEquals(stream.connecting, false);
});

Deno.test("Processes that share a port are connected to as the strategy chooses", async () => {
  const { outcomes } = await explore((sim) => {
    const { one, two, client } = twoProcesses(sim);
    const listeners = [one, two].map(({ network }) => network.listen(ANY, { reusePort: true }));
    client.network.connect({ ...ANY, hostname: "server" });
    return () => listeners.map((listener) => listener.accept() !== undefined).join();
  }, { strategy: "dpor", world: {} });
  assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["false,true", "true,false"]);
});

Deno.test("A datagram is for the process that has the port when it arrives", async () => {
  const { sim, one, two, client } = twoProcesses();
  const socket = client.network.bindDatagram(UDP);
  const to = { ...UDP, hostname: "server" };
  await sim.run(async () => {
    const first = one.network.bindDatagram(UDP);
    socket.send(new Uint8Array(1), to);
    await sim.sleep(1);
    assertEquals([sizeOf(first), sizeOf(first)], [1, undefined]);
    socket.send(new Uint8Array(2), to);
    first.close();
    const second = two.network.bindDatagram(UDP);
    await sim.sleep(1);
    assertEquals(sizeOf(second), 2);
  });
  const hosts = sim.trace.toString().split("\n").filter((line) => line.includes(" arrive "));
  assertEquals(hosts.map((line) => line.split(" ")[1]), ["server/one", "server/two"]);
});

Deno.test("A partition cuts off all processes of a host, but not from each other", async () => {
  const { sim, one, two, client } = twoProcesses();
  const socket = two.network.bindDatagram(UDP);
  const senders = [one, client].map(({ network }) => network.bindDatagram({ ...UDP, port: 54 }));
  const remote = client.network.bindDatagram({ ...UDP, port: 55 });
  await sim.run(async () => {
    using _partition = sim.network.partition("server");
    senders[0]?.send(new Uint8Array(1), { ...UDP, hostname: "client", port: 55 });
    for (const sender of senders) sender.send(new Uint8Array(1), { ...UDP, hostname: "server" });
    await sim.sleep(1);
  });
  assertEquals([sizeOf(socket), sizeOf(socket), sizeOf(remote)], [1, undefined, undefined]);
});

Deno.test("A datagram to a group reaches every process of a machine that is in it", async () => {
  const { sim, one, two, client } = twoProcesses();
  const group = "239.1.2.3";
  const member = ({ network }: SimulatedProcess) => {
    const socket = network.bindDatagram(UDP, { reuseAddress: true, multicast: true });
    socket.multicast?.joinGroup(group);
    return socket;
  };
  const sockets = [one, two].map(member);
  const sender = client.network.bindDatagram(UDP, { multicast: true });
  await sim.run(async () => {
    sender.send(new Uint8Array(3), { ...UDP, hostname: group });
    await sim.sleep(1);
  });
  assertEquals(sockets.map(sizeOf), [3, 3]);
});

Deno.test("Pictures show processes, and what passes between them", async () => {
  const run = await recordRun((sim) => {
    const { one, two, client } = twoProcesses(sim);
    two.network.bindDatagram(UDP);
    const socket = one.network.bindDatagram({ ...UDP, port: 54 });
    for (const network of [socket, client.network.bindDatagram(UDP)]) {
      network.send(new Uint8Array(1), { ...UDP, hostname: "server" });
    }
  });
  const found = findMessages(run).map(({ from, to }) =>
    `${run.entries[from]?.host} -> ${run.entries[to]?.host}`
  );
  assertEquals(found, ["server/one -> server/two", "client -> server/two"]);
  assertEquals(drawSequence(run).includes("participant h0 as server/two"), true);
});
