import { assertEquals } from "@std/assert";
import { moduleFunction, type SpawnOptions } from "../../../poller/mod.ts";
import { explore, type Simulation } from "../../../sim/mod.ts";
import { chains } from "./chains.ts";

type Scenario = (sim: Simulation) => unknown;

const NO_PIPES = { stdin: "null", stdout: "null", stderr: "null" } as const;

const double = moduleFunction(import.meta.url, function double(value: number): number {
  return 2 * value;
});

/** Each host has a thread double a number; the outcome is what each has got. */
function threads(...names: string[]): Scenario {
  return (sim) => {
    const results = names.map(() => 0);
    names.forEach((name, i) => {
      const thread = sim.host(name).workers.start(() => {});
      const onOutcome = (outcome: unknown) => void (results[i] = valueOf(outcome));
      thread.run({ fn: double, args: [i + 1] }, onOutcome);
    });
    return () => results.join();
  };
}

function valueOf(outcome: unknown): number {
  return (outcome as { value: number }).value;
}

/** Each host has a child that sets a cell, if there is one; the outcome is how they exit. */
function children(names: readonly string[], isShared: boolean): Scenario {
  return (sim) => {
    const codes = names.map(() => -1);
    const cell = isShared ? sim.cell("last", "") : null;
    names.forEach((name, i) => {
      const { processes } = sim.host(name);
      processes.install("exit", () => {
        if (cell !== null) cell.value += name;
        return i + 1;
      });
      const options: SpawnOptions = { executable: "exit", ...NO_PIPES };
      processes.spawn(options).addExitListener(({ code }) => void (codes[i] = code));
    });
    return () => codes.join() + (cell?.value ?? "");
  };
}

async function run(scenario: Scenario, strategy: "dpor" | "exhaustive") {
  const world = { localLatency: 0 };
  const result = await explore(scenario, { strategy, stopAtFailure: false, world });
  assertEquals(result.verdict, "complete");
  return { ...result, outcomes: result.outcomes.map(({ outcome }) => outcome).sort() };
}

/** A scenario beside hosts that take steps of their own. */
function besideOthers(scenario: Scenario): Scenario {
  return (sim) => {
    chains(2, 2)(sim);
    return scenario(sim);
  };
}

Deno.test("Threads of different hosts do not depend on each other", async () => {
  const scenario = besideOthers(threads("a", "b", "c"));
  const { classes, outcomes, audit } = await run(scenario, "dpor");
  assertEquals([classes, outcomes, audit?.leaks], [1, ["2,4,6"], []]);
});

Deno.test("Child processes of different hosts do not depend on each other", async () => {
  // Each tells of its exit before its pipes are closed, or after.
  const scenario = besideOthers(children(["a", "b"], false));
  const { classes, outcomes, audit } = await run(scenario, "dpor");
  assertEquals([classes, outcomes, audit?.leaks], [4, ["1,2"], []]);
});

Deno.test("Child processes of hosts that share a cell come in every order", async () => {
  const scenario = children(["a", "b"], true);
  const { outcomes } = await run(scenario, "dpor");
  assertEquals(outcomes, ["1,2ab", "1,2ba"]);
  assertEquals((await run(scenario, "exhaustive")).outcomes, outcomes);
});

Deno.test("A thread's outcome may come before or after what arrives at its host at the same time", async () => {
  const address = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
  const scenario: Scenario = (sim) => {
    let found = "";
    const { network, workers } = sim.host("a");
    const socket = network.bindDatagram(address);
    socket.send(new Uint8Array(1), { ...address, hostname: "a" });
    workers.start(() => {}).run({ fn: double, args: [1] }, () => {
      found = socket.receive() === undefined ? "nothing" : "a datagram";
    });
    return () => found;
  };
  const { outcomes } = await run(scenario, "dpor");
  assertEquals(outcomes, ["a datagram", "nothing"]);
  assertEquals((await run(scenario, "exhaustive")).outcomes, outcomes);
});

Deno.test("What is decided when something arrives is decided on the host at which it does", async () => {
  const scenario: Scenario = (sim) => {
    const address = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
    const { network } = sim.host("server");
    const listeners = [0, 1].map(() => network.listen(address, { reusePort: true }));
    const client = sim.host("client");
    client.poller.poll(0, () => {}, () => {
      client.network.connect({ ...address, hostname: "server" });
    });
    return () => listeners.findIndex((listener) => listener.accept() !== undefined);
  };
  const { outcomes } = await explore(scenario);
  const places = outcomes.flatMap(({ tape }) => tape.deviations.map(({ host }) => host));
  assertEquals(places, ["server"]);
});

Deno.test("What a child process does is done on its host", async () => {
  const hosts = new Set<string>();
  const { schedules } = await explore((sim) => {
    const { processes } = sim.host("a");
    sim.host("b").poller.poll(0, () => {}, () => {});
    processes.install("exit", () => {
      setTimeout(() => {}, 1000);
      const [timer] = sim.leaks().filter(({ kind }) => kind === "timer");
      hosts.add(timer?.host ?? "no timer");
    });
    processes.spawn({ executable: "exit", ...NO_PIPES });
  });
  assertEquals([schedules > 1, [...hosts]], [true, ["a"]]);
});
