/**
 * The contexts in which an `IOLoop` calls.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { captureContext } from "../../poller/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { stopAfterPasses } from "./stop_after_passes.ts";

const request = new AsyncLocalStorage<string>();

/** Registers the cases. */
export function contextCases(suite: IOLoopSuite): void {
  suite(
    "IO-25 IOLoop.spawnCallback() runs a callback without the caller's context, addCallback() in it",
    async ({ ioLoop, log, run }) => {
      const note = (name: string) => void log.push(`${name} ${request.getStore()}`);
      request.run("first", () => {
        ioLoop.addCallback(note, "add");
        ioLoop.spawnCallback(note, "spawn");
        ioLoop.addCallbackFromSignal(note, "signal");
        ioLoop.callLater(0, note, "later");
      });
      request.run("second", () => ioLoop.addCallback(note, "add"));
      ioLoop.addCallback(note, "bare");
      stopAfterPasses(ioLoop);
      await request.run("starter", run);
      assertEquals(log, [
        "add first",
        "spawn undefined",
        "signal undefined",
        "add second",
        "bare undefined",
        "later first",
      ]);
    },
  );

  suite(
    "IO-30, IO-31 IOLoop.addCallback() keeps the context that a callback is wrapped in",
    async ({ ioLoop, log, run }) => {
      const wrapped = wrap((text: string) => void log.push(`${text} ${request.getStore()}`));
      request.run("adding", () => ioLoop.addCallback(wrapped, "with"));
      request.run("adding", () => ioLoop.addCallback(() => wrapped("without")));
      ioLoop.addCallback(() => ioLoop.stop());
      await run();
      assertEquals(log, ["with wrapping", "without wrapping"]);
    },
  );

  suite(
    "IO-32, IO-33 IOLoop.addCallbackFromSignal() keeps the context that a callback is wrapped in",
    async ({ ioLoop, log, run }) => {
      const wrapped = wrap((text: string) => void log.push(`${text} ${request.getStore()}`));
      request.run("adding", () => ioLoop.addCallbackFromSignal(wrapped, "with"));
      request.run("adding", () => ioLoop.addCallbackFromSignal(() => wrapped("without")));
      ioLoop.addCallback(() => ioLoop.stop());
      await run();
      assertEquals(log, ["with wrapping", "without wrapping"]);
    },
  );

  suite(
    "IOLoop.addCallback() keeps a callback's context across its awaits, and from the next callback",
    async ({ ioLoop, log, run }) => {
      request.run("first", () =>
        ioLoop.addCallback(async () => {
          request.enterWith("changed");
          await Promise.resolve();
          log.push(`first ${request.getStore()}`);
          ioLoop.stop();
        }));
      ioLoop.addCallback(() => log.push(`second ${request.getStore()}`));
      await run();
      assertEquals(log, ["second undefined", "first changed"]);
    },
  );

  suite(
    "IOLoop.handleCallbackException() runs in the callback's context",
    async ({ ioLoop, log, run }) => {
      ioLoop.handleCallbackException = () => {
        log.push(`hook ${request.getStore()}`);
        ioLoop.stop();
      };
      request.run("first", () =>
        ioLoop.addCallback(() => {
          throw new Error("broken");
        }));
      await run();
      assertEquals(log, ["hook first"]);
    },
  );
}

/** Binds a function to a context named `wrapping`. */
function wrap<A extends unknown[]>(fn: (...args: A) => void): (...args: A) => void {
  const context = request.run("wrapping", () => captureContext());
  return (...args) => context(() => fn(...args));
}
