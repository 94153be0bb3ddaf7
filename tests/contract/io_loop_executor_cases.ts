/**
 * Work that an `IOLoop` has done elsewhere.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { type Executor, IOLoop, IOLoopClosedError, ThreadPoolExecutor } from "../../ioloop/mod.ts";
import { type ModuleFunction, WorkerError } from "../../poller/mod.ts";
import { Deferred } from "../../reactor/mod.ts";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { named, notes } from "./thread_functions.ts";

/** Calls functions at once, in this thread. */
class Here implements Executor {
  readonly #log: string[];

  constructor(log: string[]) {
    this.#log = log;
  }

  async submit<A extends unknown[], R>(fn: ModuleFunction<A, R>, ...args: A): Promise<R> {
    this.#log.push(`${fn.name}(${args})`);
    return await fn.fn(...args);
  }
}

/** Registers the cases. */
export function executorCases(suite: IOLoopSuite): void {
  suite("IO-48, IO-49 IOLoop.runInExecutor() returns the result, in a pass", async ({ ioLoop }) => {
    const results = await ioLoop.runSync(async () => {
      assert(IOLoop.current() === ioLoop);
      const first = await ioLoop.runInExecutor(null, named.add, 1, 2);
      assert(IOLoop.current() === ioLoop);
      return [first, await ioLoop.runInExecutor(null, named.addLater, 3, 4)];
    });
    assertEquals(results, [3, 7]);
  });

  suite("IO-48 IOLoop.runInExecutor() rejects with the error", async ({ ioLoop }) => {
    await ioLoop.runSync(async () => {
      const error = await assertRejects(
        () => ioLoop.runInExecutor(null, named.fail, "bad"),
        RangeError,
        "bad",
      );
      assertInstanceOf(error.cause, TypeError);
      const refusal = await assertRejects(
        () => ioLoop.runInExecutor(null, named.makeFunction),
        WorkerError,
      );
      assertEquals(refusal.code, "NOT_CLONEABLE");
    });
  });

  suite("IO-48 IOLoop.runInExecutor() makes calls of several at once", async ({ ioLoop, log }) => {
    const executor = new ThreadPoolExecutor(ioLoop, { maxWorkers: 2 });
    await ioLoop.runSync(async () => {
      const sums = [1, 2, 3, 4].map((n) => ioLoop.runInExecutor(executor, named.add, n, n));
      sums.forEach((sum) => sum.then((value) => log.push(`${value}`)));
      await Promise.all(sums);
    });
    assertEquals(log.toSorted(), ["2", "4", "6", "8"]);
    await executor.shutdown();
    const error = await assertRejects(() => executor.submit(named.add, 1, 2), WorkerError);
    assertEquals(error.code, "POOL_STOPPED");
  });

  suite("IO-50 IOLoop.setDefaultExecutor() decides who calls", async ({ ioLoop, log }) => {
    ioLoop.setDefaultExecutor(new Here(log));
    assertEquals(await ioLoop.runSync(() => ioLoop.runInExecutor(null, named.add, 5, 6)), 11);
    assertEquals(log, ["add(5,6)"]);
  });

  suite("IOLoop.runInExecutor() rejects after close()", async ({ ioLoop, log }) => {
    const executor = new Here(log);
    ioLoop.close();
    for (const each of [null, executor]) {
      const work = ioLoop.runInExecutor(each, named.add, 1, 2);
      assertInstanceOf(await assertRejects(() => work), IOLoopClosedError);
    }
    assertEquals(log, []);
  });

  suite("ThreadPoolExecutor refuses a number of threads that makes no sense", ({ ioLoop }) => {
    for (const maxWorkers of [0, -1, 1.5, NaN]) {
      assertThrows(() => new ThreadPoolExecutor(ioLoop, { maxWorkers }), RangeError);
    }
  });

  suite(
    "IOLoop.runInExecutor() lets a function call back into the loop",
    async ({ ioLoop, world }) => {
      notes.length = 0;
      await ioLoop.runSync(async () => {
        await ioLoop.runInExecutor(null, named.noteInLoop, "from a thread");
        while (notes.length < 1) await ioLoop.runInExecutor(null, named.add, 0, 0);
        await ioLoop.runInExecutor(null, named.failInLoop, "bad");
        await ioLoop.runInExecutor(null, named.add, 0, 0);
      });
      assertEquals(notes, ["from a thread"]);
      assertEquals(world.takeReports().map(({ message }) => message), [
        "Exception in call from thread",
      ]);
    },
  );

  suite("a Deferred takes the promise of IOLoop.runInExecutor()", async ({ ioLoop, log }) => {
    await ioLoop.runSync(() =>
      Deferred.fromPromise(ioLoop.runInExecutor(null, named.add, 1, 2))
        .addCallback((sum) => log.push(`${sum}`))
    );
    assertEquals(log, ["3"]);
  });
}
