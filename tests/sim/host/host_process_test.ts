import { assertEquals, assertNotStrictEquals, assertRejects, assertThrows } from "@std/assert";
import { WRITE } from "../../../poller/mod.ts";
import { Simulation, SimulationError } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";
import { ANY, codeOf } from "../two_hosts.ts";
import { twoProcesses } from "../two_processes.ts";

const UDP = { transport: "udp", hostname: "0.0.0.0", port: 53 } as const;
const UNIX = { transport: "unix", path: "/run/app.sock" } as const;

function ignore(): void {}

Deno.test("SimulatedHost.process() is a platform of its own on the host's machine", () => {
  const { sim, server, one, two, client } = twoProcesses();
  assertEquals(server.process("one"), one);
  assertEquals([one.name, two.name, one.address], ["server/one", "server/two", server.address]);
  assertEquals(one.clock, server.clock);
  for (const key of ["poller", "network", "signals", "random", "workers", "processes"] as const) {
    assertNotStrictEquals(one[key], two[key]);
    assertNotStrictEquals(one[key], server[key]);
  }
  assertEquals(one.random.next() === two.random.next(), false);
  // A process takes no address.
  assertEquals([client.address, sim.host("next").address], ["10.0.0.2", "10.0.0.3"]);
  assertEquals(client.process("one").name, "client/one");
});

Deno.test("SimulatedHost.process() refuses names that are taken, and a host that has ended", () => {
  const { sim, server, client } = twoProcesses();
  sim.host("client/x");
  assertThrows(
    () => client.process("x"),
    TypeError,
    "Cannot make process x on host client: there is a host client/x",
  );
  assertThrows(
    () => sim.host("server/one"),
    TypeError,
    "Cannot make host server/one: a process on host server has the name",
  );
  assertThrows(
    () => sim.hosts.crash("server/one"),
    TypeError,
    "Cannot crash host server/one: it is a process on host server",
  );
  sim.hosts.crash("server");
  assertEquals(server.process("one").name, "server/one");
  assertThrows(
    () => server.process("new"),
    TypeError,
    "Cannot make process new on host server: its program has ended",
  );
});

Deno.test("HostControl.crash() ends all processes of a host, and a restarted host begins without", async () => {
  const { sim, server, one, two, client, loops } = twoProcesses();
  const log: string[] = [];
  const listener = two.network.listen(ANY);
  one.network.listen(UNIX);
  loops.one.callLater(2, () => log.push("one"));
  loops.two.callLater(2, () => log.push("two"));
  await sim.run(async () => {
    const stream = client.network.connect({ ...ANY, hostname: "server" });
    await sim.sleep(1);
    sim.hosts.crash("server", "resets");
    await sim.sleep(2);
    assertEquals([log, listener.closed, stream.takeError()?.code], [[], true, "ECONNRESET"]);
    assertEquals(codeOf(() => two.network.listen(ANY)), "EBADF");
    const anew = sim.hosts.restart("server");
    assertThrows(() => sim.takeReports("server/one"), TypeError, "there is no such host");
    const next = anew.process("one");
    assertNotStrictEquals(next, one);
    assertEquals(codeOf(() => next.network.listen(UNIX)), "EADDRINUSE");
    assertEquals(next.random.next() === one.random.next(), false);
    assertEquals(server.process("one"), one);
    assertEquals(anew.process("one"), next);
  });
});

Deno.test("HostControl.pause() holds all processes of a host, those made meanwhile too", async () => {
  const { sim, server, loops } = twoProcesses();
  const log: string[] = [];
  await sim.run(async () => {
    const pause = sim.hosts.pause("server");
    const late = new RawLoop(server.process("late")).start();
    loops.one.callLater(1, () => log.push(`one ${sim.now}`));
    late.callSoon(() => log.push(`late ${sim.now}`));
    await sim.sleep(2);
    assertEquals(log, []);
    pause[Symbol.dispose]();
    await sim.sleep(1);
  });
  assertEquals(log.sort(), ["late 2", "one 2"]);
});

Deno.test("HostControl.limitDescriptors() limits each process of a host", () => {
  const { sim, server, one, two } = twoProcesses();
  const limit = sim.hosts.limitDescriptors("server", 1);
  const late = server.process("late");
  for (const process of [one, two, late]) {
    process.network.listen({ ...ANY, port: 0 });
    assertEquals(codeOf(() => process.network.listen({ ...ANY, port: 0 })), "EMFILE");
  }
  limit[Symbol.dispose]();
  for (const process of [one, two, late]) process.network.listen({ ...ANY, port: 0 });
});

Deno.test("HostClock.leap() wakes all processes of a host", async () => {
  const { sim, server, loops } = twoProcesses();
  const log: string[] = [];
  loops.one.callLater(10, () => log.push("one"));
  loops.two.callLater(10, () => log.push("two"));
  await sim.run(async () => {
    server.clock.leap(20);
    await sim.sleep(1);
  });
  assertEquals(log.sort(), ["one", "two"]);
});

Deno.test("Simulation.signal() and takeReports() are about one process", async () => {
  const { sim, one, two } = twoProcesses();
  const log: string[] = [];
  for (const { name, signals } of [one, two]) signals.addListener("SIGTERM", () => log.push(name));
  one.report({ message: "Exception in one", error: new Error("no") });
  await sim.run(async () => {
    sim.signal("server/two", "SIGTERM");
    await sim.sleep(1);
  }).catch(() => {});
  assertEquals(log, ["server/two"]);
  one.report({ message: "Exception in one", error: new Error("no") });
  assertEquals(sim.takeReports("server"), []);
  assertEquals(sim.takeReports("server/one").length, 1);
});

Deno.test("A failure, what is left and what waits name the process", async () => {
  const { sim, one, loops } = twoProcesses();
  one.network.bindDatagram(UDP);
  assertEquals(
    sim.leaks().filter(({ kind }) => kind === "handle").map(({ host }) => host),
    ["server/one"],
  );
  loops.one.callSoon(() => one.report({ message: "Exception in one", error: new Error("no") }));
  const error = await assertRejects(() => sim.run(() => sim.sleep(1)), SimulationError);
  assertEquals(error.host, "server/one");
  const waiting = await assertRejects(() => sim.run(() => new Promise(() => {})));
  assertEquals(`${waiting}`.includes("process server/one (10.0.0.1): polls without"), true);
});

Deno.test("Processes.spawn() starts what is installed on the machine", async () => {
  const { sim, server, one, two } = twoProcesses();
  server.processes.install("true", () => 0);
  one.processes.install("false", () => 1);
  const codes: number[] = [];
  await sim.run(async () => {
    for (const executable of ["true", "false"]) {
      const child = two.processes.spawn({
        executable,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      });
      child.addExitListener(({ code }) => codes.push(code));
    }
    await sim.sleep(1);
  });
  assertEquals(codes, [0, 1]);
});

Deno.test("Simulation.swarm() has nothing befall a process alone", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { sim } = twoProcesses(new Simulation({ seed }));
    const { configuration } = sim.swarm({ restart: ignore });
    const names = [...configuration.faults, ...configuration.drifts].map(({ host }) => host);
    assertEquals(names.filter((name) => name.includes("/")), []);
  }
});

Deno.test("A poller refuses the handle of another process", () => {
  const { one, two } = twoProcesses();
  const listener = one.network.listen(ANY);
  assertThrows(
    () => two.poller.register(listener, WRITE),
    TypeError,
    "Cannot watch a handle: it belongs to another platform",
  );
});
