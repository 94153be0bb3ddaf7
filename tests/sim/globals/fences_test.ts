import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import nodeTimers from "node:timers";
import { promisify } from "node:util";
import { type DrainMode, FencedError, Simulation, SimulationError } from "../../../sim/mod.ts";

const DRAINS: readonly DrainMode[] = ["checkpoint", "macrotask"];

/** The names of the globals that a suite of runs should find untouched afterwards. */
function snapshot(): unknown[] {
  return [
    setTimeout,
    clearTimeout,
    setInterval,
    setImmediate,
    Date,
    Date.now,
    Math.random,
    performance.now,
    AbortSignal.timeout,
    nodeTimers.setTimeout,
    fetch,
    WebSocket,
    Deno.connect,
    WeakRef,
    Object.getOwnPropertyDescriptor(globalThis, "setTimeout")?.get,
    Object.getOwnPropertyDescriptor(Deno, "Command")?.get,
  ];
}

for (const drain of DRAINS) {
  Deno.test(`Simulation.run() runs setTimeout() in virtual time with promises in order, drain ${drain}`, async () => {
    const sim = new Simulation({ drain });
    const log: string[] = [];
    await sim.run(async () => {
      setTimeout(() => {
        log.push(`a ${sim.now}`);
        Promise.resolve().then(() => log.push("a's promise"));
      }, 10);
      setTimeout(() => log.push(`b ${sim.now}`), 10);
      setTimeout((...args: unknown[]) => log.push(`c ${args}`), 0, 1, 2);
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    });
    assertEquals(log, ["c 1,2", "a 0.01", "a's promise", "b 0.01"]);
    assertEquals(sim.now, 3600);
  });
}

Deno.test("Simulation.run() takes setTimeout's odd delays as Deno does", async () => {
  const sim = new Simulation();
  const log: string[] = [];
  await sim.run(async () => {
    for (const delay of [NaN, -1, 0, 0.5, 1.9, 2 ** 31, undefined]) {
      setTimeout(() => log.push(`${delay} ${sim.now}`), delay);
    }
    await sim.sleep(1);
  });
  assertEquals(log.map((line) => line.split(" ")[1]), Array(7).fill("0.001"));
});

Deno.test("Simulation.run() clears timers by object and by number, and repeats intervals", async () => {
  const sim = new Simulation();
  const log: number[] = [];
  await sim.run(async () => {
    clearTimeout(setTimeout(() => log.push(-1), 5));
    clearTimeout(Number(setTimeout(() => log.push(-2), 5)));
    const interval = setInterval(() => {
      log.push(sim.now);
      if (log.length === 3) clearInterval(interval);
    }, 20);
    await sim.sleep(1);
  });
  assertEquals(log, [0.02, 0.04, 0.06]);
});

Deno.test("Simulation.run() clears no real timer that has the number of one of its own", async () => {
  const sim = new Simulation();
  let isClear = true;
  const real = setTimeout(() => isClear = false, 0);
  await sim.run(() => clearTimeout(Number(real)));
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(isClear, false);
});

Deno.test("Simulation.run() has an abort end what util.promisify() waits for, inside and outside", async () => {
  const sim = new Simulation();
  const wait: (ms: number, value: unknown, options: { signal: AbortSignal }) => Promise<unknown> =
    promisify(setTimeout);
  const names: string[] = [];
  const note = (error: Error) => void names.push(error.name);
  const signal = AbortSignal.abort();
  await sim.run(async () => {
    await wait(60_000, "", { signal }).catch(note);
    await sim.real(() => wait(60_000, "", { signal })).catch(note);
  });
  assertEquals([names, sim.now], [["AbortError", "AbortError"], 0]);
});

Deno.test("Simulation.run() runs an interval of 0 without starving others", async () => {
  const sim = new Simulation();
  let ticks = 0;
  await sim.run(async () => {
    const interval = setInterval(() => ticks++, 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(interval);
  });
  assertEquals([ticks, sim.now], [4, 0.005]);
});

Deno.test("Simulation.run() simulates node:timers, its promises and util.promisify()", async () => {
  const sim = new Simulation();
  const require = createRequire(import.meta.url);
  const ends = await sim.run(async () => {
    const ends: unknown[] = [];
    await new Promise<void>((resolve) => nodeTimers.setTimeout(resolve, 10));
    ends.push(sim.now);
    const timers = require("node:timers/promises");
    ends.push(await timers.setTimeout(10, "value"), sim.now);
    await timers.scheduler.wait(10);
    ends.push(sim.now);
    await promisify(setTimeout)(10);
    ends.push(sim.now);
    const signal = AbortSignal.timeout(5);
    ends.push(await timers.setTimeout(10, "", { signal }).catch((error: Error) => error.name));
    for await (const tick of timers.setInterval(10, "tick")) {
      ends.push(tick, sim.now);
      if (sim.now > 0.06) break;
    }
    return ends;
  });
  assertEquals(ends, [0.01, "value", 0.02, 0.03, 0.04, "AbortError", "tick", 0.055, "tick", 0.065]);
});

Deno.test("Simulation.run() simulates AbortSignal.timeout()", async () => {
  const sim = new Simulation();
  const reason = await sim.run(() =>
    new Promise<DOMException>((resolve) => {
      const signal = AbortSignal.timeout(60_000);
      signal.addEventListener("abort", () => resolve(signal.reason));
    })
  );
  assertEquals([sim.now, reason.name], [60, "TimeoutError"]);
});

Deno.test("Simulation.run() simulates every clock", async () => {
  const sim = new Simulation({ wallClock: 1_000_000_000 });
  const seen = await sim.run(async () => {
    await sim.sleep(1.5);
    performance.mark("begin");
    await sim.sleep(1);
    return {
      dateNow: Date.now(),
      newDate: new Date().getTime(),
      isDate: new Date() instanceof Date,
      other: new Date(5).getTime(),
      text: Date().slice(0, 15) === new Date(Date.now()).toString().slice(0, 15),
      performance: [performance.now(), performance.timeOrigin],
      measure: performance.measure("span", "begin").duration,
    };
  });
  assertEquals(seen, {
    dateNow: 1_000_000_002_500,
    newDate: 1_000_000_002_500,
    isDate: true,
    other: 5,
    text: true,
    performance: [2500, 1_000_000_000_000],
    measure: 1000,
  });
});

Deno.test("Simulation.run() seeds randomness, host by host", async () => {
  const draw = (seed: number) =>
    new Simulation({ seed }).run(() => {
      const bytes = crypto.getRandomValues(new Uint16Array(3));
      return [Math.random(), crypto.randomUUID(), ...bytes];
    });
  assertEquals(await draw(1), await draw(1));
  assert((await draw(1))[0] !== (await draw(2))[0]);
  const uuid = (await draw(1))[1] as string;
  assert(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid));
});

Deno.test("Simulation.run() delivers messages of a channel in turns of their own", async () => {
  const sim = new Simulation();
  const log = await sim.run(async () => {
    const log: unknown[] = [];
    const { port1, port2 } = new MessageChannel();
    const sent = { list: [1] };
    port2.onmessage = (event) => {
      log.push(event.data, event.data === sent);
      port2.close();
    };
    port1.postMessage(sent);
    log.push("sent");
    await Promise.resolve();
    log.push("microtask");
    await sim.sleep(1);
    return log;
  });
  assertEquals(log, ["sent", "microtask", { list: [1] }, false]);
});

Deno.test("Simulation.run() keeps weakly held objects, so that collection shows nowhere", async () => {
  const sim = new Simulation();
  await sim.run(() => {
    const target = {};
    const reference = new WeakRef(target);
    assertStrictEquals(reference.deref(), target);
    assertInstanceOf(reference, WeakRef);
    assertInstanceOf(new FinalizationRegistry(() => {}), FinalizationRegistry);
  });
});

Deno.test("Simulation.run() fails for what a timer throws", async () => {
  const sim = new Simulation();
  const error = await assertRejects(
    () =>
      sim.run(() => {
        setTimeout(() => {
          throw new RangeError("late");
        }, 20);
        return sim.sleep(1);
      }),
    SimulationError,
    "Exception in setTimeout#1: RangeError: late (time 0.02 s",
  );
  assertEquals(error.failure, "callback");
});

/** Uses of fenced globals, and how the list calls them. */
const FENCED: readonly (readonly [name: string, use: () => unknown])[] = [
  ["fetch", () => fetch("http://localhost/")],
  ["WebSocket", () => new WebSocket("ws://localhost/")],
  ["Worker", () => new Worker("data:,", { type: "module" })],
  ["BroadcastChannel", () => new BroadcastChannel("a")],
  ["Deno.connect", () => Deno.connect({ port: 1 })],
  ["Deno.listen", () => Deno.listen({ port: 0 })],
  ["Deno.resolveDns", () => Deno.resolveDns("localhost", "A")],
  ["Deno.addSignalListener", () => Deno.addSignalListener("SIGINT", () => {})],
  ["Deno.Command", () => new Deno.Command("true")],
  ["Deno.exit", () => Deno.exit(1)],
  ["Deno.readTextFile", () => Deno.readTextFile("a")],
  ["Deno.writeTextFileSync", () => Deno.writeTextFileSync("a", "")],
  ["Deno.memoryUsage", () => Deno.memoryUsage()],
  ["Atomics.wait", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)],
  ["crypto.subtle.digest", () => crypto.subtle.digest("SHA-256", new Uint8Array(1))],
];

for (const [name, use] of FENCED) {
  Deno.test(`Simulation.run() throws where ${name} is used`, async () => {
    const sim = new Simulation();
    let thrown: unknown;
    await sim.run(async () => {
      await sim.sleep(2);
      try {
        use();
      } catch (error) {
        thrown = error;
      }
    });
    assertInstanceOf(thrown, FencedError);
    assertEquals([thrown.global, thrown.time, thrown.host], [name, 2, null]);
    assertStringIncludes(thrown.message, `Cannot use ${name} in a simulation: use `);
    assertStringIncludes(thrown.stack ?? "", "fences_test.ts");
  });
}

Deno.test("Simulation.patched() lists what the tests above use, each name once", () => {
  const list = new Simulation().patched();
  const names = list.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  const fenced = list.filter(({ action }) => action === "fenced").map(({ name }) => name);
  assertEquals(FENCED.map(([name]) => name).filter((name) => !fenced.includes(name)), []);
});

Deno.test("SimulationOptions.allow lets a fenced global through", async () => {
  const sim = new Simulation({ allow: ["Deno.memoryUsage"] });
  assert(await sim.run(() => Deno.memoryUsage().heapUsed) > 0);
});

Deno.test("SimulationOptions.fences false leaves the globals alone", async () => {
  const before = snapshot();
  const sim = new Simulation({ fences: false });
  await sim.run(() => assertEquals(snapshot(), before));
});

Deno.test("Simulation.real() calls a function with the real globals", async () => {
  const sim = new Simulation();
  const [inside, outside] = await sim.run(() => [Date.now(), sim.real(() => Date.now())]);
  assertEquals(inside, 1_577_836_800_000);
  assert((outside as number) > 1_600_000_000_000);
});

Deno.test("Simulation.run() gives every global back, also when it fails", async () => {
  const before = snapshot();
  await new Simulation().run(() => {});
  await assertRejects(() =>
    new Simulation().run(() => {
      throw new Error("main");
    })
  );
  await assertRejects(() => new Simulation({ turnsMax: 3 }).run(() => forever()));
  snapshot().forEach((value, i) => assertStrictEquals(value, before[i]));
});

async function forever(): Promise<void> {
  for (;;) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("Simulation.run() leaves real time to others while simulations run side by side", async () => {
  const real = Date.now();
  const sims = [1, 2, 3].map((seed) => new Simulation({ seed, wallClock: seed }));
  const runs = sims.map((sim) =>
    sim.run(async () => {
      const ends: number[] = [];
      for (let i = 0; i < 100; i++) {
        await sim.sleep(0.001);
        ends.push(Date.now());
      }
      return ends;
    })
  );
  const timer = new Promise<number>((resolve) => setTimeout(() => resolve(Date.now()), 0));
  const ends = await Promise.all(runs);
  assertEquals(ends.map((list) => list.at(-1)), [1100, 2100, 3100]);
  assert(await timer >= real);
});

Deno.test("Simulation.run() refuses to run inside another simulation", async () => {
  const sim = new Simulation();
  await assertRejects(() => sim.run(() => new Simulation().run()), TypeError, "inside another");
});

Deno.test("timers run in the context in which they were made, also when others refresh them", async () => {
  const user = new AsyncLocalStorage<string>();
  const log: string[] = [];
  const note = (what: string) => log.push(`${what} for ${user.getStore()}`);
  const sim = new Simulation();
  await sim.run(async () => {
    const once = user.run("ada", () => nodeTimers.setTimeout(() => note("timeout"), 10));
    const again = user.run("ada", () => setInterval(() => note("interval"), 20));
    user.run("bob", () => once.refresh());
    await sim.sleep(0.05);
    user.run("bob", () => clearInterval(again));
  });
  assertEquals(log, ["timeout for ada", "interval for ada", "interval for ada"]);
});
