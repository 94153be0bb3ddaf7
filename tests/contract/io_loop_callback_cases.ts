/**
 * Callbacks of an `IOLoop`.
 *
 * @module
 */

import { assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { stopAfterPasses } from "./stop_after_passes.ts";

/** Registers the cases. */
export function callbackCases(suite: IOLoopSuite): void {
  suite(
    "IO-01 IOLoop.addCallback() does not wait for a timeout when called inside the loop",
    async ({ ioLoop, log, run }) => {
      const before = ioLoop.time();
      ioLoop.callLater(15, () => log.push("far away"));
      ioLoop.addCallback(() => ioLoop.addCallback(() => ioLoop.stop()));
      await run();
      assertEquals(log, []);
      assertLess(ioLoop.time() - before, 10);
    },
  );

  suite(
    "IO-02 IOLoop.addCallback() wakes the loop when called from outside",
    async ({ ioLoop, log, world, run }) => {
      const before = ioLoop.time();
      const outside = world.sleep(0.002).then(() => {
        log.push("outside");
        ioLoop.addCallback(() => {
          log.push("callback");
          ioLoop.stop();
        });
      });
      await run();
      await outside;
      assertEquals(log, ["outside", "callback"]);
      assertLess(ioLoop.time() - before, 10);
    },
  );

  suite("IO-06 IOLoop.addCallbackFromSignal() runs a callback", async ({ ioLoop, log, run }) => {
    ioLoop.addCallbackFromSignal((text: string) => {
      log.push(text);
      ioLoop.stop();
    }, "signal");
    await run();
    assertEquals(log, ["signal"]);
  });

  suite(
    "IO-07 IOLoop.addCallbackFromSignal() wakes the loop when called from outside",
    async ({ ioLoop, log, world, run }) => {
      const outside = world.sleep(0.002).then(() =>
        ioLoop.addCallbackFromSignal(() => {
          log.push("signal");
          ioLoop.stop();
        })
      );
      await run();
      await outside;
      assertEquals(log, ["signal"]);
    },
  );

  suite(
    "IO-08 IOLoop.addCallback() does nothing after close()",
    async ({ ioLoop, log, world, platform, makeLoop }) => {
      ioLoop.addCallback(() => log.push("before"));
      const race = world.sleep(0.001).then(() => ioLoop.addCallback(() => log.push("race")));
      ioLoop.close();
      ioLoop.addCallback(() => log.push("after"));
      ioLoop.spawnCallback(() => log.push("after"));
      ioLoop.addCallbackFromSignal(() => log.push("after"));
      await race;
      using other = makeLoop(platform);
      other.callLater(0, () => other.stop());
      await other.start();
      assertEquals(log, []);
    },
  );

  suite(
    "IOLoop.addCallback() runs callbacks in order, with their arguments",
    async ({ ioLoop, log, run }) => {
      const note = (name: string, count: number) => void log.push(`${name}${count}`);
      ioLoop.addCallback(note, "a", 1);
      ioLoop.spawnCallback(note, "b", 2);
      ioLoop.addCallbackFromSignal(note, "c", 3);
      ioLoop.addCallback(note, "d", 4);
      ioLoop.addCallback(() => ioLoop.stop());
      await run();
      assertEquals(log, ["a1", "b2", "c3", "d4"]);
    },
  );

  suite(
    "IOLoop.addCallback() leaves what a callback adds to the next pass, after the due timeouts",
    async ({ ioLoop, log, run }) => {
      ioLoop.callAt(ioLoop.time(), () => {
        log.push("timeout");
        ioLoop.callAt(ioLoop.time(), () => {
          log.push("timeout of the timeout");
          ioLoop.stop();
        });
      });
      ioLoop.addCallback(() => {
        log.push("callback");
        ioLoop.addCallback(() => log.push("callback of the callback"));
      });
      await run();
      assertEquals(log, [
        "callback",
        "timeout",
        // The next pass; again callbacks come first.
        "callback of the callback",
        "timeout of the timeout",
      ]);
    },
  );

  suite(
    "IOLoop.addCallback() cannot starve timeouts when a callback adds itself",
    async ({ ioLoop, log, run }) => {
      let isOver = false;
      const again = () => {
        if (!isOver) ioLoop.addCallback(again);
      };
      ioLoop.addCallback(again);
      ioLoop.callLater(0, () => {
        isOver = true;
        log.push("timeout");
        ioLoop.stop();
      });
      await run();
      assertEquals(log, ["timeout"]);
    },
  );

  suite("IOLoop.addCallback() never calls inside the call", ({ ioLoop, log }) => {
    ioLoop.addCallback(() => log.push("callback"));
    ioLoop.callLater(-1, () => log.push("timeout"));
    assertEquals(log, []);
  });

  suite(
    "IO-09 IOLoop.handleCallbackException() gets the callback and its error when overridden",
    async ({ ioLoop, run }) => {
      const failure = new RangeError("broken");
      const taken: unknown[] = [];
      const callback = () => {
        throw failure;
      };
      ioLoop.handleCallbackException = (failed, error) => {
        taken.push(failed, error);
        ioLoop.stop();
      };
      ioLoop.addCallback(callback);
      await run();
      assertEquals(taken.length, 2);
      assertStrictEquals(taken[0], callback);
      assertStrictEquals(taken[1], failure);
    },
  );

  suite(
    "IO-22 IOLoop.handleCallbackException() reports, and the loop goes on, when a callback throws",
    async ({ ioLoop, log, world, run }) => {
      const failure = new RangeError("broken");
      ioLoop.addCallback(function save() {
        throw failure;
      });
      ioLoop.addCallback(() => log.push("next"));
      ioLoop.callLater(0, () => {
        throw failure;
      });
      stopAfterPasses(ioLoop);
      await run();
      const reports = world.takeReports();
      assertEquals(log, ["next"]);
      assertEquals(reports, [
        { message: "Exception in callback save", error: failure },
        { message: "Exception in callback (anonymous)", error: failure },
      ]);
    },
  );

  suite(
    "IO-23 IOLoop.addCallback() reports the rejection of a thenable that a callback returns",
    async ({ ioLoop, world, run }) => {
      const failure = new RangeError("broken");
      const thenable = {
        // deno-lint-ignore no-explicit-any
        then(_done: unknown, failed: (error: unknown) => any) {
          ioLoop.addCallback(() => failed(failure));
        },
      };
      ioLoop.addCallback(() => thenable);
      stopAfterPasses(ioLoop);
      await run();
      assertEquals(world.takeReports().map(({ error }) => error), [failure]);
    },
  );

  suite(
    "IO-24 IOLoop.addCallback() reports the error of an async function",
    async ({ ioLoop, world, run }) => {
      const failure = new RangeError("broken");
      ioLoop.addCallback(async function fetchAll() {
        await Promise.resolve();
        throw failure;
      });
      stopAfterPasses(ioLoop);
      await run();
      assertEquals(world.takeReports(), [
        { message: "Exception in callback fetchAll", error: failure },
      ]);
    },
  );

  suite(
    "IO-45 IOLoop.addCallback() ignores what a callback returns if it is no promise",
    async ({ ioLoop, log, run }) => {
      ioLoop.addCallback(() => ({}));
      ioLoop.addCallback(() => []);
      ioLoop.addCallback(() => ({ then: 3 }));
      ioLoop.callLater(0.001, () => {
        log.push("alive");
        ioLoop.stop();
      });
      await run();
      assertEquals(log, ["alive"]);
    },
  );

  suite(
    "IOLoop.handleCallbackException() does not stop the loop when it throws itself",
    async ({ ioLoop, log, world, run }) => {
      const failure = new RangeError("hook");
      ioLoop.handleCallbackException = () => {
        throw failure;
      };
      ioLoop.addCallback(() => {
        throw new Error("callback");
      });
      ioLoop.addCallback(() => {
        log.push("next");
        ioLoop.stop();
      });
      await run();
      assertEquals(log, ["next"]);
      assertEquals(world.takeReports(), [
        { message: "Exception in handleCallbackException", error: failure },
      ]);
    },
  );
}
