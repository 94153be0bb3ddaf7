/**
 * Programs that are recorded in simulations, and played again.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import type { Platform, WorkerThread } from "../../../poller/mod.ts";
import { StubResolver } from "../../../resolver/mod.ts";
import { SimDNSServer } from "../../../sim/dns/mod.ts";
import {
  random,
  Recording,
  RecordingPlatform,
  replayRecording,
  Simulation,
  type SimulationOptions,
  type Surprise,
} from "../../../sim/mod.ts";
import { installScripts, script } from "../../contract/child_scripts.ts";
import { withParts } from "../../contract/platform_parts.ts";
import { deposits, PROGRAMS, REPORTING } from "./programs.ts";
import { type Program, type Recorded, recordInSimulation, TextSink } from "./recorded.ts";

const SURPRISES: readonly Surprise[] = ["accept", "spurious", "late", "loopback", "end"];
const SEEDS = [1, 2, 3, 4, 5];

/** A world in which everything that may vary does. */
function unsteady(seed: number): SimulationOptions {
  return { seed, strategy: random(seed), surprises: SURPRISES };
}

function install(sim: Simulation): void {
  installScripts(sim.host("host"));
}

/** Records a program and plays it again: it must see the same, and come to the recording's end. */
async function check<T>(program: Program<T>, options: SimulationOptions): Promise<Recorded<T>> {
  const recorded = await recordInSimulation(program, options, install);
  const { value, recording } = recorded;
  const replayed = await replayRecording(recording, program);
  assertEquals(replayed.value, value);
  assertEquals([replayed.outcome, replayed.steps], ["returned", recording.length]);
  return recorded;
}

for (const [name, program] of Object.entries(PROGRAMS)) {
  Deno.test(`replayRecording() plays ${name} as it was in a simulation`, async () => {
    const { value, text } = await check(program, { seed: 1 });
    assert(value.length >= 2, "the program has seen something");
    const texts = new Set([text]);
    for (const seed of SEEDS) texts.add((await check(program, unsteady(seed))).text);
    assert(texts.size > 1, "the worlds differ");
  });
}

Deno.test("replayRecording() plays look-ups of names", async () => {
  const lookups = async (platform: Platform) => {
    const loop = new PollIOLoop(platform, { makeCurrent: false });
    const resolver = new StubResolver(loop, { servers: ["10.0.0.1"] });
    const found = await loop.runSync(async () => {
      const first = await resolver.lookup("a.test");
      const missing = await resolver.lookup("b.test").catch((error) => error);
      return [first.addresses.map(({ address }) => address), missing.message, loop.time()];
    });
    loop.close();
    return found;
  };
  for (const seed of SEEDS) {
    const records = [{ name: "a.test", type: "A", data: "10.9.0.1" }] as const;
    let server: SimDNSServer | undefined;
    const { value, recording } = await recordInSimulation(lookups, unsteady(seed), (sim) => {
      server = new SimDNSServer(sim, "ns", { records });
    });
    assert(server !== undefined && server.queries.length >= 2);
    assertEquals((value as unknown[])[0], ["10.9.0.1"]);
    // There is no server any more.
    assertEquals((await replayRecording(recording, lookups)).value, value);
  }
});

Deno.test("replayRecording() reports again what nobody took", async () => {
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  await sim.run(async () => {
    await REPORTING(platform);
    assertEquals(sim.takeReports("host").length, 1);
  });
  platform.end();
  const { reports } = await replayRecording(Recording.parse(sink.text), REPORTING);
  assertEquals(reports.map(({ error }) => (error as Error).message), ["nobody takes this"]);
});

/** A thread of which only the end matters. */
function threadThatEnds(ended: Promise<void>): WorkerThread {
  return { isOver: false, run: () => {}, terminate: () => ended };
}

Deno.test("replayRecording() plays a thread that is ended twice, at once or later", async () => {
  const program = async (platform: Platform) => {
    const log: string[] = [];
    const note = (what: string) => void log.push(`${platform.clock.now()} ${what}`);
    const pass = () => new Promise<void>((resolve) => platform.poller.poll(1, () => {}, resolve));
    const thread = platform.workers.start(() => {});
    const first = thread.terminate().then(() => note("first"));
    const second = thread.terminate().then(() => note("second"));
    await pass();
    await pass();
    await Promise.all([first, second]);
    await thread.terminate().then(() => note("third"));
    return log;
  };
  for (const seconds of [0, 1.5]) {
    const sim = new Simulation({ seed: 1 });
    const sink = new TextSink();
    const log = await sim.run(async () => {
      const ended = seconds === 0 ? Promise.resolve() : sim.sleep(seconds);
      const workers = { parallelism: 1, start: () => threadThatEnds(ended) };
      const platform = new RecordingPlatform(withParts(sim.host("host"), { workers }), sink);
      const log = await program(platform);
      platform.end();
      return log;
    });
    assertEquals(log, [`${seconds} first`, `${seconds} second`, "2 third"]);
    assertEquals((await replayRecording(Recording.parse(sink.text), program)).value, log);
  }
});

Deno.test("replayRecording() plays a thread that starts after one that could not", async () => {
  const program = (platform: Platform) => {
    let refused = "";
    try {
      platform.workers.start(() => {});
    } catch (error) {
      refused = (error as Error).message;
    }
    platform.workers.start(() => {});
    return Promise.resolve(refused);
  };
  let starts = 0;
  const start = () => {
    if (starts++ === 0) throw new RangeError("no thread is left");
    return threadThatEnds(Promise.resolve());
  };
  const sink = new TextSink();
  const workers = { parallelism: 1, start };
  const host = new Simulation({ seed: 1 }).host("host");
  const platform = new RecordingPlatform(withParts(host, { workers }), sink);
  assertEquals(await program(platform), "no thread is left");
  platform.end();
  const replayed = await replayRecording(Recording.parse(sink.text), program);
  assertEquals(replayed.value, "no thread is left");
});

Deno.test("replayRecording() tells all listeners before what one of them waits for", async () => {
  const program = async (platform: Platform) => {
    const log: string[] = [];
    const { clock, poller, processes, signals } = platform;
    const pass = () => new Promise<void>((resolve) => poller.poll(1, () => {}, resolve));
    const hear = (name: string) => async () => {
      log.push(`${name} heard`);
      await null;
      log.push(`${name} ${clock.now()}`);
    };
    const { executable, args = [] } = script("both");
    const child = processes.spawn({ executable, args });
    for (const name of ["first", "second"]) {
      child.addExitListener(hear(`exit ${name}`));
      signals.addListener("SIGHUP", hear(`signal ${name}`));
    }
    for (let i = 0; i < 4; i++) await pass();
    return log;
  };
  const { value, recording } = await recordInSimulation(program, { seed: 1 }, (sim) => {
    install(sim);
    for (const seconds of [1.5, 2.5]) sim.sleep(seconds).then(() => sim.signal("host", "SIGHUP"));
  });
  assertEquals(value.filter((line) => /^signal/.test(line)).slice(0, 4), [
    "signal first heard",
    "signal second heard",
    "signal first 1.5",
    "signal second 1.5",
  ]);
  assertEquals(value.filter((line) => /^exit \w+ heard/.test(line)).length, 2);
  assertEquals((await replayRecording(recording, program)).value, value);
});

Deno.test("replayRecording() lets microtasks run between two signals", async () => {
  const program = async (platform: Platform) => {
    const log: string[] = [];
    platform.signals.addListener("SIGHUP", async () => {
      log.push("heard");
      await null;
      log.push("done");
    });
    await new Promise<void>((resolve) => platform.poller.poll(1, () => {}, resolve));
    return log;
  };
  const { value, recording } = await recordInSimulation(program, { seed: 1 }, (sim) => {
    for (const seconds of [0.2, 0.4]) sim.sleep(seconds).then(() => sim.signal("host", "SIGHUP"));
  });
  assertEquals(value, ["heard", "done", "heard", "done"]);
  assertEquals((await replayRecording(recording, program)).value, value);
});

Deno.test("replayRecording() opens standard streams once, as the platform does", async () => {
  const program = ({ processes }: Platform) => {
    const first = processes.openStandardStreams();
    return Promise.resolve(first === processes.openStandardStreams());
  };
  const { value, recording } = await recordInSimulation(program);
  assertEquals([value, recording.length], [true, 1]);
  assertEquals((await replayRecording(recording, program)).value, true);
});

Deno.test("replayRecording() shows a race each time that was seen once", async () => {
  let lost = null;
  const balances = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const recorded = await recordInSimulation(deposits, { seed });
    balances.add(recorded.value);
    if (recorded.value === 1) lost ??= recorded;
  }
  assertEquals([...balances].sort(), [1, 2]);
  assert(lost !== null);
  for (let time = 0; time < 20; time++) {
    assertEquals((await replayRecording(lost.recording, deposits)).value, 1);
  }
});

Deno.test("replayRecording() takes no time of its own", async () => {
  const program = async (platform: Platform) => {
    const loop = new PollIOLoop(platform, { makeCurrent: false });
    await loop.runSync(() => new Promise<void>((resolve) => loop.callLater(86_400, resolve)));
    loop.close();
    return loop.time();
  };
  const { value, recording } = await recordInSimulation(program);
  assertEquals(value, 86_400);
  // The same day again; if it were waited for, no test would see its end.
  assertEquals((await replayRecording(recording, program)).time, 86_400);
});

Deno.test("RecordingPlatform is not noticed: the same world goes the same way", async () => {
  const names = Object.keys(PROGRAMS);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.integer({ min: 1, max: 1e6 }),
      async (name, seed) => {
        const program = PROGRAMS[name] as Program<string[]>;
        const [bare, recorded] = [new Simulation(unsteady(seed)), new Simulation(unsteady(seed))];
        const logs = [];
        for (const sim of [bare, recorded]) {
          install(sim);
          const host = sim.host("host");
          const platform = sim === bare ? host : new RecordingPlatform(host, new TextSink());
          logs.push(await sim.run(() => program(platform)));
        }
        assertEquals(logs[1], logs[0]);
        assertEquals(recorded.trace.toString(), bare.trace.toString());
      },
    ),
    { numRuns: 100, seed: 9 },
  );
});
