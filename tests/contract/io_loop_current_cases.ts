/**
 * Which `IOLoop` is current, and which is the default one.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import { AlreadyCurrentError, AlreadyInstalledError, IOLoop } from "../../ioloop/mod.ts";
import type { IOLoopSuite } from "./io_loop_contract.ts";

/** Registers the cases. */
export function currentCases(suite: IOLoopSuite): void {
  suite(
    "IO-27 IOLoop.current() is the first loop that was made, not the second",
    ({ ioLoop, platform, makeLoop }) => {
      assertStrictEquals(IOLoop.current(), ioLoop);
      using _second = makeLoop(platform);
      assertStrictEquals(IOLoop.current(), ioLoop);
    },
  );

  suite(
    "IO-28 IOLoop.current() is a loop inside its callbacks and none afterwards with makeCurrent: false",
    async ({ ioLoop, platform, makeLoop }) => {
      ioLoop.close();
      using loop = makeLoop(platform, { makeCurrent: false });
      assertEquals(IOLoop.current({ instance: false }), null);
      for (let i = 0; i < 3; i++) {
        let inside: IOLoop | null = null;
        loop.addCallback(() => {
          inside = IOLoop.current({ instance: false });
          loop.stop();
        });
        await loop.start();
        assertStrictEquals(inside, loop);
        assertEquals(IOLoop.current({ instance: false }), null);
      }
    },
  );

  suite(
    "IO-29 IOLoop.constructor() throws and leaves the current loop with makeCurrent: true",
    ({ ioLoop, platform, makeLoop }) => {
      assertThrows(() => makeLoop(platform, { makeCurrent: true }), AlreadyCurrentError);
      assertStrictEquals(IOLoop.current(), ioLoop);
    },
  );

  suite(
    "IO-46 IOLoop.close() lets loops be made and closed without end",
    ({ ioLoop, platform, makeLoop }) => {
      ioLoop.close();
      for (let i = 0; i < 20; i++) {
        using loop = makeLoop(platform, { makeCurrent: true });
        loop.addCallback(() => {});
        loop.callLater(1, () => {});
      }
      assertEquals(IOLoop.current({ instance: false }), null);
    },
  );

  suite("IO-47 IOLoop.clearCurrent() does nothing when no loop is current", ({ ioLoop }) => {
    IOLoop.clearCurrent();
    IOLoop.clearCurrent();
    assertEquals(IOLoop.current({ instance: false }), null);
    ioLoop.makeCurrent();
    assertStrictEquals(IOLoop.current(), ioLoop);
  });

  suite(
    "IOLoop.current() is each loop in its own callbacks when two run at once, across awaits",
    async ({ ioLoop, platform, makeLoop, log, run }) => {
      using other = makeLoop(platform);
      const name = () => IOLoop.current() === ioLoop ? "one" : "other";
      ioLoop.addCallback(async () => {
        log.push(name());
        await Promise.resolve();
        log.push(name());
        // What another loop is given runs as that loop's code.
        other.addCallback(() => {
          log.push(name());
          ioLoop.addCallback(() => {
            log.push(name());
            ioLoop.stop();
          });
        });
        other.addCallback(() => other.stop());
        ioLoop.stop();
        await Promise.resolve();
        log.push(name());
      });
      await run();
      await other.start();
      await run();
      assertEquals(log, ["one", "one", "one", "other", "one"]);
    },
  );

  suite(
    "IOLoop.current() is the loop in callbacks without a context, too",
    async ({ platform, makeLoop, log }) => {
      using other = makeLoop(platform);
      const note = () => void log.push(String(IOLoop.current() === other));
      other.spawnCallback(note);
      other.addCallbackFromSignal(note);
      other.addCallback(() => other.stop());
      await other.start();
      assertEquals(log, ["true", "true"]);
    },
  );

  suite(
    "IOLoop.makeCurrent() inside a callback holds for that callback only",
    async ({ ioLoop, platform, makeLoop, run }) => {
      using other = makeLoop(platform);
      const seen: unknown[] = [];
      ioLoop.addCallback(() => {
        other.makeCurrent();
        seen.push(IOLoop.current() === other);
        IOLoop.clearCurrent();
        seen.push(IOLoop.current({ instance: false }));
      });
      ioLoop.addCallback(() => {
        seen.push(IOLoop.current() === ioLoop);
        ioLoop.stop();
      });
      await run();
      assertEquals(seen, [true, null, true]);
      assertStrictEquals(IOLoop.current(), ioLoop);
    },
  );

  suite(
    "IOLoop.install() makes a loop the instance, once",
    ({ ioLoop, platform, makeLoop }) => {
      using other = makeLoop(platform);
      IOLoop.clearInstance();
      assertFalse(IOLoop.initialized());
      other.install();
      assert(IOLoop.initialized());
      assertStrictEquals(IOLoop.instance(), other);
      assertThrows(() => ioLoop.install(), AlreadyInstalledError);
      IOLoop.clearCurrent();
      assertStrictEquals(IOLoop.current(), other);
      other.close();
      assertFalse(IOLoop.initialized());
    },
  );

  suite(
    "IO-60 IOLoop.configure() decides what instance() makes, once",
    ({ ioLoop, platform, makeLoop }) => {
      IOLoop.clearInstance();
      IOLoop.configure(() => makeLoop(platform));
      try {
        using made = IOLoop.instance();
        assertEquals(made.constructor, ioLoop.constructor);
        assertStrictEquals(made.platform, platform);
        assertStrictEquals(IOLoop.instance(), made);
      } finally {
        IOLoop.configure(null);
      }
    },
  );
}
