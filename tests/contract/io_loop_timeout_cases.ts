/**
 * Timeouts of an `IOLoop`.
 *
 * @module
 */

import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import type { TimeDelta } from "../../ioloop/mod.ts";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { stopAfterPasses } from "./stop_after_passes.ts";

/** Registers the cases. */
export function timeoutCases(suite: IOLoopSuite): void {
  addingCases(suite);
  orderCases(suite);
  removalCases(suite);
}

function addingCases(suite: IOLoopSuite): void {
  suite("IO-03 IOLoop.addTimeout() takes a span of time", async ({ ioLoop, run }) => {
    const before = ioLoop.time();
    let ran = 0;
    ioLoop.addTimeout({ seconds: 0.001, milliseconds: 1, microseconds: 500 }, () => {
      ran = ioLoop.time();
      ioLoop.stop();
    });
    await run();
    assertGreaterOrEqual(ran, before + 0.0025 - 1e-9);
  });

  suite(
    "IO-14 IOLoop.addTimeout() and its siblings pass arguments, equal deadlines in order",
    async ({ ioLoop, log, run }) => {
      const note = (n: number) => {
        log.push(String(n));
        if (n === 6) ioLoop.stop();
      };
      const when = ioLoop.time() + 0.002;
      // Time may pass between these calls; the deadlines are equal all the same.
      ioLoop.callAt(when, note, 1);
      ioLoop.addTimeout(when, note, 2);
      ioLoop.callAt(when, note, 3);
      ioLoop.addTimeout(when, note, 4);
      ioLoop.callLater(0.003, note, 5);
      ioLoop.addTimeout({ milliseconds: 4 }, note, 6);
      await run();
      assertEquals(log, ["1", "2", "3", "4", "5", "6"]);
    },
  );

  suite(
    "IO-15, IO-16, IO-17 IOLoop.addTimeout() and its siblings return handles that remove",
    async ({ ioLoop, log, run }) => {
      const now = ioLoop.time();
      const never = () => log.push("never");
      const handles = [
        ioLoop.addTimeout(now, never),
        ioLoop.addTimeout({ seconds: 0 }, never),
        ioLoop.callAt(now, never),
        ioLoop.callLater(0, never),
      ];
      assertEquals(handles[0]?.deadline, now);
      for (const handle of handles) ioLoop.removeTimeout(handle);
      stopAfterPasses(ioLoop);
      await run();
      assertEquals(log, []);
    },
  );

  suite("IOLoop.callLater() clamps negative delays", async ({ ioLoop, log, run }) => {
    ioLoop.callLater(-5, () => log.push("delay"));
    ioLoop.addTimeout({ days: -1 }, () => log.push("span"));
    ioLoop.callAt(ioLoop.time() - 100, () => log.push("moment"));
    stopAfterPasses(ioLoop);
    await run();
    assertEquals(log.sort(), ["delay", "moment", "span"]);
  });

  suite("IOLoop.callAt() refuses what is no time", ({ ioLoop }) => {
    const never = () => {};
    assertThrows(() => ioLoop.callAt(NaN, never), RangeError, "NaN");
    assertThrows(() => ioLoop.callLater(NaN, never), RangeError, "NaN");
    assertThrows(() => ioLoop.addTimeout(NaN, never), RangeError, "NaN");
    assertThrows(() => ioLoop.addTimeout({ seconds: NaN }, never), RangeError, "NaN");
    for (const bad of ["1", null, undefined, true, {}, { second: 1 }, { seconds: "1" }]) {
      assertThrows(() => ioLoop.addTimeout(bad as TimeDelta, never), TypeError);
    }
    assertThrows(() => ioLoop.callAt("1" as unknown as number, never), TypeError);
    assertThrows(() => ioLoop.callLater("1" as unknown as number, never), TypeError);
  });

  suite("IOLoop.callLater() takes huge delays", async ({ ioLoop, log, run }) => {
    const handles = [2 ** 31, 2 ** 128, Infinity].map((delay) =>
      ioLoop.callLater(delay, () => log.push("never"))
    );
    stopAfterPasses(ioLoop);
    await run();
    for (const handle of handles) ioLoop.removeTimeout(handle);
    assertEquals(log, []);
  });

  suite("IOLoop.callLater() shortens the wait of a loop that waits", async (test) => {
    const { ioLoop, world, log, run } = test;
    const outside = world.sleep(0.001).then(() =>
      ioLoop.callLater(0.001, () => {
        log.push("timeout");
        ioLoop.stop();
      })
    );
    await run();
    await outside;
    assertEquals(log, ["timeout"]);
  });
}

function orderCases(suite: IOLoopSuite): void {
  suite("IOLoop.callAt() runs timeouts by deadline, then in order", async (test) => {
    const { ioLoop, log, run } = test;
    const now = ioLoop.time();
    const at = (offset: number, name: string) =>
      ioLoop.callAt(now + offset, () => void log.push(name));
    at(0.003, "d");
    at(0.001, "a");
    at(0.002, "b");
    at(0.002, "c");
    ioLoop.callAt(now + 0.003, () => ioLoop.stop());
    await run();
    assertEquals(log, ["a", "b", "c", "d"]);
  });

  suite("IOLoop.callAt() orders moments that have passed by their deadlines", async (test) => {
    const { ioLoop, log, run } = test;
    const now = ioLoop.time();
    ioLoop.callAt(now - 1, () => log.push("one ago"));
    ioLoop.callAt(now - 3, () => log.push("three ago"));
    ioLoop.callAt(now - 2, () => {
      log.push("two ago");
      ioLoop.stop();
    });
    await run();
    assertEquals(log, ["three ago", "two ago", "one ago"]);
  });

  suite("IOLoop.callAt() never runs a timeout before its deadline", async (test) => {
    const { ioLoop, run } = test;
    const early: number[] = [];
    const start = ioLoop.time();
    for (let i = 1; i <= 20; i++) {
      const when = start + i * 0.00037;
      ioLoop.callAt(when, () => {
        if (ioLoop.time() < when) early.push(i);
        if (i === 20) ioLoop.stop();
      });
    }
    await run();
    assertEquals(early, []);
  });
}

function removalCases(suite: IOLoopSuite): void {
  suite("IO-11 IOLoop.removeTimeout() is silent after the timeout ran", async (test) => {
    const { ioLoop, run } = test;
    const handle = ioLoop.callLater(0, () => ioLoop.stop());
    await run();
    ioLoop.removeTimeout(handle);
    ioLoop.removeTimeout(handle);
    let inside = false;
    const own = ioLoop.callLater(0, () => {
      ioLoop.removeTimeout(own);
      inside = true;
      ioLoop.stop();
    });
    await run();
    assert(inside);
  });

  suite("IO-12 IOLoop.removeTimeout() of thousands leaves the rest alone", async (test) => {
    const { ioLoop, log, run } = test;
    for (let i = 0; i < 2000; i++) {
      const handle = ioLoop.callLater(10, () => log.push("removed"));
      ioLoop.removeTimeout(handle);
    }
    ioLoop.callLater(0.001, () => {
      log.push("kept");
      ioLoop.stop();
    });
    await run();
    assertEquals(log, ["kept"]);
  });

  suite(
    "IO-13 IOLoop.removeTimeout() in a timeout removes one due in the same pass",
    async (test) => {
      const { ioLoop, log, run } = test;
      const when = ioLoop.time();
      ioLoop.callAt(when, () => {
        log.push("first");
        ioLoop.removeTimeout(second);
      });
      const second = ioLoop.callAt(when, () => log.push("second"));
      ioLoop.callAt(when, () => {
        log.push("third");
        ioLoop.stop();
      });
      await run();
      assertEquals(log, ["first", "third"]);
    },
  );

  suite("IOLoop.removeTimeout() in a callback removes one due in the same pass", async (test) => {
    const { ioLoop, log, run } = test;
    const due = ioLoop.callAt(ioLoop.time(), () => log.push("due"));
    ioLoop.addCallback(() => ioLoop.removeTimeout(due));
    stopAfterPasses(ioLoop);
    await run();
    assertEquals(log, []);
  });

  suite(
    "IOLoop.removeTimeout() refuses another loop's timeout",
    ({ ioLoop, platform, makeLoop }) => {
      using other = makeLoop(platform);
      const foreign = other.callLater(1, () => {});
      assertThrows(() => ioLoop.removeTimeout(foreign), TypeError, "another loop");
      assertThrows(() => ioLoop.removeTimeout({ deadline: 1 }), TypeError, "another loop");
    },
  );
}
