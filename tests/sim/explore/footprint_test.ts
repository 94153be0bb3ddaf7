import { assertEquals } from "@std/assert";
import { explore, type Simulation } from "../../../sim/mod.ts";
import { chains } from "./chains.ts";

const PORT = 7;

async function classesOf(scenario: (sim: Simulation) => unknown): Promise<number | null> {
  const { classes, verdict } = await explore(scenario, { strategy: "dpor" });
  assertEquals(verdict, "complete");
  return classes;
}

/** Has each of some hosts do something in its first turn. */
function each(sim: Simulation, names: readonly string[], act: (name: string) => void): void {
  for (const name of names) sim.host(name).poller.poll(0, ignore, () => act(name));
}

function bind(sim: Simulation, name: string) {
  const address = { transport: "udp", hostname: "0.0.0.0", port: PORT } as const;
  return sim.host(name).network.bindDatagram(address);
}

function ignore(): void {}

Deno.test("Turns that send to different hosts can be swapped, those that send to the same cannot", async () => {
  const sendTo = (targets: Record<string, string>) => (sim: Simulation) => {
    const sockets = new Map(["a", "b", "c", "d"].map((name) => [name, bind(sim, name)]));
    each(sim, Object.keys(targets), (name) => {
      const to = { transport: "udp", hostname: targets[name] as string, port: PORT } as const;
      sockets.get(name)?.send(new Uint8Array(1), to);
    });
  };
  assertEquals(await classesOf(sendTo({ a: "c", b: "d" })), 1);
  assertEquals(await classesOf(sendTo({ a: "c", b: "c" })), 2);
});

Deno.test("Connections to one listener depend on each other, those to two do not", async () => {
  const connect = (servers: Record<string, string>) => (sim: Simulation) => {
    for (const server of new Set(Object.values(servers))) {
      sim.host(server).network.listen({ transport: "tcp", hostname: "0.0.0.0", port: PORT });
    }
    each(sim, Object.keys(servers), (name) => {
      const hostname = servers[name] as string;
      sim.host(name).network.connect({ transport: "tcp", hostname, port: PORT });
    });
  };
  assertEquals(await classesOf(connect({ a: "c", b: "d" })), 1);
  assertEquals((await classesOf(connect({ a: "c", b: "c" })) ?? 0) > 1, true);
});

Deno.test("Turns that read a cell can be swapped, one that sets it depends on all", async () => {
  const use = (acts: Record<string, "read" | "write">) => (sim: Simulation) => {
    const cell = sim.cell("x", 0);
    each(sim, Object.keys(acts), (name) => {
      if (acts[name] === "read") cell.noteRead();
      else cell.value = cell.value + 1;
    });
  };
  assertEquals(await classesOf(use({ a: "read", b: "read" })), 1);
  assertEquals(await classesOf(use({ a: "read", b: "write" })), 2);
  assertEquals(await classesOf(use({ a: "write", b: "write" })), 2);
});

Deno.test("A fault depends on every turn", async () => {
  const crash = (sim: Simulation) => {
    sim.host("c");
    each(sim, ["a", "b"], (name) => {
      if (name === "a") sim.hosts.crash("c");
    });
  };
  assertEquals(await classesOf(crash), 2);
});

Deno.test("Reports depend on each other: the run fails with the first", async () => {
  const report = (sim: Simulation) =>
    each(sim, ["a", "b"], (name) => {
      sim.host(name).report({ message: "Exception in a test", error: new Error(name) });
    });
  const { outcomes } = await explore(report, { strategy: "dpor", stopAtFailure: false });
  const failures = ["failed: report Error on a", "failed: report Error on b"];
  assertEquals(outcomes.map(({ outcome }) => outcome).sort(), failures);
});

Deno.test("Faults that a budget counts depend on each other", async () => {
  const draw = (faultBudget: number) =>
    explore((sim) => each(sim, ["a", "b"], () => void sim.faultPoint("fault", ignore)), {
      strategy: "dpor",
      world: { faultBudget },
    });
  // Each of the two happens or not, in one order; with a budget of one, either order of the two.
  assertEquals((await draw(Infinity)).classes, 4);
  assertEquals((await draw(1)).classes, 6);
});

Deno.test("An oracle makes all turns depend on each other", async () => {
  const watched = (sim: Simulation) => {
    chains(2, 2)(sim);
    sim.always("nothing", () => true);
  };
  assertEquals(await classesOf(watched), 6);
  assertEquals(await classesOf(chains(2, 2)), 1);
});

Deno.test("A host that another wakes depends on it", async () => {
  const wake = (sim: Simulation) => {
    each(sim, ["a", "b"], (name) => {
      if (name === "a") sim.host("b").poller.wake();
    });
  };
  assertEquals(await classesOf(wake), 2);
});

Deno.test("Simulation.cell() returns the same cell for the same name", () =>
  explore((sim) => {
    const cell = sim.cell("x", 1);
    sim.cell("x", 2).value++;
    assertEquals([cell.name, cell.value], ["x", 2]);
    return "equal";
  }).then(({ outcomes }) => assertEquals(outcomes[0]?.outcome, "equal")));
