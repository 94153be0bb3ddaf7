/**
 * What a crash leaves on a host, and what it takes along.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { SocketError, WRITE } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";
import { RawLoop, ready } from "../raw_loop.ts";
import { codeOf, outcome, TwoHosts } from "../two_hosts.ts";

const SOCKET = { transport: "unix", path: "/run/s" } as const;

/** Connects to the socket from its own host, and tells what comes of it. */
async function connectOutcome(loop: RawLoop): Promise<string> {
  const stream = loop.platform.network.connect(SOCKET);
  await ready(loop, stream, WRITE);
  const outcome = stream.takeError()?.code ?? "connected";
  stream.abort();
  return outcome;
}

for (const how of ["silent", "resets"] as const) {
  Deno.test(`HostControl.crash() leaves the files of UNIX sockets: ${how}`, async () => {
    const sim = new Simulation();
    sim.host("a").network.listen(SOCKET);
    sim.host("a").network.listen({ transport: "unix", path: "\0abstract" });
    sim.hosts.crash("a", how);
    const host = sim.hosts.restart("a");
    const loop = new RawLoop(host).start();
    await sim.run(async () => {
      assertEquals(codeOf(() => host.network.listen(SOCKET)), "EADDRINUSE");
      assertEquals(await connectOutcome(loop), "ECONNREFUSED");
      host.network.listen({ transport: "unix", path: "\0abstract" }).close();
      const listener = host.network.listen(SOCKET, { replaceSocketFile: true });
      assertEquals(await connectOutcome(loop), "connected");
      listener.close();
      assertEquals(await connectOutcome(loop), "ENOENT");
      host.network.listen(SOCKET).close();
    });
  });
}

Deno.test("HostControl.stop() removes the files of UNIX sockets", async () => {
  const sim = new Simulation();
  sim.host("a").network.listen(SOCKET);
  sim.hosts.stop("a");
  const host = sim.hosts.restart("a");
  const loop = new RawLoop(host).start();
  await sim.run(async () => assertEquals(await connectOutcome(loop), "ENOENT"));
  host.network.listen(SOCKET).close();
});

Deno.test("HostControl.removeSocketFile() frees a path, also over several crashes", () => {
  const sim = new Simulation();
  const datagrams = { transport: "unixpacket", path: "/run/d" } as const;
  sim.host("a").network.listen(SOCKET);
  sim.host("a").network.bindDatagram(datagrams);
  for (let i = 0; i < 2; i++) {
    sim.hosts.crash("a");
    const { network } = sim.hosts.restart("a");
    assertEquals(codeOf(() => network.listen(SOCKET)), "EADDRINUSE");
    assertEquals(codeOf(() => network.bindDatagram(datagrams)), "EADDRINUSE");
  }
  assertEquals(sim.hosts.removeSocketFile("a", "/run/s"), true);
  assertEquals(sim.hosts.removeSocketFile("a", "/run/s"), false);
  assertEquals(sim.hosts.removeSocketFile("a", "/run/d"), true);
  const { network } = sim.host("a");
  network.listen(SOCKET).close();
  network.bindDatagram(datagrams).close();
  assertThrows(() => sim.hosts.removeSocketFile("nobody", "/run/s"), TypeError);
});

Deno.test("Network.listen() with replaceSocketFile takes over a path that is in use", async () => {
  const sim = new Simulation();
  const host = sim.host("a");
  const loop = new RawLoop(host).start();
  const first = host.network.listen(SOCKET);
  const second = host.network.listen(SOCKET, { replaceSocketFile: true });
  await sim.run(async () => {
    assertEquals(await connectOutcome(loop), "connected");
    await sim.sleep(1);
    assertEquals(first.accept(), undefined);
    first.close();
    assertEquals(await connectOutcome(loop), "connected");
    second.close();
    assertEquals(await connectOutcome(loop), "ENOENT");
  });
});

for (const how of ["silent", "resets", "stop"] as const) {
  Deno.test(`HostControl ends child processes: ${how}`, async () => {
    const sim = new Simulation();
    const { processes } = sim.host("a");
    const log: string[] = [];
    processes.install("ticker", async (process) => {
      for (;;) {
        log.push(`tick ${process.pid}`);
        await process.write("tick\n");
        await process.sleep(1);
      }
    });
    const child = processes.spawn({ executable: "ticker" });
    child.addExitListener(() => log.push("exit"));
    await sim.run(async () => {
      await sim.sleep(1.5);
      if (how === "stop") sim.hosts.stop("a");
      else sim.hosts.crash("a", how);
      await sim.sleep(10);
    });
    assertEquals(log, ["tick 2", "tick 2"]);
    assertEquals([child.status, child.stdout?.closed], [null, true]);
    const spawn = () => processes.spawn({ executable: "ticker" });
    assertEquals(assertThrows(spawn, SocketError).code, "EBADF");
    // The program is still installed, and runs anew.
    const again = sim.hosts.restart("a").processes.spawn({ executable: "ticker" });
    await sim.run(() => sim.sleep(0.5));
    assertEquals(log.length, 3);
    again.kill("SIGKILL");
    await sim.run(() => sim.sleep(1));
    assertEquals([log.length, again.status?.signal], [3, "SIGKILL"]);
  });
}

Deno.test("HostControl.crash() before a child has begun keeps it from beginning", async () => {
  const sim = new Simulation();
  const { processes } = sim.host("a");
  let runs = 0;
  processes.install("once", () => void runs++);
  processes.spawn({ executable: "once" });
  sim.hosts.crash("a");
  await sim.run(() => sim.sleep(1));
  assertEquals(runs, 0);
});

for (const how of ["crash", "stop"] as const) {
  Deno.test(`HostControl.${how}() closes a stream that the program has inherited and not taken over`, async () => {
    const world = new TwoHosts();
    const { sim, server: loop } = world;
    await sim.run(async () => {
      const { client, server } = await world.pair();
      const descriptor = sim.hosts.bequeath("server", server);
      if (how === "crash") sim.hosts.crash("server", "resets");
      else sim.hosts.stop("server");
      await sim.sleep(1);
      if (how === "crash") assertEquals(client.takeError()?.code, "ECONNRESET");
      assertEquals(client.receive(), null);
      assertEquals(server.closed, true);
      assertEquals(codeOf(() => loop.platform.network.adoptStream?.(descriptor)), "EBADF");
      client.close();
    });
  });
}

Deno.test("HostControl.crash() leaves an inherited listener to the parent", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const listener = world.listen();
    sim.hosts.bequeath("server", listener);
    sim.hosts.crash("server", "resets");
    assertEquals(listener.closed, true);
    assertEquals((await outcome(world, world.connect()))[0], "connected");
  });
});
