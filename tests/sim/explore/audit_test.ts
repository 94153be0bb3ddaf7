import { assertEquals, assertGreater, assertMatch, assertRejects } from "@std/assert";
import { explore, type Simulation } from "../../../sim/mod.ts";
import { chains } from "./chains.ts";
import { lostUpdate } from "./lost_update.ts";
import { readers } from "./popl_programs.ts";

/** Two hosts, one of which sets what the other uses to do something. */
function sharing(
  use: (sim: Simulation, value: number) => void,
  isDeclared: boolean,
): (sim: Simulation) => void {
  return (sim) => {
    let shared = 1;
    const cell = sim.cell("shared", 0);
    sim.host("a").poller.poll(0, ignore, () => {
      if (isDeclared) cell.noteWrite();
      shared = 2;
    });
    sim.host("b").poller.poll(0, ignore, () => {
      if (isDeclared) cell.noteRead();
      use(sim, shared);
    });
  };
}

/** Sends as many bytes as it is told; nobody gets them. */
function send(sim: Simulation, size: number): void {
  const local = { transport: "udp", hostname: "0.0.0.0", port: 9 } as const;
  const socket = sim.host("b").network.bindDatagram(local);
  socket.send(new Uint8Array(size), { ...local, hostname: "b" });
}

function ignore(): void {}

Deno.test("explore() by dpor says how many swaps it audited", async () => {
  const { guarantee, audit } = await explore(chains(3, 2), { strategy: "dpor", audits: 5 });
  assertMatch(
    guarantee,
    /^complete \(DPOR\): 1 class covers all schedules, about \d+ by estimate, and all pass; 5 swaps audited$/,
  );
  assertEquals(audit, { pairs: 5, leaks: [], outcomes: ["passed"] });
});

Deno.test("explore() by dpor audits nothing when it is not to, or has nothing to swap", async () => {
  const none = await explore(chains(3, 2), { strategy: "dpor", audits: 0 });
  assertEquals(none.audit, { pairs: 0, leaks: [], outcomes: [] });
  const alone = await explore(chains(1, 3), { strategy: "dpor" });
  assertEquals(alone.audit, { pairs: 0, leaks: [], outcomes: ["passed"] });
  assertEquals((await explore(chains(2, 2))).audit, null);
});

Deno.test("explore() by dpor is not complete when a swap shows what hosts share", async () => {
  const result = await explore(sharing(send, false), { strategy: "dpor" });
  assertEquals([result.verdict, result.classes], ["incomplete", 1]);
  assertMatch(
    result.guarantee,
    /^incomplete: 1 schedule pass, but turns of host [ab] and host [ab] at 0 s are not independent: swapped, there is "@0\.\d+ b .* [12]" instead of /,
  );
  assertGreater(result.audit?.leaks.length, 0);
  const declared = await explore(sharing(send, true), { strategy: "dpor" });
  assertEquals([declared.verdict, declared.classes], ["complete", 2]);
  assertEquals(declared.audit?.leaks, []);
});

Deno.test("explore() by dpor is not complete when a schedule comes to what no class does", async () => {
  const outcome = (sim: Simulation) => {
    let last = "";
    for (const name of ["a", "b"]) {
      sim.host(name).poller.poll(0, ignore, () => void (last = name));
    }
    return () => last;
  };
  const { verdict, audit } = await explore(outcome, { strategy: "dpor" });
  assertEquals(verdict, "incomplete");
  assertEquals(audit?.leaks.at(-1), "a schedule comes to a, which no class does");
});

Deno.test("explore() by dpor swaps nothing with the turn that ends a run", async () => {
  const scenario = (sim: Simulation) => {
    sim.host("a").poller.poll(0, ignore, ignore);
    // Before the other, it keeps it from going on; after it, nobody is left.
    return new Promise<void>((resolve) => sim.host("b").poller.poll(0, ignore, resolve));
  };
  const { verdict, audit } = await explore(scenario, { strategy: "dpor" });
  assertEquals([verdict, audit?.pairs, audit?.leaks], ["complete", 0, []]);
});

Deno.test("explore() by dpor reports a failure that only the audit has come to", async () => {
  const { verdict, classes, failure } = await explore(lostUpdate, { strategy: "dpor" });
  assertEquals([verdict, classes], ["failed", 1]);
  assertEquals(failure?.identity, "Error");
});

Deno.test("explore() by dpor reports a failure that the audit of a cut search has come to", async () => {
  const scenario = (sim: Simulation) => {
    const seen = readers(4)(sim);
    return () => {
      if (seen().startsWith("10")) throw new Error("seen too early");
    };
  };
  const { guarantee, failure } = await explore(scenario, { strategy: "dpor", maxSchedules: 1 });
  assertEquals([guarantee, failure?.identity], ["failed: 1 of 2 schedules fails", "Error"]);
});

Deno.test("explore() by dpor reports a failure that a swap has come to", async () => {
  // Neither says that it shares the order.
  const scenario = (sim: Simulation) => {
    let order = "";
    for (const name of ["a", "b"]) {
      sim.host(name).poller.poll(0, ignore, () => void (order += name));
    }
    return () => {
      if (order === "ba") throw new Error("b was first");
      return order;
    };
  };
  let swapped = 0;
  for (let seed = 0; seed < 8; seed++) {
    const options = { strategy: "dpor", audits: 1, seed } as const;
    const { verdict, audit, failure } = await explore(scenario, options);
    // Where the schedule that was drawn passes, the swapped one does not.
    if (audit?.outcomes[0] === "ab") swapped++;
    assertEquals([verdict, failure?.identity], ["failed", "Error"], `seed ${seed}`);
  }
  assertGreater(swapped, 0);
});

Deno.test("explore() by dpor swaps no turn with one that it makes possible", async () => {
  const scenario = (sim: Simulation) => {
    sim.network.shape({}, { latency: 0 });
    const local = { transport: "udp", hostname: "0.0.0.0", port: 9 } as const;
    for (const name of ["a", "c"]) {
      const { poller, network } = sim.host(name);
      const socket = network.bindDatagram(local);
      poller.poll(0, ignore, () => {
        socket.send(new Uint8Array(1), { ...local, hostname: "b" });
      });
    }
    sim.host("b").network.bindDatagram(local);
  };
  const { verdict, audit } = await explore(scenario, { strategy: "dpor" });
  assertEquals([verdict, audit?.leaks], ["complete", []]);
});

Deno.test("explore() by dpor takes a swap for no leak because a trace is too long to keep", async () => {
  const scenario = (sim: Simulation) => {
    for (const name of ["a", "b", "c"]) {
      const { poller } = sim.host(name);
      let left = 2600;
      const step = () => {
        if (left-- > 0) poller.poll(0.001, ignore, step);
      };
      poller.poll(0, ignore, step);
    }
  };
  const options = { strategy: "dpor", maxSchedules: 1, audits: 8 } as const;
  assertEquals((await explore(scenario, options)).audit?.leaks, []);
});

Deno.test("explore() refuses a number of audits that is none", async () => {
  await assertRejects(
    () => explore(chains(1, 1), { strategy: "dpor", audits: -1 }),
    RangeError,
    "Cannot explore: audits -1 is not a whole number",
  );
});
