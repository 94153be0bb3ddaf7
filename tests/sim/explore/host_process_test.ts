import { assertEquals, assertGreater, assertMatch, assertRejects } from "@std/assert";
import { READ } from "../../../poller/mod.ts";
import {
  explore,
  replay,
  type SimulatedProcess,
  type Simulation,
  SimulationError,
} from "../../../sim/mod.ts";
import { chains } from "./chains.ts";

type Scenario = (sim: Simulation) => unknown;

const UDP = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
const TCP = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;

function ignore(): void {}

/** Has each of some processes of a machine do something in its first turn. */
function each(acts: Record<string, (process: SimulatedProcess) => void>): Scenario {
  return (sim) => {
    const processes = Object.keys(acts).map((name) => sim.host("m").process(name));
    Object.values(acts).forEach((act, i) => {
      const process = processes[i] as SimulatedProcess;
      process.poller.poll(0, ignore, () => act(process));
    });
  };
}

async function classesOf(scenario: Scenario): Promise<number | null> {
  const { classes, guarantee, audit } = await explore(scenario, { strategy: "dpor" });
  assertEquals(audit?.leaks, [], guarantee);
  return classes;
}

async function outcomesOf(scenario: Scenario, strategy: "dpor" | "exhaustive"): Promise<string[]> {
  const { outcomes, verdict } = await explore(scenario, { strategy, stopAtFailure: false });
  assertEquals(verdict, "complete");
  return outcomes.map(({ outcome }) => outcome).sort();
}

Deno.test("explore() by dpor runs independent chains of processes of one machine once", async () => {
  const process = (sim: Simulation, name: string) => sim.host("m").process(name);
  for (const [count, steps] of [[2, 5], [3, 4], [8, 8]] as const) {
    const { classes, schedules, audit } = await explore(chains(count, steps, process), {
      strategy: "dpor",
    });
    assertEquals([classes, schedules], [1, 1], `${count} x ${steps}`);
    assertEquals([audit?.pairs, audit?.leaks], [32, []]);
  }
});

Deno.test("explore() by dpor takes a host and a process on it for two", async () => {
  const mixed = (sim: Simulation, name: string) =>
    name === "h0" ? sim.host("m") : sim.host("m").process(name);
  assertEquals(await classesOf(chains(3, 3, mixed)), 1);
});

Deno.test("Processes depend on each other where they meet in a cell", async () => {
  const use = (...kinds: ("read" | "write")[]): Scenario => (sim) => {
    const cell = sim.cell("x", 0);
    const act = (kind: "read" | "write") => () =>
      kind === "read" ? cell.noteRead() : cell.noteWrite();
    each(Object.fromEntries(kinds.map((kind, i) => [`p${i}`, act(kind)])))(sim);
  };
  assertEquals(await classesOf(use("read", "read")), 1);
  assertEquals(await classesOf(use("read", "write")), 2);
  assertEquals(await classesOf(use("write", "write", "write")), 6);
});

Deno.test("Processes depend on each other where they meet at a port or path", async () => {
  const bind = (port: number) => ({ network }: SimulatedProcess) => {
    network.bindDatagram({ ...UDP, port }, { reuseAddress: true });
  };
  assertEquals(await classesOf(each({ a: bind(7), b: bind(8) })), 1);
  assertEquals(await classesOf(each({ a: bind(7), b: bind(7) })), 2);
  // Which port is picked depends on who has picked before.
  assertEquals(await classesOf(each({ a: bind(0), b: bind(0) })), 2);
  const listen = (path: string) => ({ network }: SimulatedProcess) => {
    network.listen({ transport: "unix", path }, { replaceSocketFile: true });
  };
  const files = async (a: string, b: string) =>
    await classesOf(each({ a: listen(a), b: listen(b) }));
  assertEquals(await files("/a", "/a"), 2);
  assertEquals(await files("/a", "/b"), 1);
});

Deno.test("Processes depend on each other where they meet in a clock or in programs", async () => {
  const step = ({ clock }: SimulatedProcess) => clock.step(1);
  assertEquals(await classesOf(each({ a: step, b: ignore })), 2);
  const install = (name: string) => ({ processes }: SimulatedProcess) =>
    processes.install(name, () => 0);
  assertEquals(await classesOf(each({ a: install("x"), b: install("x") })), 2);
});

Deno.test("A process that begins meanwhile depends on every turn", async () => {
  const begin: Scenario = (sim) => {
    const host = sim.host("m");
    host.poller.poll(0, ignore, () => void host.process("late"));
    sim.host("other").poller.poll(0, ignore, ignore);
  };
  assertEquals(await classesOf(begin), 2);
});

Deno.test("What arrives at two processes is as what arrives at two hosts", async () => {
  const send = (targets: readonly number[]): Scenario => (sim) => {
    const machine = sim.host("m");
    [7, 8].forEach((port, i) => machine.process(`p${i}`).network.bindDatagram({ ...UDP, port }));
    targets.forEach((port, i) => {
      const { network, poller } = sim.host(`client${i}`);
      const socket = network.bindDatagram(UDP);
      poller.poll(0, ignore, () => {
        socket.send(new Uint8Array(1), { ...UDP, hostname: "m", port });
      });
    });
  };
  assertEquals(await classesOf(send([7, 8])), 1);
  assertEquals(await classesOf(send([7, 7])), 2);
});

/** Two processes connect to a third, which accepts one and closes its listener. */
function accepting(sim: Simulation): () => string {
  const machine = sim.host("m");
  const server = machine.process("server");
  const listener = server.network.listen(TCP);
  server.poller.register(listener, READ);
  let first = "";
  server.poller.poll(1, () => {
    const port = listener.accept()?.remoteAddress;
    first = JSON.stringify(port);
    listener.close();
  }, ignore);
  const codes: string[] = [];
  ["a", "b"].forEach((name, i) => {
    const { poller, network } = machine.process(name);
    poller.poll(0, ignore, () => {
      const stream = network.connect({ ...TCP, hostname: "m" });
      poller.register(stream, READ);
      poller.poll(1, () => void (codes[i] = stream.takeError()?.code ?? "end"), ignore);
    });
  });
  return () => `${first} ${codes.join()}`;
}

Deno.test("explore() by dpor comes to every outcome of connections between processes", async () => {
  const all = await outcomesOf(accepting, "exhaustive");
  assertGreater(all.length, 1);
  assertEquals(await outcomesOf(accepting, "dpor"), all);
});

Deno.test("A connection touches the process whose listener is chosen", async () => {
  const scenario: Scenario = (sim) => {
    const machine = sim.host("m");
    for (const name of ["a", "b"]) machine.process(name).network.listen(TCP, { reusePort: true });
    sim.host("client").network.connect({ ...TCP, hostname: "m" });
    const { poller, network } = machine.process("b");
    let id = 0;
    // When the connection arrives, by the lane of a, it takes a handle if it is for b.
    poller.poll(0.001, ignore, () => void ({ id } = network.bindDatagram(UDP)));
    return () => id;
  };
  const all = await outcomesOf(scenario, "exhaustive");
  assertEquals(all, ["4", "5"]);
  assertEquals(await outcomesOf(scenario, "dpor"), all);
});

Deno.test("What arrives for a group depends on the processes that join it just then", async () => {
  const group = { ...UDP, hostname: "239.1.2.3" };
  const scenario: Scenario = (sim) => {
    const machine = sim.host("m");
    const [from, to] = ["from", "to"].map((name) =>
      machine.process(name).network.bindDatagram(UDP, { reuseAddress: true, multicast: true })
    );
    from?.send(new Uint8Array(1), group);
    // On its way it takes 50 µs, and somebody has to be in the group when it is sent.
    from?.multicast?.joinGroup(group.hostname);
    from?.send(new Uint8Array(2), group);
    from?.multicast?.leaveGroup(group.hostname);
    machine.process("to").poller.poll(5e-5, ignore, () => to?.multicast?.joinGroup(group.hostname));
    return () => to?.receive()?.bytes.length;
  };
  const all = await outcomesOf(scenario, "exhaustive");
  assertEquals(all, ["2", "passed"]);
  assertEquals(await outcomesOf(scenario, "dpor"), all);
});

Deno.test("Where a datagram goes depends on the process that takes its port just then", async () => {
  const scenario: Scenario = (sim) => {
    const machine = sim.host("m");
    const sender = machine.process("sender");
    const socket = sender.network.bindDatagram({ ...UDP, port: 8 });
    sender.poller.poll(0, ignore, () => {
      socket.send(new Uint8Array(1), { ...UDP, hostname: "m" });
    });
    // It comes by the lane of whoever had the port when it was sent.
    const { poller, network } = machine.process("taker");
    let before = "";
    poller.poll(0, ignore, () => {
      const taken = network.bindDatagram(UDP);
      poller.register(taken, READ);
      poller.poll(5e-5, () => before += "datagram", () => before += " time-out");
    });
    return () => before;
  };
  assertEquals(await outcomesOf(scenario, "dpor"), await outcomesOf(scenario, "exhaustive"));
});

Deno.test("explore() by dpor comes to every outcome of processes that begin while others run", async () => {
  const scenario: Scenario = (sim) => {
    const host = sim.host("m");
    const seen: string[] = [];
    const cell = sim.cell("x", 0);
    host.poller.poll(0, ignore, () => {
      const { poller } = host.process("late");
      poller.poll(0, ignore, () => void seen.push(`late ${cell.value}`));
    });
    host.process("early").poller.poll(0, ignore, () => void cell.value++);
    return () => seen.join();
  };
  assertEquals(await outcomesOf(scenario, "exhaustive"), ["late 0", "late 1"]);
  assertEquals(await outcomesOf(scenario, "dpor"), ["late 0", "late 1"]);
});

Deno.test("explore() by dpor is not complete when a swap shows that processes share memory", async () => {
  const lie: Scenario = (sim) => {
    const machine = sim.host("m");
    let shared = 1;
    machine.process("a").poller.poll(0, ignore, () => void (shared = 2));
    const { poller, network } = machine.process("b");
    poller.poll(0, ignore, () => {
      network.bindDatagram(UDP).send(new Uint8Array(shared), { ...UDP, hostname: "m" });
    });
  };
  const { verdict, guarantee, audit } = await explore(lie, { strategy: "dpor" });
  assertEquals(verdict, "incomplete");
  assertGreater(audit?.leaks.length, 0);
  assertMatch(
    guarantee,
    /^incomplete: 1 schedule pass, but turns of host m\/[ab] and host m\/[ab] at 0 s are not independent: swapped, there is "@0\.\d+ m\/b .* [12]" instead of /,
  );
});

/** Fails if the second of two processes is first. */
function racing(sim: Simulation, before: (sim: Simulation) => void = ignore): void {
  before(sim);
  const cell = sim.cell("first", "");
  for (const name of ["a", "b"]) {
    sim.host("m").process(name).poller.poll(0, ignore, () => {
      cell.value ||= name;
      if (cell.value === "b") throw new Error("b was first");
    });
  }
}

Deno.test("A tape names processes, and outlives edits elsewhere", async () => {
  const { failure } = await explore(function race(sim) {
    racing(sim);
  }, { strategy: "dpor" });
  const tape = failure?.tape;
  assertEquals(tape?.deviations.map(({ words }) => words), ["m/b goes before m/a"]);
  const edited = (sim: Simulation) =>
    racing(sim, () => {
      sim.host("new").process("one").poller.poll(0, ignore, ignore);
      sim.host("m").process("zero").poller.poll(0, ignore, ignore);
    });
  await assertRejects(
    () => replay(edited, tape ?? "", { mode: "by-name" }),
    SimulationError,
    "b was first (host m/b, time 0 s",
  );
});
