/**
 * Promises and an `IOLoop`: `addFuture()` and `runSync()`.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  BadYieldError,
  IOLoop,
  IOLoopClosedError,
  IOLoopRunningError,
  IOLoopStoppedError,
  TimeoutError,
} from "../../ioloop/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import type { IOLoopSuite } from "./io_loop_contract.ts";

const request = new AsyncLocalStorage<string>();

/** Registers the cases. */
export function futureCases(suite: IOLoopSuite): void {
  addFutureCases(suite);
  runSyncCases(suite);
  runSyncEndCases(suite);
}

function addFutureCases(suite: IOLoopSuite): void {
  suite(
    "IO-34 IOLoop.addFuture() hands over the outcome in a later pass",
    async ({ ioLoop, log, world, run }) => {
      ioLoop.addFuture(world.sleep(0.001).then(() => 7), (future) => {
        assert(IOLoop.current() === ioLoop);
        log.push(`${future.status} ${future.result()} ${future.exception()}`);
        ioLoop.stop();
      });
      log.push("added");
      await run();
      assertEquals(log, ["added", "fulfilled 7 null"]);
    },
  );

  suite(
    "IO-35 IOLoop.addFuture() calls in the caller's context, and the error stays in the future",
    async ({ ioLoop, log, run }) => {
      const failure = new RangeError("broken");
      const future = request.run("worker", () => Promise.reject(failure));
      request.run("caller", () =>
        ioLoop.addFuture(future, (settled) => {
          log.push(`${settled.status} ${request.getStore()}`);
          assertStrictEquals(settled.exception(), failure);
          assertThrows(() => settled.result(), RangeError, "broken");
          ioLoop.stop();
        }));
      await run();
      assertEquals(log, ["rejected caller"]);
    },
  );

  suite(
    "IOLoop.addFuture() calls in the caller's context when the future is settled in another",
    async ({ ioLoop, log, run }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let settle = resolve;
      const thenable: PromiseLike<void> = {
        // deno-lint-ignore no-explicit-any
        then(fulfilled: any) {
          settle = () => fulfilled();
          return promise as Promise<never>;
        },
      };
      request.run("caller", () =>
        ioLoop.addFuture(thenable, () => {
          log.push(`called in ${request.getStore()}`);
          ioLoop.stop();
        }));
      request.run("worker", () => ioLoop.addCallback(() => settle()));
      await run();
      assertEquals(log, ["called in caller"]);
    },
  );

  suite(
    "IOLoop.addFuture() never calls at once, not even for a thenable that does",
    async ({ ioLoop, log, run }) => {
      const done: PromiseLike<string> = {
        // deno-lint-ignore no-explicit-any
        then(fulfilled: any) {
          return fulfilled("value");
        },
      };
      ioLoop.addCallback(() => {
        ioLoop.addFuture(done, (future) => {
          log.push(`future ${future.result()}`);
          ioLoop.stop();
        });
        log.push("callback");
      });
      ioLoop.callLater(0, () => log.push("timeout of the same pass"));
      await run();
      assertEquals(log, ["callback", "timeout of the same pass", "future value"]);
    },
  );
}

function runSyncCases(suite: IOLoopSuite): void {
  suite(
    "IO-36 IOLoop.runSync() rejects when the function returns neither a promise nor nothing",
    async ({ ioLoop }) => {
      // deno-lint-ignore no-explicit-any
      await assertRejects(() => ioLoop.runSync(() => 42 as any), BadYieldError, "number");
      assertEquals(await ioLoop.runSync(() => null), undefined);
      assertEquals(await ioLoop.runSync(() => {}), undefined);
    },
  );

  suite("IO-37 IOLoop.runSync() rejects with what the function throws", async ({ ioLoop }) => {
    const failure = new RangeError("broken");
    const error = await assertRejects(() =>
      ioLoop.runSync(() => {
        throw failure;
      })
    );
    assertStrictEquals(error, failure);
  });

  suite(
    "IO-38, IO-42 IOLoop.runSync() returns the result of an async function",
    async ({ ioLoop, world }) => {
      const result = await ioLoop.runSync(async () => {
        await world.sleep(0.001);
        return 42;
      });
      assertEquals(result, 42);
    },
  );

  suite("IO-39 IOLoop.runSync() rejects with the error of an async function", async (test) => {
    const failure = new RangeError("broken");
    const error = await assertRejects(() =>
      test.ioLoop.runSync(async () => {
        await test.world.sleep(0.001);
        throw failure;
      })
    );
    assertStrictEquals(error, failure);
  });

  suite("IO-40 IOLoop.runSync() makes the loop current inside the function", async (test) => {
    using other = test.makeLoop(test.platform, { makeCurrent: false });
    const seen = await other.runSync(async () => {
      const before = IOLoop.current();
      await test.world.sleep(0.001);
      return [before, IOLoop.current()];
    });
    assertStrictEquals(seen?.[0], other);
    assertStrictEquals(seen?.[1], other);
    assertStrictEquals(IOLoop.current(), test.ioLoop);
  });

  suite("IO-41 IOLoop.runSync() rejects when the time is over", async ({ ioLoop }) => {
    const { promise } = Promise.withResolvers<void>();
    await assertRejects(
      () => ioLoop.runSync(() => promise, 0.002),
      TimeoutError,
      "Operation timed out after 0.002 seconds",
    );
    // The loop is not spoilt by that.
    assertEquals(await ioLoop.runSync(() => Promise.resolve("next"), 5), "next");
  });
}

function runSyncEndCases(suite: IOLoopSuite): void {
  suite("IOLoop.runSync() cancels a late result that can be", async ({ ioLoop, log, world }) => {
    const { promise, reject } = Promise.withResolvers<void>();
    const future = Object.assign(promise, {
      cancel() {
        log.push("cancel");
        reject(new Error("cancelled"));
      },
    });
    await assertRejects(() => ioLoop.runSync(() => future, 0.002), TimeoutError);
    assertEquals(log, ["cancel"]);
    await ioLoop.runSync(() => null);
    assertEquals(world.takeReports(), []);
  });

  suite("IOLoop.runSync() reports the error of a promise that comes too late", async (test) => {
    const { ioLoop, world } = test;
    const failure = new RangeError("broken");
    const { promise, reject } = Promise.withResolvers<void>();
    await assertRejects(() => ioLoop.runSync(() => promise, 0.002), TimeoutError);
    reject(failure);
    await ioLoop.runSync(() => world.sleep(0.001));
    assertEquals(world.takeReports().map(({ error }) => error), [failure]);
  });

  suite(
    "IOLoop.runSync() rejects when the loop is stopped before there is a result",
    async ({ ioLoop, log }) => {
      const { promise } = Promise.withResolvers<void>();
      ioLoop.callLater(0.001, () => ioLoop.stop());
      await assertRejects(() => ioLoop.runSync(() => promise), IOLoopStoppedError);
      // A stop that came before is remembered, and the function is not called later either.
      ioLoop.stop();
      await assertRejects(
        () => ioLoop.runSync(() => void log.push("called")),
        IOLoopStoppedError,
      );
      await ioLoop.runSync(() => null);
      assertEquals(log, []);
    },
  );

  suite("IOLoop.runSync() leaves no timeout behind", async ({ ioLoop, log, run }) => {
    await ioLoop.runSync(() => Promise.resolve(), 0.005);
    ioLoop.callLater(0.01, () => {
      log.push("undisturbed");
      ioLoop.stop();
    });
    await run();
    assertEquals(log, ["undisturbed"]);
  });

  suite("IOLoop.runSync() rejects when the loop runs or is closed", async (test) => {
    const { ioLoop, log } = test;
    await ioLoop.runSync(async () => {
      await assertRejects(
        () => ioLoop.runSync(() => void log.push("nested")),
        IOLoopRunningError,
      );
    });
    ioLoop.close();
    await assertRejects(() => ioLoop.runSync(() => null), IOLoopClosedError);
    await assertRejects(() => ioLoop.runSync(() => null, 1), IOLoopClosedError);
    assertEquals(log, []);
  });
}
