/**
 * Every loss and reordering of every packet of a lookup: two servers, two families, two rounds. Each
 * decision of the simulated servers is enumerated, depth first over the tape of answers.
 */

import { assert, assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { DNSLookupError, type HostLookup, StubResolver } from "../../resolver/mod.ts";
import { type DNSFault, SimDNSServer, Simulation, type Strategy } from "../../sim/mod.ts";

/** The next tape in the order of a depth-first search; `null` after the last. */
function nextTape(tape: { answer: number; bound: number }[]): number[] | null {
  for (let i = tape.length - 1; i >= 0; i--) {
    const { answer, bound } = tape[i] as { answer: number; bound: number };
    if (answer + 1 < bound) return [...tape.slice(0, i).map((step) => step.answer), answer + 1];
  }
  return null;
}

interface Outcome {
  readonly text: string;
  readonly seconds: number;
}

/** Runs one lookup with the answers of the servers as the tape says. */
async function runOnce(
  prefix: readonly number[],
  faults: readonly DNSFault[],
  kind: "io loop" | "reactor",
): Promise<{ tape: { answer: number; bound: number }[]; outcome: Outcome }> {
  const tape: { answer: number; bound: number }[] = [];
  const strategy: Strategy = {
    name: "exhaustive",
    choose(label, bound) {
      // Only the fate of answers is enumerated here, not the order of hosts and the like.
      if (!label.startsWith("dns ")) return 0;
      const answer = prefix[tape.length] ?? 0;
      tape.push({ answer, bound });
      return answer;
    },
  };
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
  return { tape, outcome };
}

function describe({ addresses }: HostLookup): string {
  return addresses.map(({ address }) => address).join(" ");
}

/** Enumerates all tapes; returns how often each outcome came, and the longest time. */
async function enumerate(
  faults: readonly DNSFault[],
  kind: "io loop" | "reactor",
): Promise<{ count: number; outcomes: Record<string, number>; longest: number }> {
  const outcomes: Record<string, number> = {};
  let count = 0;
  let longest = 0;
  for (let prefix: number[] | null = []; prefix !== null;) {
    const { tape, outcome } = await runOnce(prefix, faults, kind);
    outcomes[outcome.text] = (outcomes[outcome.text] ?? 0) + 1;
    longest = Math.max(longest, outcome.seconds);
    count++;
    prefix = nextTape(tape);
  }
  return { count, outcomes, longest };
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
