import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { IOLoop, PeriodicCallback, TwistedIOLoop } from "../../ioloop/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { FakeTimePlatform } from "./fake_time_platform.ts";
import { LOOPS } from "./loops.ts";

interface Setting {
  readonly ioLoop: IOLoop;
  readonly platform: FakeTimePlatform;
  /** Runs the loop until a moment. */
  runUntil(moment: number): Promise<void>;
}

/** Runs a test over every kind of loop. */
function periodicTest(name: string, body: (setting: Setting) => Promise<void>): void {
  for (const { name: loopName, makeLoop } of LOOPS) {
    Deno.test(`${name} [${loopName}]`, async () => {
      const platform = new FakeTimePlatform();
      using ioLoop = makeLoop(platform);
      await body({
        ioLoop,
        platform,
        runUntil(moment) {
          ioLoop.callAt(moment, () => ioLoop.stop());
          return ioLoop.start();
        },
      });
      assertEquals(platform.reports, []);
    });
  }
}

periodicTest("IO-43 PeriodicCallback runs a tick that is due when the loop stops", async (t) => {
  const calls: number[] = [];
  const periodic = new PeriodicCallback(() => calls.push(t.ioLoop.time()), 10);
  periodic.start();
  // Added first, so it runs before the tick of the same moment, which is collected already.
  await t.runUntil(1050);
  periodic.stop();
  assertEquals(calls, [1010, 1020, 1030, 1040, 1050]);
});

periodicTest("IO-44 PeriodicCallback stays on its grid when calls take long", async (t) => {
  const durations = [9, 9, 10, 11, 20, 20, 35, 35, 0, 0, 0];
  const calls: number[] = [];
  const periodic = new PeriodicCallback(() => {
    calls.push(t.ioLoop.time());
    const duration = durations.shift();
    if (duration === undefined) t.ioLoop.stop();
    else t.platform.take(duration);
    if (durations.length === 0) t.ioLoop.stop();
  }, 10);
  periodic.start();
  await t.ioLoop.start();
  periodic.stop();
  assertEquals(calls, [1010, 1020, 1030, 1050, 1070, 1100, 1130, 1170, 1210, 1220, 1230]);
});

periodicTest("PeriodicCallback waits for a promise, whose time counts as the call's", async (t) => {
  const durations = [9, 10, 11, 25, 0];
  const calls: number[] = [];
  const periodic = new PeriodicCallback(() => {
    calls.push(t.ioLoop.time());
    const { promise, resolve } = Promise.withResolvers<void>();
    t.ioLoop.callLater(durations.shift() ?? 0, resolve);
    if (durations.length === 0) t.ioLoop.stop();
    return promise;
  }, 10);
  periodic.start();
  await t.ioLoop.start();
  periodic.stop();
  assertEquals(calls, [1010, 1020, 1040, 1060, 1090]);
});

periodicTest("PeriodicCallback goes on when calls fail", async (t) => {
  const failure = new RangeError("broken");
  const errors: unknown[] = [];
  t.ioLoop.handleCallbackException = (_callback, error) => void errors.push(error);
  let ticks = 0;
  const periodic = new PeriodicCallback(() => {
    ticks++;
    if (ticks === 2) return Promise.reject(failure);
    throw failure;
  }, 10);
  periodic.start();
  await t.runUntil(1035);
  periodic.stop();
  assertEquals(ticks, 3);
  assertEquals(errors, [failure, failure, failure]);
});

periodicTest(
  "PeriodicCallback.stop() ends it, in a call and while a promise is awaited",
  async (t) => {
    const log: string[] = [];
    const inside = new PeriodicCallback(() => {
      log.push("inside");
      inside.stop();
    }, 10);
    const { promise, resolve } = Promise.withResolvers<void>();
    const awaiting = new PeriodicCallback(() => {
      log.push("awaiting");
      return promise;
    }, 10);
    inside.start();
    awaiting.start();
    t.ioLoop.callAt(1015, () => {
      awaiting.stop();
      resolve();
    });
    await t.runUntil(1100);
    assertEquals(log, ["inside", "awaiting"]);
    assertFalse(inside.isRunning());
    assertFalse(awaiting.isRunning());
  },
);

periodicTest("PeriodicCallback.start() again begins a new grid, not a second series", async (t) => {
  const calls: number[] = [];
  const periodic = new PeriodicCallback(() => calls.push(t.ioLoop.time()), 10);
  periodic.start();
  periodic.start();
  t.ioLoop.callAt(1025, () => periodic.start());
  t.ioLoop.callAt(1037, () => {
    periodic.stop();
    periodic.start();
  });
  await t.runUntil(1060);
  assert(periodic.isRunning());
  periodic.stop();
  assertEquals(calls, [1010, 1020, 1035, 1047, 1057]);
});

periodicTest("IO-51 PeriodicCallback.start() takes the loop that is current then", async (t) => {
  IOLoop.clearCurrent();
  const calls: number[] = [];
  const periodic = new PeriodicCallback(() => calls.push(t.ioLoop.time()), { seconds: 10 });
  t.ioLoop.addCallback(() => periodic.start());
  await t.runUntil(1025);
  periodic.stop();
  assertEquals(calls, [1010, 1020]);
});

periodicTest("PeriodicCallback varies its period with jitter", async (t) => {
  t.platform.randoms.push(0.5, 1, 0, 0.75);
  const calls: number[] = [];
  const { ioLoop } = t;
  const periodic = new PeriodicCallback(() => calls.push(ioLoop.time()), 10, {
    jitter: 0.5,
    ioLoop,
  });
  periodic.start();
  await t.runUntil(1042);
  periodic.stop();
  assertEquals(calls, [1010, 1022.5, 1030, 1041.25]);
});

Deno.test("PeriodicCallback.constructor() refuses periods and jitters that make no sense", () => {
  for (const period of [0, -1, NaN, Infinity, { seconds: 0 }]) {
    assertThrows(() => new PeriodicCallback(() => {}, period), RangeError, "period");
  }
  for (const jitter of [-0.1, NaN, 2, Infinity]) {
    assertThrows(() => new PeriodicCallback(() => {}, 1, { jitter }), RangeError, "jitter");
  }
});

for (const kind of ["a function", "an async function"]) {
  Deno.test(`PeriodicCallback ends when ${kind} closes the loop, a guest`, async () => {
    const platform = new FakeTimePlatform();
    const reactor = new PollReactor(platform);
    const ioLoop = new TwistedIOLoop(reactor, { makeCurrent: false });
    let calls = 0;
    const close = () => {
      calls++;
      ioLoop.close();
    };
    // The second is closed while its promise waits.
    const callback = kind === "a function" ? close : () => Promise.resolve().then(close);
    const periodic = new PeriodicCallback(callback, 10, { ioLoop });
    periodic.start();
    reactor.callLater(100, () => reactor.stop());
    await reactor.run();
    assertEquals(calls, 1);
    if (kind === "a function") assertFalse(periodic.isRunning());
    periodic.stop();
    assertEquals(platform.reports, []);
  });
}
