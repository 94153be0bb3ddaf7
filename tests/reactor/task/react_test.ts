import { assertEquals, assertStrictEquals } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  deferLater,
  Deferred,
  fail,
  installReactor,
  type IReactor,
  PollReactor,
  react,
  succeed,
  SystemExit,
  uninstallReactor,
} from "../../../reactor/mod.ts";
import { simWorld } from "../../contract/sim_world.ts";

/** The error that the main functions here fail with. */
const ERROR = new RangeError("main");

/** Runs a test with a reactor on a simulated host; returns what was reported. */
async function withReactor(body: (reactor: PollReactor) => Promise<void>): Promise<unknown[]> {
  let reports: unknown[] = [];
  await simWorld().run(async ({ platform }) => {
    using ledger = new ErrorLedger();
    await body(new PollReactor(platform));
    reports = ledger.take().map(({ error }) => error);
  });
  return reports;
}

/** Runs a main function and returns its exit code; nothing may be reported. */
async function exitCodeOf(main: (reactor: PollReactor) => unknown): Promise<number> {
  let exitCode = NaN;
  const reports = await withReactor(async (reactor) => {
    exitCode = await react(main, { reactor });
  });
  assertEquals(reports, []);
  return exitCode;
}

/** Runs a main function that fails; returns its exit code and what was reported. */
async function failureOf(main: (reactor: PollReactor) => unknown): Promise<[number, unknown[]]> {
  let exitCode = NaN;
  const reports = await withReactor(async (reactor) => {
    exitCode = await react(main, { reactor });
  });
  return [exitCode, reports];
}

/** Counts the calls of stop() on a reactor, all of which must be allowed. */
function countStops(reactor: PollReactor): () => number {
  let stops = 0;
  const stop = reactor.stop.bind(reactor);
  reactor.stop = () => {
    stops++;
    stop();
  };
  return () => stops;
}

Deno.test("TASK-45 react() runs the reactor until the Deferred fires", async () => {
  const log: string[] = [];
  const exitCode = await exitCodeOf((reactor) => {
    reactor.callLater(0.5, () => log.push("meanwhile"));
    return deferLater(reactor, 1);
  });
  assertEquals([exitCode, log], [0, ["meanwhile"]]);
});

Deno.test("TASK-46 react() stops a reactor whose main function is done before it runs", async () => {
  assertEquals(await exitCodeOf(() => succeed(null)), 0);
});

Deno.test("TASK-47 react() reports a failure that comes later and returns 1", async () => {
  const outcome = await failureOf((reactor) =>
    deferLater(reactor, 1, () => {
      throw ERROR;
    })
  );
  assertEquals(outcome, [1, [ERROR]]);
});

Deno.test("TASK-48 react() reports a failure that is there at once and returns 1", async () => {
  assertEquals(await failureOf(() => fail(ERROR)), [1, [ERROR]]);
});

Deno.test("TASK-49 react() does not stop a reactor that is stopping when the Deferred fires", async () => {
  let stops = NaN;
  const exitCode = await exitCodeOf((reactor) => {
    const count = countStops(reactor);
    const done = new Deferred<void>();
    reactor.addSystemEventTrigger("during", "shutdown", () => {
      done.callback();
      stops = count();
    });
    reactor.callWhenRunning(() => reactor.stop());
    return done;
  });
  assertEquals([exitCode, stops], [0, 1]);
});

Deno.test("TASK-50 react() does not stop a reactor that is stopping when the Deferred fails", async () => {
  let stops = NaN;
  const outcome = await failureOf((reactor) => {
    const count = countStops(reactor);
    const done = new Deferred<void>();
    reactor.addSystemEventTrigger("during", "shutdown", () => {
      done.errback(ERROR);
      stops = count();
    });
    reactor.callWhenRunning(() => reactor.stop());
    return done;
  });
  assertEquals([outcome, stops], [[1, [ERROR]], 1]);
});

Deno.test("TASK-51 react() hands the arguments on behind the reactor", async () => {
  await withReactor(async (reactor) => {
    const calls: unknown[][] = [];
    await react((...args) => void calls.push(args), { argv: ["foo", "bar"], reactor });
    assertEquals(calls.map(([, ...argv]) => argv), [["foo", "bar"]]);
    assertStrictEquals(calls[0]?.[0], reactor);
  });
});

Deno.test("TASK-52 react() runs the default reactor unless one is given", async () => {
  await withReactor(async (reactor) => {
    installReactor(reactor);
    try {
      const given: IReactor[] = [];
      await react((reactor) => {
        given.push(reactor);
        return succeed(null);
      });
      assertStrictEquals<unknown>(given[0], reactor);
    } finally {
      uninstallReactor();
    }
  });
});

Deno.test("TASK-53 react() returns the exit code of SystemExit and reports nothing", async () => {
  assertEquals(await failureOf(() => fail(new SystemExit(23))), [23, []]);
});

Deno.test("TASK-54 react() returns when the reactor was stopped just before the Deferred fires", async () => {
  const exitCode = await exitCodeOf((reactor) => {
    const done = new Deferred<void>();
    reactor.callWhenRunning(() => {
      reactor.stop();
      done.callback();
    });
    return done;
  });
  assertEquals(exitCode, 0);
});

Deno.test("TASK-55 react() returns when the reactor was stopped and the Deferred never fires", async () => {
  const exitCode = await exitCodeOf((reactor) => {
    reactor.callLater(1, () => reactor.stop());
    return new Deferred<void>();
  });
  assertEquals(exitCode, 0);
});

// -- The same with an async function --

Deno.test("TASK-56 react() runs the reactor until an async function returns", async () => {
  const log: string[] = [];
  const exitCode = await exitCodeOf(async (reactor) => {
    reactor.callLater(0.5, () => log.push("meanwhile"));
    await deferLater(reactor, 1);
    log.push("end");
  });
  assertEquals([exitCode, log], [0, ["meanwhile", "end"]]);
});

Deno.test("TASK-57 react() stops for an async function that never waits", async () => {
  assertEquals(await exitCodeOf(() => Promise.resolve()), 0);
});

Deno.test("TASK-58 react() reports what an async function throws later and returns 1", async () => {
  const outcome = await failureOf(async (reactor) => {
    await deferLater(reactor, 1);
    throw ERROR;
  });
  assertEquals(outcome, [1, [ERROR]]);
});

Deno.test("TASK-59 react() reports what an async function throws at once and returns 1", async () => {
  assertEquals(await failureOf(() => Promise.reject(ERROR)), [1, [ERROR]]);
});

Deno.test("TASK-60 react() does not stop a stopping reactor when an async function returns", async () => {
  let count = () => NaN;
  const exitCode = await exitCodeOf(async (reactor) => {
    count = countStops(reactor);
    const shutdown = new Deferred<void>();
    reactor.addSystemEventTrigger("before", "shutdown", () => {
      shutdown.callback();
      return deferLater(reactor, 1);
    });
    reactor.callWhenRunning(() => reactor.stop());
    await shutdown;
  });
  assertEquals([exitCode, count()], [0, 1]);
});

Deno.test("TASK-61 react() does not stop a stopping reactor when an async function throws", async () => {
  let count = () => NaN;
  const outcome = await failureOf(async (reactor) => {
    count = countStops(reactor);
    const shutdown = new Deferred<void>();
    reactor.addSystemEventTrigger("before", "shutdown", () => {
      shutdown.callback();
      return deferLater(reactor, 1);
    });
    reactor.callWhenRunning(() => reactor.stop());
    await shutdown;
    throw ERROR;
  });
  assertEquals([outcome, count()], [[1, [ERROR]], 1]);
});

Deno.test("TASK-62 react() hands the arguments on to an async function", async () => {
  await withReactor(async (reactor) => {
    const calls: string[][] = [];
    await react(async (_reactor, ...argv) => {
      await null;
      calls.push(argv);
    }, { argv: ["foo", "bar"], reactor });
    assertEquals(calls, [["foo", "bar"]]);
  });
});

Deno.test("TASK-63 react() runs an async function on the default reactor", async () => {
  await withReactor(async (reactor) => {
    installReactor(() => reactor);
    try {
      const given: unknown[] = [];
      await react(async (reactor) => {
        await deferLater(reactor, 1);
        given.push(reactor);
      });
      assertStrictEquals(given[0], reactor);
    } finally {
      uninstallReactor();
    }
  });
});

Deno.test("TASK-64 react() returns the exit code of SystemExit thrown by an async function", async () => {
  const outcome = await failureOf(async (reactor) => {
    await deferLater(reactor, 1);
    throw new SystemExit(23);
  });
  assertEquals(outcome, [23, []]);
});

Deno.test("TASK-65 react() returns when an async function stops the reactor and returns", async () => {
  const exitCode = await exitCodeOf(async (reactor) => {
    await deferLater(reactor, 1);
    reactor.stop();
  });
  assertEquals(exitCode, 0);
});

Deno.test("TASK-66 react() returns when the reactor was stopped under an async function", async () => {
  const log: string[] = [];
  const exitCode = await exitCodeOf(async (reactor) => {
    reactor.callLater(1, () => reactor.stop());
    await new Deferred<void>();
    log.push("not reached");
  });
  assertEquals([exitCode, log], [0, []]);
});

Deno.test("react() reports what a plain main function throws and returns 1", async () => {
  const outcome = await failureOf(() => {
    throw ERROR;
  });
  assertEquals(outcome, [1, [ERROR]]);
});
