/**
 * Every loss and reordering of every packet of a lookup: two servers, two families, two rounds. Each
 * decision of the simulated servers is enumerated, depth first over the tape of answers.
 */

import { assert, assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { DNSLookupError, type HostLookup, StubResolver } from "../../resolver/mod.ts";
import { everyTape } from "../sim/tape_search.ts";
import { type DNSFault, SimDNSServer } from "../../sim/dns/mod.ts";
import { Simulation, type Strategy } from "../../sim/mod.ts";

interface Outcome {
  readonly text: string;
  readonly seconds: number;
}

/** Runs one lookup; what happens to each answer of the servers is decided by the strategy. */
async function runOnce(
  strategy: Strategy,
  faults: readonly DNSFault[],
  kind: "io loop" | "reactor",
): Promise<Outcome> {
  const sim = new Simulation({ strategy, traceMax: 0, drain: "checkpoint" });
  const records = [
    { name: "a.test", type: "A", data: "10.9.0.1" },
    { name: "a.test", type: "AAAA", data: "fd00::1" },
  ];
  const servers = ["ns0", "ns1"].map((name) =>
    new SimDNSServer(sim, name, { records, faults, delaySeconds: 0.5, lateSeconds: 1.5 })
  );
  const platform = sim.host("client");
  const addresses = servers.map((server) => server.host.address);
  let outcome: Outcome | null = null;
  const look = async (resolver: StubResolver) => {
    const began = sim.now;
    const text = await resolver.lookup("a.test").then(describe, (error: unknown) => {
      assert(error instanceof DNSLookupError, `not a typed error: ${error}`);
      return error.code;
    });
    outcome = { text, seconds: sim.now - began };
  };
  const options = { servers: addresses, timeouts: [1, 3] };
  if (kind === "io loop") {
    const loop = new PollIOLoop(platform);
    const resolver = new StubResolver(loop, options);
    await sim.run(() => loop.runSync(() => look(resolver)));
    // Late answers and the passes after the last one: the resolver is not closed.
    await sim.run(() => loop.runSync(() => sim.sleep(10)));
    assertEquals([...platform.network.handles], [], "a socket is left open");
    assertEquals(platform.poller.size, 0, "a handle is left registered");
    resolver.close();
    loop.close();
  } else {
    const reactor = new PollReactor(platform);
    const resolver = new StubResolver(reactor, options);
    await sim.run(async () => {
      const ran = reactor.run();
      await look(resolver);
      await sim.sleep(10);
      assertEquals(reactor.getDelayedCalls().length, 0, "a timer is left");
      assertEquals([...platform.network.handles.values()].map((each) => each.kind), []);
      resolver.close();
      reactor.stop();
      await ran;
    });
  }
  for (const server of servers) server.close();
  await sim.run();
  assertEquals(sim.leaks(), []);
  assert(outcome !== null, "the lookup hangs");
  return outcome;
}

function describe({ addresses }: HostLookup): string {
  return addresses.map(({ address }) => address).join(" ");
}

/** Enumerates all tapes; returns how often each outcome came, and the longest time. */
async function enumerate(
  faults: readonly DNSFault[],
  kind: "io loop" | "reactor",
): Promise<{ count: number; outcomes: Record<string, number>; longest: number }> {
  const runs = await everyTape("dns ", (strategy) => runOnce(strategy, faults, kind));
  const outcomes: Record<string, number> = {};
  for (const { result: { text } } of runs) outcomes[text] = (outcomes[text] ?? 0) + 1;
  const longest = Math.max(...runs.map(({ result }) => result.seconds));
  return { count: runs.length, outcomes, longest };
}

for (const kind of ["io loop", "reactor"] as const) {
  Deno.test(`StubResolver answers or fails under every loss of every packet, on a ${kind}`, async () => {
    const { count, outcomes, longest } = await enumerate(["drop"], kind);
    // Each family is answered by the 1st, 2nd, 3rd or 4th question, or by none.
    assertEquals(count, 25);
    assertEquals(outcomes, {
      "10.9.0.1 fd00::1": 16,
      "10.9.0.1": 4,
      "fd00::1": 4,
      "TIMEOUT": 1,
    });
    assert(longest <= 8.01, `${longest}`);
  });
}

Deno.test("StubResolver answers or fails under every loss, delay and late answer of every packet", async () => {
  const { count, outcomes, longest } = await enumerate(["drop", "delay", "late"], "reactor");
  assertEquals(Object.keys(outcomes).sort(), [
    "10.9.0.1",
    "10.9.0.1 fd00::1",
    "TIMEOUT",
    "fd00::1",
  ]);
  assert(count > 500, `${count} schedules`);
  assert(longest <= 8.01, `${longest}`);
});

Deno.test("StubResolver answers or fails when any packet is lost, cut off, forged or doubled", async () => {
  const faults = ["drop", "truncate", "wrong id", "duplicate"] as const;
  const { count, outcomes, longest } = await enumerate(faults, "io loop");
  const known = ["10.9.0.1", "10.9.0.1 fd00::1", "TIMEOUT", "fd00::1"];
  assertEquals(Object.keys(outcomes).sort(), known);
  assert(count > 500, `${count} schedules`);
  assert(longest <= 8.01, `${longest}`);
});
