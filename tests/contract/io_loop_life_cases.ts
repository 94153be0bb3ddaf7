/**
 * How an `IOLoop` starts, stops and ends.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import { IOLoopClosedError, IOLoopRunningError } from "../../ioloop/mod.ts";
import type { IOLoopSuite } from "./io_loop_contract.ts";

/** Registers the cases. */
export function lifeCases(suite: IOLoopSuite): void {
  startCases(suite);
  stopCases(suite);
  closeCases(suite);
}

function startCases(suite: IOLoopSuite): void {
  suite(
    "IO-21 IOLoop.start() rejects inside the running loop, which goes on",
    async ({ ioLoop, log, run }) => {
      ioLoop.addCallback(async () => {
        await assertRejects(() => ioLoop.start(), IOLoopRunningError);
        log.push("rejected");
        ioLoop.addCallback(() => {
          log.push("goes on");
          ioLoop.stop();
        });
      });
      await run();
      assertEquals(log, ["rejected", "goes on"]);
    },
  );

  suite("IOLoop.start() rejects when called twice in a row", async ({ ioLoop, log }) => {
    ioLoop.addCallback(() => {
      log.push("callback");
      ioLoop.stop();
    });
    const first = ioLoop.start();
    await assertRejects(() => ioLoop.start(), IOLoopRunningError);
    await first;
    assertEquals(log, ["callback"]);
  });

  suite("IOLoop.start() runs nothing inside the call", async ({ ioLoop, log }) => {
    ioLoop.addCallback(() => {
      log.push("callback");
      ioLoop.stop();
    });
    const end = ioLoop.start();
    log.push("started");
    assert(ioLoop.isRunning());
    await end;
    assertFalse(ioLoop.isRunning());
    assertEquals(log, ["started", "callback"]);
  });

  suite("IOLoop.start() can be called again after every stop", async ({ ioLoop, log, run }) => {
    for (let i = 0; i < 3; i++) {
      ioLoop.addCallback(() => {
        log.push(`run ${i}`);
        ioLoop.stop();
      });
      await run();
    }
    assertEquals(log, ["run 0", "run 1", "run 2"]);
  });
}

function stopCases(suite: IOLoopSuite): void {
  suite("IOLoop.stop() before start() ends the next run at once", async ({ ioLoop, log, run }) => {
    ioLoop.addCallback(() => log.push("callback"));
    ioLoop.stop();
    ioLoop.stop();
    await ioLoop.start();
    assertEquals(log, []);
    assertFalse(ioLoop.isRunning());
    // Once: the run after that is a normal one.
    ioLoop.addCallback(() => ioLoop.stop());
    await run();
    assertEquals(log, ["callback"]);
  });

  suite(
    "IOLoop.stop() right after start() lets one batch run",
    async ({ ioLoop, log }) => {
      ioLoop.addCallback(() => {
        log.push("callback");
        ioLoop.addCallback(() => log.push("next pass"));
      });
      const end = ioLoop.start();
      ioLoop.stop();
      await end;
      assertEquals(log, ["callback"]);
    },
  );

  suite(
    "IOLoop.stop() in a callback lets the batch and the due timeouts run, and nothing more",
    async ({ ioLoop, log, run }) => {
      const now = ioLoop.time();
      ioLoop.callAt(now, () => log.push("timeout"));
      ioLoop.addCallback(() => {
        log.push("stop");
        ioLoop.stop();
        ioLoop.stop();
        ioLoop.addCallback(() => log.push("callback of the next run"));
        ioLoop.callAt(now, () => {
          log.push("timeout of the next run");
          ioLoop.stop();
        });
      });
      ioLoop.addCallback(() => log.push("rest of the batch"));
      await run();
      assertEquals(log.splice(0), ["stop", "rest of the batch", "timeout"]);
      await run();
      assertEquals(log, ["callback of the next run", "timeout of the next run"]);
    },
  );

  suite("IOLoop.stop() in a timeout lets the due timeouts run", async ({ ioLoop, log, run }) => {
    const now = ioLoop.time();
    ioLoop.callAt(now, () => ioLoop.stop());
    ioLoop.callAt(now, () => {
      log.push("same moment");
      ioLoop.addCallback(() => log.push("next run"));
    });
    await run();
    assertEquals(log, ["same moment"]);
  });

  suite("IOLoop.stop() from outside ends a run that waits", async ({ ioLoop, world }) => {
    const outside = world.sleep(0.002).then(() => ioLoop.stop());
    await ioLoop.start();
    await outside;
    assertFalse(ioLoop.isRunning());
  });

  suite("IOLoop.stop() is remembered once, not for each call", async ({ ioLoop, log, run }) => {
    ioLoop.addCallback(() => ioLoop.stop());
    ioLoop.addCallback(() => ioLoop.stop());
    await run();
    ioLoop.callLater(0.001, () => {
      log.push("second run");
      ioLoop.stop();
    });
    await run();
    assertEquals(log, ["second run"]);
  });
}

function closeCases(suite: IOLoopSuite): void {
  suite("IOLoop.close() throws inside the running loop", async ({ ioLoop, log, run }) => {
    ioLoop.addCallback(() => {
      assertThrows(() => ioLoop.close(), IOLoopRunningError);
      log.push("refused");
      ioLoop.stop();
    });
    await run();
    assertEquals(log, ["refused"]);
  });

  suite("IOLoop.close() is final, and a second call is ignored", async ({ ioLoop, world }) => {
    ioLoop.close();
    ioLoop.close();
    await assertRejects(() => ioLoop.start(), IOLoopClosedError);
    assertThrows(() => ioLoop.callLater(0, () => {}), IOLoopClosedError);
    assertThrows(() => ioLoop.addHandler(1, () => {}, 1), IOLoopClosedError);
    ioLoop.removeHandler(1);
    ioLoop.stop();
    assertEquals(world.takeReports(), []);
  });

  suite(
    "IOLoop.close() forgets the loop's callbacks and timeouts, and leaves those of others",
    async ({ ioLoop, log, platform, makeLoop }) => {
      using other = makeLoop(platform);
      other.callLater(0.001, () => {
        log.push("other's timeout");
        other.stop();
      });
      other.addCallback(() => log.push("other's callback"));
      ioLoop.addCallback(() => log.push("callback"));
      ioLoop.callLater(0, () => log.push("timeout"));
      ioLoop.close();
      await other.start();
      assertEquals(log, ["other's callback", "other's timeout"]);
    },
  );

  suite("IOLoop.platform is the one at the bottom", ({ ioLoop, platform }) => {
    assert(ioLoop.platform === platform);
    assert(ioLoop.time() <= platform.clock.now());
  });
}
