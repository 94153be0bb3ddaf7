/**
 * What an `IOLoop` says of callbacks that take too long.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type IOLoop, LoopBlockedError } from "../../ioloop/mod.ts";
import { WRITE } from "../../poller/mod.ts";
import type { Platform } from "../../poller/mod.ts";
import type { IOLoopCase, IOLoopSuite } from "./io_loop_contract.ts";
import { closeAll, streamPair } from "./stream_pair.ts";

/** Long enough that no callback takes it by itself, in seconds. */
const LIMIT = 1000;

/** A platform on whose clock time also passes when a callback says so. */
class SlowPlatform implements Platform {
  readonly clock: Platform["clock"];
  readonly poller: Platform["poller"];
  readonly network: Platform["network"];
  readonly random: Platform["random"];
  readonly signals: Platform["signals"];
  readonly processes: Platform["processes"];
  readonly workers: Platform["workers"];
  readonly report: Platform["report"];
  #taken = 0;

  constructor(platform: Platform) {
    this.clock = { now: (): number => platform.clock.now() + this.#taken };
    this.poller = platform.poller;
    this.network = platform.network;
    this.random = platform.random;
    this.signals = platform.signals;
    this.processes = platform.processes;
    this.workers = platform.workers;
    this.report = platform.report;
  }

  /** Lets time pass, as a callback that blocks would. */
  take(seconds: number): void {
    this.#taken += seconds;
  }
}

/** Makes the loop under test anew, where callbacks can take time. */
function slowLoop({ platform, makeLoop }: IOLoopCase): { ioLoop: IOLoop; slow: SlowPlatform } {
  const slow = new SlowPlatform(platform);
  return { ioLoop: makeLoop(slow, { makeCurrent: false }), slow };
}

/** Takes the reports, each of which must be about a callback that took too long. */
function takeBlocked({ world }: IOLoopCase): { message: string; error: LoopBlockedError }[] {
  return world.takeReports().map(({ message, error }) => {
    assert(error instanceof LoopBlockedError);
    assertEquals(error.code, "LOOP_BLOCKED");
    return { message, error };
  });
}

/** Registers the cases. */
export function blockingCases(suite: IOLoopSuite): void {
  reportCases(suite);
  originCases(suite);
  argumentCases(suite);
}

function reportCases(suite: IOLoopSuite): void {
  suite(
    "IOLoop.setBlockingLogThreshold() reports what took longer, and only that",
    async (test) => {
      const { ioLoop, slow } = slowLoop(test);
      ioLoop.setBlockingLogThreshold(LIMIT);
      ioLoop.addCallback(function short() {
        slow.take(LIMIT / 2);
      });
      ioLoop.addCallback(function long() {
        slow.take(2 * LIMIT);
      });
      ioLoop.spawnCallback(function spawned() {
        slow.take(4 * LIMIT);
      });
      ioLoop.callLater(0, function late() {
        slow.take(6 * LIMIT);
        ioLoop.stop();
      });
      await ioLoop.start();
      const blocked = takeBlocked(test);
      assertEquals(blocked.map(({ message }) => message), [
        "Blocked in callback long",
        "Blocked in callback spawned",
        "Blocked in callback late",
      ]);
      for (const [i, { error }] of blocked.entries()) {
        const expected = [2, 4, 6][i] as number * LIMIT;
        assert(error.seconds >= expected && error.seconds < expected + LIMIT);
      }
      ioLoop.close();
    },
  );

  suite(
    "IOLoop.setBlockingLogThreshold() reports handlers and what waits for promises",
    async (test) => {
      const { ioLoop, slow } = slowLoop(test);
      const [a, b] = await streamPair(test.platform);
      ioLoop.setBlockingLogThreshold(LIMIT);
      ioLoop.addHandler(a, function handler() {
        slow.take(2 * LIMIT);
        ioLoop.removeHandler(a);
        ioLoop.addFuture(Promise.resolve(), function settled() {
          slow.take(2 * LIMIT);
          ioLoop.stop();
        });
      }, WRITE);
      await ioLoop.start();
      const blocked = takeBlocked(test);
      assertEquals(blocked.map(({ message }) => message), [
        "Blocked in callback handler",
        "Blocked in callback settled",
      ]);
      for (const { error } of blocked) assert(error.cause instanceof Error);
      closeAll(a, b);
      ioLoop.close();
    },
  );

  suite("IOLoop.setBlockingLogThreshold() leaves the error of a callback alone", async (test) => {
    const { ioLoop, slow } = slowLoop(test);
    const failure = new RangeError("broken");
    ioLoop.setBlockingLogThreshold(LIMIT);
    ioLoop.addCallback(function save() {
      slow.take(2 * LIMIT);
      ioLoop.stop();
      throw failure;
    });
    await ioLoop.start();
    const [blocked, thrown, ...others] = test.world.takeReports();
    assertEquals(blocked?.message, "Blocked in callback save");
    assertEquals(thrown, { message: "Exception in callback save", error: failure });
    assertEquals(others, []);
    ioLoop.close();
  });

  suite("IOLoop.setBlockingLogThreshold() does not count what a coroutine awaits", async (test) => {
    const { ioLoop, slow } = slowLoop(test);
    ioLoop.setBlockingLogThreshold(LIMIT);
    ioLoop.addCallback(async () => {
      await Promise.resolve();
      slow.take(2 * LIMIT);
      ioLoop.stop();
    });
    await ioLoop.start();
    assertEquals(takeBlocked(test), []);
    ioLoop.close();
  });
}

function originCases(suite: IOLoopSuite): void {
  suite(
    "IOLoop.setBlockingLogThreshold() tells where a callback was added, if it was set then",
    async (test) => {
      const { ioLoop, slow } = slowLoop(test);
      const [a, b] = await streamPair(test.platform);
      const block = () => slow.take(2 * LIMIT);
      function addHere() {
        ioLoop.addCallback(block);
        ioLoop.callLater(0, block);
        ioLoop.addHandler(a, () => {
          block();
          ioLoop.removeHandler(a);
          ioLoop.stop();
        }, WRITE);
      }
      ioLoop.addCallback(block);
      ioLoop.setBlockingLogThreshold(LIMIT);
      addHere();
      await ioLoop.start();
      const [early, ...blocked] = takeBlocked(test);
      assertEquals(early?.error.cause, undefined);
      assertEquals(blocked.length, 3);
      for (const { error } of blocked) {
        assert(error.cause instanceof Error);
        assertMatch(error.cause.stack ?? "", /was added here\n[^]* at addHere /);
      }
      closeAll(a, b);
      ioLoop.close();
    },
  );
}

function argumentCases(suite: IOLoopSuite): void {
  suite("IOLoop.setBlockingLogThreshold() with null reports nothing, as at first", async (test) => {
    const { ioLoop, slow } = slowLoop(test);
    const block = () => slow.take(2 * LIMIT);
    assertEquals(ioLoop.blockingLogThreshold, Infinity);
    ioLoop.addCallback(block);
    ioLoop.addCallback(() => ioLoop.stop());
    await ioLoop.start();
    ioLoop.setBlockingLogThreshold(LIMIT);
    assertEquals(ioLoop.blockingLogThreshold, LIMIT);
    ioLoop.addCallback(() => ioLoop.setBlockingLogThreshold(null));
    ioLoop.addCallback(block);
    ioLoop.addCallback(() => ioLoop.stop());
    await ioLoop.start();
    assertEquals(ioLoop.blockingLogThreshold, Infinity);
    assertEquals(takeBlocked(test), []);
    ioLoop.close();
  });

  suite("IOLoop.setBlockingLogThreshold() throws unless it is above 0", ({ ioLoop }) => {
    for (const seconds of [0, -1, NaN]) {
      assertThrows(() => ioLoop.setBlockingLogThreshold(seconds), RangeError);
    }
    assertEquals(ioLoop.blockingLogThreshold, Infinity);
  });
}
