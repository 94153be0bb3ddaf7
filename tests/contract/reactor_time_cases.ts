/**
 * Time, delayed calls and calls from elsewhere: what `IReactorTime` and `IReactorFromThreads`
 * promise.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertMatch,
  assertNotMatch,
  assertThrows,
} from "@std/assert";
import { DelayedCall } from "../../poller/mod.ts";
import { AlreadyCalled, AlreadyCancelled } from "../../reactor/mod.ts";
import { messages, type ReactorTest } from "./reactor_run.ts";

/** A short wait: real time passes in some worlds. */
const SHORT = 0.003;

/**
 * Registers the tests.
 *
 * @param check Registers one.
 */
export function reactorTimeCases(check: ReactorTest): void {
  check(
    "TIME-01 IReactorTime.callLater(0) before run() may stop the reactor",
    async ({ reactor }) => {
      reactor.callLater(0, () => reactor.stop());
      await reactor.run();
      assertEquals(reactor.getDelayedCalls(), []);
    },
  );

  check(
    "TIME-02 IReactorTime.callLater() takes a delay of 2^128 seconds",
    async ({ reactor, world }) => {
      const call = reactor.callLater(2 ** 128, () => {});
      const over = reactor.run();
      await world.sleep(SHORT);
      reactor.callFromThread(() => reactor.stop());
      await over;
      assert(call.active());
      assertEquals(reactor.getDelayedCalls(), [call]);
    },
  );

  check(
    "TIME-03 IReactorTime.callLater() from outside of a pass shortens the wait",
    async ({ reactor, world, log }) => {
      reactor.callLater(3600, () => log.push("late"));
      const over = reactor.run();
      await world.sleep(SHORT);
      reactor.callLater(SHORT, () => {
        log.push("soon");
        reactor.stop();
      });
      await over;
      assertEquals(log, ["soon"]);
    },
  );

  check(
    "BASE-15 IReactorTime.callLater() makes a call that tells who asked",
    async ({ reactor }) => {
      function askForACall(): unknown {
        return reactor.callLater(100, () => {});
      }
      DelayedCall.debug = true;
      let call: unknown;
      try {
        call = askForACall();
      } finally {
        DelayedCall.debug = false;
      }
      assertMatch(`${call}`, /\n +at \S+\.callLater \(.*\n +at askForACall \(/);
      assertNotMatch(`${askForACall()}`, /askForACall/);
      await Promise.resolve();
    },
  );

  check("INET-33, INET-34 IReactorTime.callLater() counts from seconds()", async ({ reactor }) => {
    const before = reactor.seconds();
    const call = reactor.callLater(100, () => {});
    assertGreaterOrEqual(call.getTime(), before + 100);
    assert(call.getTime() <= reactor.seconds() + 100);
    await Promise.resolve();
  });

  check(
    "INET-35, INET-42, INET-44 IDelayedCall.reset() counts from the reactor's now",
    async ({ reactor }) => {
      const call = reactor.callLater(100, () => {});
      const before = reactor.seconds();
      call.reset(50);
      assertGreaterOrEqual(call.getTime(), before + 50);
      assert(call.getTime() <= reactor.seconds() + 50);
      await Promise.resolve();
    },
  );

  check(
    "TW-02, INET-36 IReactorTime.callLater() calls with the arguments and not too early",
    async ({ reactor, log }) => {
      const start = reactor.seconds();
      let end = start;
      const call = reactor.callLater(
        SHORT,
        (a: string, b: string) => {
          log.push(a + b);
          end = reactor.seconds();
          reactor.stop();
        },
        "x",
        "y",
      );
      assertEquals(reactor.getDelayedCalls(), [call]);
      await reactor.run();
      assertEquals(log, ["xy"]);
      assertGreaterOrEqual(end, start + SHORT);
      assertEquals(reactor.getDelayedCalls(), []);
    },
  );

  check(
    "TW-03 IReactorTime.callLater() runs two calls, each not before its time",
    async ({ reactor }) => {
      const start = reactor.seconds();
      const times: number[] = [];
      const late = reactor.callLater(2 * SHORT, () => {
        times.push(reactor.seconds());
        reactor.stop();
      });
      const early = reactor.callLater(SHORT, () => times.push(reactor.seconds()));
      assertEquals(new Set(reactor.getDelayedCalls()), new Set([late, early]));
      await reactor.run();
      assertEquals(times.length, 2);
      assertGreaterOrEqual(times[0] as number, start + SHORT);
      assertGreaterOrEqual(times[1] as number, start + 2 * SHORT);
      assertEquals(reactor.getDelayedCalls(), []);
    },
  );

  check(
    "IReactorTime.callLater() runs equal times in the order in which they were set",
    async ({ reactor, log }) => {
      // One moment for all: a real clock moves between two calls of callLater(0).
      const moment = reactor.seconds() + SHORT;
      const calls = [..."abcdefgh"].map((name) => reactor.callLater(SHORT, () => log.push(name)));
      for (const call of calls) call.delay(moment - call.getTime());
      calls[1]?.delay(1);
      calls[1]?.delay(moment - (calls[1]?.getTime() ?? 0)); // Moved behind its peers.
      const last = reactor.callLater(2 * SHORT, () => reactor.stop());
      last.delay(SHORT);
      await reactor.run();
      assertEquals(log.filter((name) => name !== "b").join(""), "acdefgh");
      assert(log.includes("b"));
    },
  );

  check(
    "IReactorTime.callLater(0) inside a timed call waits for the next pass",
    async ({ reactor, log }) => {
      const start = reactor.callLater(0, () => {
        log.push("a");
        reactor.callLater(0, () => {
          log.push("c");
          reactor.stop();
        });
      });
      const second = reactor.callLater(0, () => log.push("b"));
      second.delay(start.getTime() - second.getTime());
      await reactor.run();
      assertEquals(log, ["a", "b", "c"]);
    },
  );

  check("IReactorTime.callLater() refuses negative delays and NaN", async ({ reactor }) => {
    assertThrows(() => reactor.callLater(-1, () => {}), RangeError);
    assertThrows(() => reactor.callLater(NaN, () => {}), RangeError);
    assertThrows(() => reactor.callLater("soon" as unknown as number, () => {}), RangeError);
    const call = reactor.callLater(1, () => {});
    assertThrows(() => call.reset(NaN), RangeError);
    assertThrows(() => call.delay(NaN), RangeError);
    assert(call.active());
    await Promise.resolve();
  });

  check(
    "INET-37, AIO-09, AIO-10 IDelayedCall.reset() moves a call either way and runs it once",
    async ({ reactor, log }) => {
      const later = reactor.callLater(0, () => log.push("later"));
      const earlier = reactor.callLater(3600, () => log.push("earlier"));
      later.reset(2 * SHORT);
      earlier.reset(SHORT);
      assertGreaterOrEqual(later.getTime(), reactor.seconds() - SHORT);
      reactor.callLater(3 * SHORT, () => {
        log.push("end");
        reactor.stop();
      });
      await reactor.run();
      assertEquals(log, ["earlier", "later", "end"]);
    },
  );

  check("IDelayedCall.delay() with a negative amount moves earlier", async ({ reactor, log }) => {
    const call = reactor.callLater(3600, () => {
      log.push("called");
      reactor.stop();
    });
    call.delay(-3600);
    await reactor.run();
    assertEquals(log, ["called"]);
  });

  check(
    "INET-38, INET-39 IDelayedCall.cancel() keeps the call from running, once",
    async ({ reactor, log }) => {
      const call = reactor.callLater(0, () => log.push("never"));
      call.cancel();
      assert(!call.active());
      assertThrows(() => call.cancel(), AlreadyCancelled);
      assertThrows(() => call.delay(1), AlreadyCancelled);
      assertThrows(() => call.reset(1), AlreadyCancelled);
      assertEquals(reactor.getDelayedCalls(), []);
      reactor.callLater(SHORT, () => reactor.stop());
      await reactor.run();
      assertEquals(log, []);
    },
  );

  check(
    "INET-40, INET-41, INET-48 IDelayedCall.cancel() raises inside the call and after it",
    async ({ reactor, log }) => {
      const call = reactor.callLater(0, () => {
        assert(!call.active());
        assertThrows(() => call.cancel(), AlreadyCalled);
        log.push("called");
        reactor.stop();
      });
      await reactor.run();
      assertThrows(() => call.cancel(), AlreadyCalled);
      assertThrows(() => call.delay(1), AlreadyCalled);
      assertThrows(() => call.reset(1), AlreadyCalled);
      assertEquals(log, ["called"]); // A dead call does not come back.
    },
  );

  check(
    "IDelayedCall.cancel() stops a call of the same pass that is due",
    async ({ reactor, log }) => {
      const first = reactor.callLater(0, () => {
        log.push("first");
        second.cancel();
        reactor.callLater(SHORT, () => reactor.stop());
      });
      const second = reactor.callLater(0, () => log.push("second"));
      second.delay(first.getTime() - second.getTime());
      await reactor.run();
      assertEquals(log, ["first"]);
    },
  );

  check(
    "INET-47 IReactorTime.getDelayedCalls() holds what waits while others run",
    async ({ reactor, log }) => {
      const waiting = reactor.callLater(3600, () => {});
      reactor.callLater(0, () => {
        const added = reactor.callLater(3600, () => {});
        assertEquals(new Set(reactor.getDelayedCalls()), new Set([waiting, added]));
        waiting.cancel();
        assertEquals(reactor.getDelayedCalls(), [added]);
        reactor.getDelayedCalls().length = 0; // The list is the caller's own.
        assertEquals(reactor.getDelayedCalls(), [added]);
        log.push("looked");
        reactor.stop();
      });
      await reactor.run();
      assertEquals(log, ["looked"]);
    },
  );

  check("IReactorTime logs what a call throws and goes on", async (run) => {
    const { reactor, log, takeLogged } = run;
    reactor.callLater(0, () => {
      throw new Error("on purpose");
    });
    reactor.callLater(SHORT, () => {
      log.push("next");
      reactor.stop();
    });
    await reactor.run();
    assertEquals(log, ["next"]);
    assertEquals(messages(takeLogged()), ["Exception in delayed call"]);
  });

  // -- Calls from elsewhere --

  check(
    "TW-04, INET-45 IReactorFromThreads.callFromThread() wakes the reactor",
    async ({ reactor, world, log }) => {
      const over = reactor.run();
      await world.sleep(SHORT);
      reactor.callFromThread((name: string) => {
        log.push(name);
        reactor.stop();
      }, "called");
      assertEquals(log, []);
      await over;
      assertEquals(log, ["called"]);
    },
  );

  check(
    "INET-50, INET-51, INET-52 IReactorFromThreads.callFromThread() keeps 1000 calls in order",
    async ({ reactor, log }) => {
      const numbers = Array.from({ length: 1000 }, (_, i) => `${i}`);
      for (const number of numbers) reactor.callFromThread(() => log.push(number));
      reactor.callFromThread(() => reactor.stop());
      assertEquals(log, []); // They wait for the reactor to run.
      await reactor.run();
      assertEquals(log, numbers);
    },
  );

  check(
    "INET-46 IReactorFromThreads.callFromThread() inside one waits a pass and needs no timer",
    async ({ reactor, log }) => {
      reactor.callFromThread(() => {
        log.push("first");
        reactor.callFromThread(() => {
          log.push("third");
          reactor.stop();
        });
      });
      // Calls from elsewhere come before the timed calls of their pass.
      reactor.callLater(0, () => log.push("second"));
      await reactor.run();
      assertEquals(log, ["first", "second", "third"]);
    },
  );

  check(
    "IReactorFromThreads.callFromThread() runs before the reactor counts as running",
    async ({ reactor, log }) => {
      const before = Promise.withResolvers<void>();
      reactor.addSystemEventTrigger("before", "startup", () => before.promise);
      reactor.callFromThread(() => {
        log.push(`called ${reactor.running}`);
        before.resolve();
      });
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(log, ["called false"]);
    },
  );

  check("IReactorFromThreads logs what a call throws and goes on", async (run) => {
    const { reactor, log, takeLogged } = run;
    reactor.callFromThread(() => {
      throw new Error("on purpose");
    });
    reactor.callFromThread(() => {
      log.push("next");
      reactor.stop();
    });
    await reactor.run();
    assertEquals(log, ["next"]);
    assertEquals(messages(takeLogged()), ["Exception in call from thread"]);
  });
}
