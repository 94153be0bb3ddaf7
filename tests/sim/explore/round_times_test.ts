import { assertEquals, assertThrows } from "@std/assert";
import { chosen, explore, replay, shrink, type Simulation, type Tape } from "../../../sim/mod.ts";
import { roughnessOf, rounderThan } from "../../../sim/explore/round_times.ts";
import { READ } from "../../../poller/mod.ts";

const OPTIONS = { strategy: "random", maxSchedules: 500 } as const;

Deno.test("chosen() are evenly spaced times, without rounding errors", () => {
  assertEquals(chosen(0.1, 0.5, 0.1).times, [0.1, 0.2, 0.3, 0.4, 0.5]);
  assertEquals(chosen(0, 0.25, 0.1), { name: "chosen(0, 0.25, 0.1)", times: [0, 0.1, 0.2] });
  assertEquals(chosen(2, 2, 1).times, [2]);
  const refuse = (parts: [number, number, number], message: string) => {
    const error = assertThrows(() => chosen(...parts), RangeError);
    assertEquals(error.message, `Cannot make chosen: ${message}`);
  };
  refuse([-1, 2, 1], "least -1 is negative or not finite");
  refuse([0, Infinity, 1], "most Infinity is negative or not finite");
  refuse([0, 1, NaN], "step NaN is negative or not finite");
  refuse([0, 1, 0], "step is 0");
  refuse([2, 1, 1], "most 1 is less than least 2");
  refuse([0, 1, 1e-5], "100001 times are more than 100000");
});

Deno.test("roughnessOf() is 0 for powers of ten, else the number of digits", () => {
  const times = [0, 1, 1e-3, 0.01, 1e-7, 10, 0.5, 0.037, 0.30000000000000004, 1.25];
  assertEquals(times.map(roughnessOf), [0, 0, 0, 0, 0, 0, 1, 2, 1, 3]);
});

Deno.test("rounderThan() tries powers of ten from the least on, then what is nearest", () => {
  const { times } = chosen(0, 0.2, 0.001);
  const secondsFor = (seconds: number) =>
    rounderThan(times, times.indexOf(seconds)).map((answer) => times[answer]);
  assertEquals(secondsFor(0.037), [0.001, 0.01, 0.1, 0.03, 0.04]);
  assertEquals(secondsFor(0.137), [0.001, 0.01, 0.1, 0.09, 0.2, 0.13, 0.14]);
  assertEquals(secondsFor(0.03), [0.001, 0.01, 0.1]);
  assertEquals(secondsFor(0.1), [0.001, 0.01]);
});

Deno.test("shrink() makes a time the least power of ten that fails, which smaller answers do not", async () => {
  const times = chosen(0, 2, 0.001);
  const check = (seconds: number) => {
    if (seconds > 0.0365) throw new Error("late");
  };
  const chosenTime = (sim: Simulation) => check(sim.chooseTime("delay", times));
  const { failure } = await explore(chosenTime, OPTIONS);
  assertEquals(failure?.narrative, ["decision 0: delay is 0.1 s instead of 0 s"]);
  assertEquals(failure?.identity, "Error");
  // The same as a mere number, of which nobody knows that it is a time.
  const number = await explore((sim) => check(sim.choose("delay", 2001) / 1000), OPTIONS);
  assertEquals(number.failure?.tape.deviations.map(({ value }) => value), [37]);
});

Deno.test("shrink() makes a time as round as the failure allows", async () => {
  const times = chosen(0, 0.2, 0.001);
  const roundTo = async (fails: (seconds: number) => boolean) => {
    const { failure } = await explore((sim) => {
      if (fails(sim.chooseTime("delay", times))) throw new Error("found");
    }, OPTIONS);
    return times.times[failure?.tape.deviations[0]?.value ?? 0];
  };
  assertEquals(await roundTo((seconds) => seconds > 0.005), 0.01);
  assertEquals(await roundTo((seconds) => seconds > 0.015 && seconds < 0.025), 0.02);
  assertEquals(await roundTo((seconds) => seconds > 0.0505 && seconds < 0.0595), 0.051);
});

Deno.test("shrink() prefers a time that is round to one that is short, and is done with it", async () => {
  const times = chosen(0, 0.1, 0.001);
  const scenario = (sim: Simulation) => {
    if (sim.chooseTime("delay", times) > 0.0365) throw new Error("late");
  };
  const { failure } = await explore(scenario, { ...OPTIONS, shrinkRuns: 0 });
  const found = times.times[failure?.tape.deviations[0]?.value ?? 0] ?? 0;
  assertEquals(found > 0.0365 && found < 0.1, true);
  const { narrative, runs, isMinimal } = await shrink(scenario, failure?.tape as Tape);
  assertEquals(narrative, ["decision 0: delay is 0.1 s instead of 0 s"]);
  // None at all, then 1, 10 and 100 ms.
  assertEquals([runs, isMinimal], [4, true]);
});

/** Sends three datagrams over a link whose latency is chosen; the second must not come late. */
function threeDatagrams(sim: Simulation): () => void {
  sim.network.shape({ from: "a", to: "b" }, { latency: chosen(0.001, 0.5, 0.001) });
  const [a, b] = [sim.host("a"), sim.host("b")];
  const address = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
  const inbox = b.network.bindDatagram(address);
  b.poller.register(inbox, READ);
  const arrivals = new Map<number, number>();
  const receive = () => void arrivals.set(inbox.receive()?.bytes[0] ?? 0, sim.now);
  const wait = () => b.poller.poll(Infinity, receive, wait);
  wait();
  const outbox = a.network.bindDatagram(address);
  for (const i of [1, 2, 3]) {
    outbox.send(new Uint8Array([i]), { transport: "udp", hostname: "b", port: 7 });
  }
  return () => {
    if ((arrivals.get(2) ?? 0) > 0.0237) throw new Error("the second is late");
  };
}

Deno.test("shrink() leaves latencies out that do not matter, and rounds the one that does", async () => {
  const { failure } = await explore(threeDatagrams, OPTIONS);
  assertEquals(failure?.found.deviations.length, 3);
  assertEquals(failure?.narrative, [
    "decision 1: udp/latency of a>b is 0.1 s instead of 0.001 s",
  ]);
  assertEquals(failure?.report.includes("udp/latency of a>b is 0.1 s instead of 0.001 s"), true);
  const again = await replay(threeDatagrams, failure?.tape.toString() ?? "").catch((error) =>
    error
  );
  assertEquals((again as Error).message, "the second is late");
});

Deno.test("shrink() tells for how long a wake-up is late", async () => {
  const scenario = async (sim: Simulation) => {
    const { poller } = sim.host("a");
    await new Promise<void>((resolve) => poller.poll(1, () => {}, resolve));
    if (sim.now > 1) throw new Error("late");
  };
  const world = { surprises: ["late"] } as const;
  const { failure } = await explore(scenario, { ...OPTIONS, world });
  assertEquals(failure?.narrative, ["decision 0: late is 0.001 s instead of 0 s"]);
});
