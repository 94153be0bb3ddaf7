/**
 * What simulated sockets do as Linux's do, and what they do by surprise.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ERROR, READ, type StreamAddress, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import { Simulation, type SimulationOptions, type Surprise } from "../../../sim/mod.ts";
import { RawLoop, ready } from "../raw_loop.ts";
import { attempt as codeOf } from "../../fidelity/lab.ts";

const LOCAL = { transport: "tcp", hostname: "127.0.0.1", port: 80 } as const;
const PATH = { transport: "unix", path: "/run/socket" } as const;

/** One host with a loop, on which certain answers are given to certain questions, else 0. */
function oneHost(surprises: readonly Surprise[] = [], answers: Record<string, number> = {}) {
  const strategy: SimulationOptions["strategy"] = {
    name: "answers",
    choose: (label) => answers[label] ?? 0,
  };
  const sim = new Simulation({ surprises, strategy });
  const loop = new RawLoop(sim.host("host")).start();
  return { sim, loop, network: loop.platform.network };
}

/** Connects to a listener, and accepts. */
async function connected(
  { loop, network }: ReturnType<typeof oneHost>,
  address: StreamAddress = LOCAL,
): Promise<{ client: StreamHandle; server: StreamHandle }> {
  const listener = network.listen(address);
  const client = network.connect(address);
  await Promise.all([ready(loop, client, WRITE), ready(loop, listener, READ)]);
  const server = listener.accept() as StreamHandle;
  listener.close();
  return { client, server };
}

Deno.test('Surprise "loopback" has a connection stand before the listener closes', async () => {
  for (const [answer, code] of [[0, "ECONNREFUSED"], [1, "ECONNRESET"]] as const) {
    const host = oneHost(["loopback"], { loopback: answer });
    await host.sim.run(async () => {
      const listener = host.network.listen(LOCAL);
      const client = host.network.connect(LOCAL);
      listener.close();
      await ready(host.loop, client, WRITE | ERROR);
      assertEquals([client.connecting, client.takeError()?.code], [false, code]);
    });
  }
});

Deno.test('Surprise "loopback" has a client that closes at once be accepted, and end', async () => {
  const host = oneHost(["loopback", "end"], { loopback: 1, end: 1 });
  await host.sim.run(async () => {
    const listener = host.network.listen(LOCAL);
    for (const end of ["close", "abort"] as const) {
      host.network.connect(LOCAL)[end]();
      await ready(host.loop, listener, READ);
      const server = listener.accept() as StreamHandle;
      await ready(host.loop, server, READ);
      assertEquals(server.receive(), null);
    }
  });
});

Deno.test('Surprise "end" has an aborted connection end without a reset', async () => {
  for (const [answer, code] of [[0, "ECONNRESET"], [1, "ok"]] as const) {
    const host = oneHost(["end"], { end: answer });
    await host.sim.run(async () => {
      const { client, server } = await connected(host);
      server.send(new Uint8Array(5));
      server.abort();
      await host.sim.sleep(1);
      assertEquals(client.receive()?.length, 5);
      assertEquals(codeOf(() => assertEquals(client.receive(), null)), code);
    });
  }
});

Deno.test("a UNIX stream resets its peer only if it closes with bytes unread", async () => {
  for (const end of ["close", "abort"] as const) {
    for (const unread of [0, 5]) {
      const host = oneHost();
      await host.sim.run(async () => {
        const { client, server } = await connected(host, PATH);
        client.send(new Uint8Array(unread));
        await host.sim.sleep(1);
        server[end]();
        await host.sim.sleep(1);
        const code = codeOf(() => assertEquals(client.receive(), null));
        assertEquals(code, unread === 0 ? "ok" : "ECONNRESET");
      });
    }
  }
});

Deno.test("SimStream.shutdownWrite() while connecting ends the stream once it is connected", async () => {
  const host = oneHost();
  await host.sim.run(async () => {
    const listener = host.network.listen(LOCAL);
    const client = host.network.connect(LOCAL);
    client.shutdownWrite();
    assertEquals(codeOf(() => client.send(new Uint8Array(1))), "EPIPE");
    await ready(host.loop, listener, READ);
    const server = listener.accept() as StreamHandle;
    await ready(host.loop, server, READ);
    assertEquals(server.receive(), null);
  });
});

Deno.test("SimListener on :: sees IPv4 as a part of IPv6, and one on 0.0.0.0 sees no IPv6", async () => {
  const host = oneHost();
  const any = { ...LOCAL, hostname: "::" };
  await host.sim.run(async () => {
    const listener = host.network.listen(any);
    assertEquals(codeOf(() => host.network.listen(LOCAL)), "EADDRINUSE");
    const client = host.network.connect({ ...LOCAL, hostname: "127.0.0.2" });
    await ready(host.loop, listener, READ);
    const server = listener.accept() as StreamHandle;
    const names = [
      client.remoteAddress,
      client.localAddress,
      server.localAddress,
      server.remoteAddress,
    ]
      .map((address) => address !== null && "hostname" in address ? address.hostname : "");
    assertEquals(names, ["127.0.0.2", "127.0.0.1", "::ffff:127.0.0.2", "::ffff:127.0.0.1"]);
    listener.close();
    host.network.listen({ ...LOCAL, hostname: "0.0.0.0" });
    const refused = host.network.connect({ ...LOCAL, hostname: "::1" });
    await ready(host.loop, refused, WRITE);
    assertEquals(refused.takeError()?.code, "ECONNREFUSED");
    host.network.listen({ ...LOCAL, hostname: "::1" });
  });
});

Deno.test("ListenOptions.reusePort spreads connections over the listeners that say so", async () => {
  for (const answer of [0, 1]) {
    const host = oneHost([], { listener: answer });
    await host.sim.run(async () => {
      const listeners = [1, 2].map(() => host.network.listen(LOCAL, { reusePort: true }));
      assertEquals(codeOf(() => host.network.listen(LOCAL)), "EADDRINUSE");
      host.network.connect(LOCAL);
      await host.sim.sleep(1);
      const accepted = listeners.map((listener) => listener.accept() !== undefined);
      assertEquals(accepted, [answer === 0, answer === 1]);
    });
  }
});

Deno.test("SimNetwork refuses a second connection between the same ends, until the first is over", async () => {
  const host = oneHost();
  const from = { ...LOCAL, port: 5000 };
  const connect = async () => {
    const client = host.network.connect(LOCAL, { from });
    await ready(host.loop, client, WRITE);
    return client;
  };
  await host.sim.run(async () => {
    const listener = host.network.listen(LOCAL);
    const first = await connect();
    assertEquals((await connect()).takeError()?.code, "EADDRNOTAVAIL");
    first.close();
    listener.accept()?.close();
    await host.sim.sleep(1);
    assertEquals((await connect()).takeError(), null);
    // Nobody listens where an ordinary connection comes from.
    const other = host.network.connect(LOCAL);
    await ready(host.loop, other, WRITE);
    assertEquals(
      codeOf(() => host.network.listen(other.localAddress as StreamAddress)),
      "EADDRINUSE",
    );
  });
});

Deno.test("SimNetwork refuses paths that are too long, and streams to datagram sockets", async () => {
  const host = oneHost();
  const long = { transport: "unix", path: `/${"x".repeat(107)}` } as const;
  assertEquals(codeOf(() => host.network.listen(long)), "EINVAL");
  assertEquals(
    codeOf(() => host.network.bindDatagram({ ...long, transport: "unixpacket" })),
    "EINVAL",
  );
  host.network.listen({ ...long, path: long.path.slice(1) }).close();
  host.network.bindDatagram({ ...PATH, transport: "unixpacket" });
  await host.sim.run(async () => {
    for (const [address, code] of [[long, "EINVAL"], [PATH, "EUNKNOWN"]] as const) {
      const client = host.network.connect(address);
      await ready(host.loop, client, WRITE);
      assertEquals(client.takeError()?.code, code);
    }
  });
});

Deno.test("SimProcesses.spawn() fails with EMFILE if there is no descriptor for each pipe", () => {
  const { sim } = oneHost();
  const { processes } = sim.host("host");
  processes.install("/bin/true", () => Promise.resolve());
  sim.hosts.limitDescriptors("host", 2);
  const spawn = (stderr: "piped" | "null") =>
    codeOf(() => processes.spawn({ executable: "/bin/true", stderr }));
  assertEquals([spawn("piped"), spawn("null")], ["EMFILE", "ok"]);
});
