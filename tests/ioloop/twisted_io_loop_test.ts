/**
 * What `TwistedIOLoop` does with its reactor. The defects of the bridge that Tornado shipped
 * (`platform/twisted.py`, 4.4.3) are named "Tornado's bridge …"; those that any loop can show are in
 * the contract suite.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import { IOLoop, type IOLoopRunningError, TwistedIOLoop } from "../../ioloop/mod.ts";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor, ReactorNotRestartable, TornadoReactor } from "../../reactor/mod.ts";
import fc from "fast-check";
import { FakeTimePlatform } from "./fake_time_platform.ts";

interface Setting {
  readonly platform: FakeTimePlatform;
  readonly reactor: PollReactor | TornadoReactor;
  readonly ioLoop: TwistedIOLoop;
  readonly log: string[];
}

/** Runs a test over a reactor of each kind. */
function bridgeTest(name: string, body: (setting: Setting) => void | Promise<void>): void {
  for (const kind of ["PollReactor", "TornadoReactor"]) {
    Deno.test(`${name} [${kind}]`, async () => {
      const platform = new FakeTimePlatform();
      const reactor = kind === "PollReactor"
        ? new PollReactor(platform)
        : new TornadoReactor(new PollIOLoop(platform, { makeCurrent: false }));
      using ioLoop = new TwistedIOLoop(reactor);
      await body({ platform, reactor, ioLoop, log: [] });
      assertEquals(platform.reports, []);
    });
  }
}

bridgeTest(
  "TwistedIOLoop.close() leaves the reactor's own calls (Tornado's bridge cancels them)",
  async (t) => {
    const { reactor, ioLoop, log } = t;
    reactor.callLater(1, () => log.push("reactor's"));
    ioLoop.callLater(1, () => log.push("loop's"));
    ioLoop.close();
    assertEquals(reactor.getDelayedCalls().length, 1);
    reactor.callLater(2, () => reactor.crash());
    await reactor.run();
    assertEquals(log, ["reactor's"]);
  },
);

bridgeTest(
  "TwistedIOLoop.time() is the reactor's (Tornado's bridge: the wall clock)",
  async (t) => {
    const { reactor, ioLoop, platform, log } = t;
    assertEquals([ioLoop.time(), reactor.seconds()], [1000, 1000]);
    ioLoop.callAt(1002, () => log.push(`at ${platform.now}`));
    ioLoop.callLater(3, () => {
      log.push(`later ${platform.now}`);
      ioLoop.stop();
    });
    await ioLoop.start();
    assertEquals(log, ["at 1002", "later 1003"]);
  },
);

bridgeTest(
  "TwistedIOLoop.stop() before start() is remembered (Tornado's bridge forgets it)",
  async (t) => {
    t.ioLoop.stop();
    await t.ioLoop.start();
    assertFalse(t.reactor.running);
    assertEquals(t.platform.now, 1000);
  },
);

bridgeTest(
  "TwistedIOLoop.addTimeout() clamps negative spans (Tornado's bridge raises)",
  async (t) => {
    t.ioLoop.addTimeout({ seconds: -1 }, () => t.log.push("span"));
    t.ioLoop.addTimeout({ seconds: 1 }, () => t.ioLoop.stop());
    await t.ioLoop.start();
    assertEquals(t.log, ["span"]);
  },
);

bridgeTest(
  "TwistedIOLoop.addCallback() does nothing after close() (Tornado's bridge queues)",
  async (t) => {
    const { reactor, ioLoop, log } = t;
    ioLoop.addCallback(() => log.push("before"));
    ioLoop.close();
    ioLoop.addCallback(() => log.push("after"));
    reactor.callLater(0, () => reactor.crash());
    await reactor.run();
    assertEquals(log, []);
  },
);

bridgeTest(
  "TwistedIOLoop.callAt() keeps moments exact though time moves on between the calls",
  async (t) => {
    const { reactor, ioLoop, platform, log } = t;
    // Every look at the clock costs some time, by a number that rounding cannot hide.
    Object.assign(platform.clock, { now: () => platform.now += 0.1 });
    const when = 1007.3;
    for (const name of ["a", "b", "c"]) ioLoop.callAt(when, () => log.push(name));
    assertEquals(reactor.getDelayedCalls().map((call) => call.getTime()), [when, when, when]);
    ioLoop.callAt(when, () => ioLoop.stop());
    await ioLoop.start();
    assertEquals(log, ["a", "b", "c"]);
  },
);

bridgeTest("TwistedIOLoop.callAt() makes delayed calls of exactly that moment", (t) => {
  const { reactor, ioLoop, platform } = t;
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(time, time, (now, when) => {
    platform.now = now;
    const timeout = ioLoop.callAt(when, () => {});
    const times = reactor.getDelayedCalls().map((call) => call.getTime());
    ioLoop.removeTimeout(timeout);
    assertEquals(times, [when]);
  }));
});

bridgeTest("TwistedIOLoop runs as a guest under reactor.run()", async (t) => {
  const { reactor, ioLoop, log } = t;
  ioLoop.addCallback(() => log.push(`callback ${IOLoop.current() === ioLoop}`));
  ioLoop.callLater(1, () => log.push("timeout"));
  reactor.callLater(2, () => reactor.stop());
  reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
  const end = reactor.run();
  assert(ioLoop.isRunning());
  const error = await assertRejects(() => ioLoop.start());
  assertEquals((error as IOLoopRunningError).code, "RUNNING");
  await end;
  assertFalse(ioLoop.isRunning());
  assertEquals(log, ["callback true", "timeout", "shutdown"]);
  await assertRejects(() => ioLoop.start(), ReactorNotRestartable);
});

bridgeTest("TwistedIOLoop.stop() as a guest crashes the reactor, each time", async (t) => {
  const { reactor, ioLoop, log } = t;
  reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
  for (const run of [1, 2, 3]) {
    ioLoop.addCallback(() => {
      log.push(`run ${run}`);
      ioLoop.stop();
    });
    ioLoop.addCallback(() => log.push("rest of the batch"));
    await reactor.run();
  }
  // A stop that was remembered for start() does not spoil the run of the reactor.
  ioLoop.stop();
  ioLoop.callLater(1, () => {
    log.push("run 4");
    ioLoop.stop();
  });
  await reactor.run();
  const rest = "rest of the batch";
  assertEquals(log, ["run 1", rest, "run 2", rest, "run 3", rest, "run 4"]);
});

bridgeTest("TwistedIOLoop.stop() as a guest ends no later run", async (t) => {
  const { reactor, ioLoop, log } = t;
  // Somebody else ends the run before the loop gets to it.
  reactor.callLater(0, () => {
    ioLoop.stop();
    reactor.crash();
  });
  await reactor.run();
  for (const run of [2, 3]) {
    reactor.callLater(1, () => {
      log.push(`run ${run}`);
      ioLoop.stop();
    });
    await reactor.run();
    log.push("over");
  }
  assertEquals(log, ["run 2", "over", "run 3", "over"]);
});

bridgeTest("TwistedIOLoop.close() as a guest leaves the reactor running", async (t) => {
  const { reactor, ioLoop, log } = t;
  ioLoop.callLater(2, () => log.push("never"));
  ioLoop.addCallback(() => {
    ioLoop.addCallback(() => log.push("never"));
    ioLoop.close();
    ioLoop.close();
    assertThrows(() => ioLoop.callLater(0, () => {}));
  });
  reactor.callLater(3, () => {
    log.push("reactor goes on");
    reactor.crash();
  });
  await reactor.run();
  assertEquals(log, ["reactor goes on"]);
});

bridgeTest("TwistedIOLoop.start() settles when somebody else ends the reactor", async (t) => {
  const { reactor, ioLoop, log } = t;
  reactor.callLater(1, () => reactor.crash());
  await ioLoop.start();
  assertFalse(ioLoop.isRunning());
  reactor.addSystemEventTrigger("after", "shutdown", () => log.push("shutdown"));
  reactor.callLater(1, () => reactor.stop());
  await ioLoop.start();
  assertEquals(log, ["shutdown"]);
});

bridgeTest(
  "TwistedIOLoop.start() leaves the loop startable when the reactor refuses",
  async (t) => {
    const { reactor, ioLoop } = t;
    reactor.callLater(0, () => reactor.stop());
    await reactor.run();
    for (let i = 0; i < 2; i++) await assertRejects(() => ioLoop.start(), ReactorNotRestartable);
    assertFalse(ioLoop.isRunning());
  },
);

bridgeTest("TwistedIOLoop.stop() ends a run whose startup event still waits", async (t) => {
  const { reactor, ioLoop, log } = t;
  const { promise, resolve } = Promise.withResolvers<void>();
  reactor.addSystemEventTrigger("before", "startup", () => promise);
  reactor.callWhenRunning(() => log.push("running"));
  ioLoop.callLater(1, () => {
    log.push("stop");
    ioLoop.stop();
    resolve();
  });
  await ioLoop.start();
  assertEquals(log[0], "stop");
  assertFalse(ioLoop.isRunning());
});

bridgeTest(
  "TwistedIOLoop.stop() does not end the next run when the first was ended otherwise",
  async (t) => {
    const { reactor, ioLoop, platform, log } = t;
    let isFirst = true;
    ioLoop.callLater(5, () => log.push("first run"));
    platform.onPoll = () => {
      if (!isFirst || platform.calls.length < 2) return;
      isFirst = false;
      // From outside, while the loop waits: stop() takes effect in the next pass, crash() at once.
      Promise.resolve().then(() => {
        ioLoop.stop();
        reactor.crash();
      });
    };
    await ioLoop.start();
    assertEquals(log, []);
    ioLoop.callLater(7, () => {
      log.push("second run");
      ioLoop.stop();
    });
    await ioLoop.start();
    assertEquals(log, ["first run", "second run"]);
  },
);

bridgeTest("TwistedIOLoop.start() handles signals unless it is told not to", async (t) => {
  const { reactor, platform, log } = t;
  platform.signals.addListener = (signal: string) => void log.push(signal);
  using quiet = new TwistedIOLoop(reactor, { installSignalHandlers: false });
  quiet.addCallback(() => quiet.stop());
  await quiet.start();
  assertEquals(log, []);
  t.ioLoop.addCallback(() => t.ioLoop.stop());
  await t.ioLoop.start();
  assert(log.includes("SIGINT"));
});

Deno.test("TwistedIOLoop: two loops on one reactor, of which one runs it", async () => {
  const platform = new FakeTimePlatform();
  const reactor = new PollReactor(platform);
  using one = new TwistedIOLoop(reactor);
  using other = new TwistedIOLoop(reactor);
  const log: string[] = [];
  one.addCallback(() => log.push("one"));
  other.addCallback(() => log.push("other"));
  one.addCallback(() => log.push("one"));
  other.callLater(1, () => {
    log.push("other's timeout");
    other.close();
    one.stop();
  });
  await one.start();
  assertEquals(log, ["one", "other", "one", "other's timeout"]);
});
