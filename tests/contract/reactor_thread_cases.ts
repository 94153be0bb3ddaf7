/**
 * Threads of a reactor: what `IReactorThreads` promises, and `deferToThread` and its kin.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertInstanceOf, assertThrows } from "@std/assert";
import {
  callMultipleInThread,
  CancelledError,
  deferToThread,
  deferToThreadPool,
  isInIOThread,
  ThreadPool,
} from "../../reactor/mod.ts";
import { WorkerError } from "../../poller/mod.ts";
import { messages, type ReactorRun, type ReactorTest } from "./reactor_run.ts";
import { named, notes, whenStaying } from "./thread_functions.ts";

/**
 * Registers the tests.
 *
 * @param check Registers one.
 * @param isReal Whether threads are threads, with memory of their own.
 */
export function reactorThreadCases(check: ReactorTest, isReal: boolean): void {
  poolCases(check);
  resultCases(check);
  errorCases(check);
  callBackCases(check);
  if (isReal) realThreadCases(check);
}

/** Runs the reactor until a Deferred or promise of the body is over. */
async function runUntil(
  { reactor }: ReactorRun,
  body: () => PromiseLike<unknown>,
): Promise<void> {
  let failure: { readonly error: unknown } | null = null;
  reactor.callWhenRunning(() => {
    body().then(() => {}, (error: unknown) => {
      failure = { error };
    }).then(() => reactor.callFromThread(() => reactor.stop()));
  });
  await reactor.run();
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

/** What a Deferred or promise fails with. */
async function failureOf(work: PromiseLike<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

function poolCases(check: ReactorTest): void {
  check(
    "THR-01, OTHR-15 IReactorThreads.getThreadPool() works from startup to the end of run()",
    async (run) => {
      const { reactor, log } = run;
      const pool = reactor.getThreadPool();
      assert(reactor.getThreadPool() === pool);
      deferToThread(reactor, named.add, 1, 2).addCallback((sum) => log.push(`sum ${sum}`));
      assertEquals([pool.threads, pool.queued], [0, 1]);
      await runUntil(run, () => deferToThread(reactor, named.add, 3, 4));
      assert(pool.joined);
      assertEquals([pool.threads, pool.working, pool.queued], [0, 0, 0]);
      assertEquals(log, ["sum 3"]);
      assertFalse(reactor.getThreadPool() === pool);
      reactor.fireSystemEvent("shutdown");
    },
  );

  check(
    "THR-02, OTHR-01 IReactorThreads.suggestThreadPoolSize() holds before and while there is a pool",
    async (run) => {
      const { reactor } = run;
      reactor.suggestThreadPoolSize(34);
      assertEquals(reactor.getThreadPool().maxThreads, 34);
      await runUntil(run, async () => {
        reactor.suggestThreadPoolSize(1);
        assertEquals(reactor.getThreadPool().maxThreads, 1);
        const sums = [1, 2, 3].map((n) => deferToThread(reactor, named.addLater, n, n));
        assertEquals([reactor.getThreadPool().working, reactor.getThreadPool().queued], [1, 2]);
        assertEquals(await Promise.all(sums), [2, 4, 6]);
        assertEquals(reactor.getThreadPool().threads, 1);
      });
      for (const size of [0, -1, 1.5, NaN]) {
        assertThrows(() => reactor.suggestThreadPoolSize(size), RangeError, `${size}`);
      }
    },
  );

  check(
    "THR-05, THR-07 a shutdown event before run() destroys the pool and its startup trigger",
    async ({ reactor, log }) => {
      const pool = reactor.getThreadPool();
      reactor.callInThread(named.note, "never called");
      reactor.fireSystemEvent("shutdown");
      assert(pool.joined);
      assertEquals(pool.queued, 0);
      assertThrows(() => pool.callInThread(named.add, 1, 2), WorkerError, "the pool is stopped");
      notes.length = 0;
      reactor.callLater(0, () => {
        log.push(`${notes.length} ${pool.threads}`);
        reactor.stop();
      });
      await reactor.run();
      assertEquals(log, ["0 0"]);
    },
  );

  check(
    "THR-06 a pool that was made while the reactor runs is stopped with it",
    async (run) => {
      let pool: ThreadPool | undefined;
      await runUntil(run, async () => {
        pool = run.reactor.getThreadPool();
        assertEquals(await deferToThread(run.reactor, named.add, 1, 2), 3);
        assertEquals([pool.threads, pool.joined], [1, false]);
      });
      assert(pool?.joined);
      assertEquals(pool.threads, 0);
    },
  );

  check("THR-01 the calls under way are finished before run() is over", async (run) => {
    const { reactor } = run;
    const pool = new ThreadPool(reactor, { maxThreads: 2 });
    const results: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      pool.callInThreadWithCallback((_, sum) => results.push(sum), named.addLater, i, i);
    }
    pool.start();
    await pool.stop();
    assertEquals(new Set(results), new Set([0, 2, 4, 6, 8]));
    assertEquals([pool.threads, pool.queued], [0, 0]);
  });
}

function resultCases(check: ReactorTest): void {
  check("OTHR-10, OTHR-13 deferToThread() fires with the result, in a pass", async (run) => {
    const { reactor, log } = run;
    await runUntil(run, async () => {
      const deferred = deferToThread(reactor, named.add, 1, 2);
      deferred.addCallback((sum) => {
        reactor.callFromThread(() => log.push("next pass"));
        log.push(`sum ${sum}`);
      });
      assertEquals(log, []);
      await deferred;
      const pool = new ThreadPool(reactor, { maxThreads: 1 });
      pool.start();
      assertEquals(await deferToThreadPool(reactor, pool, named.addLater, 3, 4), 7);
      await pool.stop();
    });
    assertEquals(log, ["sum 3", "next pass"]);
  });

  check("OTHR-09 callMultipleInThread() calls in order, also after an error", async (run) => {
    const { reactor, takeLogged } = run;
    notes.length = 0;
    await runUntil(run, async () => {
      callMultipleInThread(reactor, [
        [named.noteInLoop, "one"],
        [named.fail, "two"],
        [named.noteInLoop, "three"],
      ]);
      while (notes.length < 2) await deferToThread(reactor, named.add, 0, 0);
    });
    assertEquals(notes, ["one", "three"]);
    assertEquals(messages(takeLogged()), ["Exception in thread"]);
  });

  check("deferToThread() calls as many functions at once as there are threads", async (run) => {
    const { reactor } = run;
    reactor.suggestThreadPoolSize(3);
    await runUntil(run, async () => {
      const work = Array.from({ length: 20 }, (_, i) => deferToThread(reactor, named.add, i, 1));
      const pool = reactor.getThreadPool();
      assertEquals([pool.threads, pool.working, pool.queued], [3, 3, 17]);
      assertEquals(await Promise.all(work), Array.from({ length: 20 }, (_, i) => i + 1));
      assertEquals([pool.working, pool.queued], [0, 0]);
    });
  });
}

function errorCases(check: ReactorTest): void {
  check("OTHR-11, OTHR-12, OTHR-14 deferToThread() fails with a copy of the error", async (run) => {
    const { reactor } = run;
    await runUntil(run, async () => {
      assertEquals(await deferToThread(reactor, named.add, 1, 2), 3);
      const error = await failureOf(deferToThread(reactor, named.fail, "bad"));
      assertInstanceOf(error, RangeError);
      assertEquals(error.message, "bad");
      assertInstanceOf(error.cause, TypeError);
      assert(error.stack?.includes("thread_functions.ts"));
      assertEquals(await failureOf(deferToThread(reactor, named.failText)), "just a text");
      const later = await failureOf(deferToThread(reactor, named.failLater, "late"));
      assertInstanceOf(later, RangeError);
      assertEquals(await deferToThread(reactor, named.add, 3, 4), 7);
    });
  });

  check("deferToThread() keeps the name and the fields of an error", async (run) => {
    await runUntil(run, async () => {
      const error = await failureOf(deferToThread(run.reactor, named.failAccount));
      assertInstanceOf(error, Error);
      assertEquals([error.name, error.message], ["AccountError", "account is empty"]);
      assertEquals(Object.entries(error), [["balance", -3]]);
    });
  });

  check("deferToThread() fails for what threads cannot share", async (run) => {
    const { reactor } = run;
    await runUntil(run, async () => {
      const circular = (() => {}) as unknown as number;
      for (
        const work of [
          deferToThread(reactor, named.add, circular, 1),
          deferToThread(reactor, named.makeFunction),
        ]
      ) {
        const error = await failureOf(work);
        assertInstanceOf(error, WorkerError);
        assertEquals(error.code, "NOT_CLONEABLE");
      }
      assertEquals(await deferToThread(reactor, named.add, 1, 2), 3);
    });
  });

  check(
    "RES-01, OTHR-02 IReactorThreads.callInThread() logs an error and drops a result",
    async (run) => {
      const { reactor, takeLogged } = run;
      await runUntil(run, async () => {
        reactor.callInThread(named.fail, "bad");
        reactor.callInThread(named.add, 1, 2);
        await deferToThread(reactor, named.add, 0, 0);
        while (reactor.getThreadPool().working > 0) {
          await deferToThread(reactor, named.add, 0, 0);
        }
      });
      assertEquals(messages(takeLogged()), ["Exception in thread"]);
    },
  );

  check("what onResult throws is logged, and the thread goes on", async (run) => {
    const { reactor, takeLogged } = run;
    reactor.suggestThreadPoolSize(1);
    await runUntil(run, async () => {
      const pool = reactor.getThreadPool();
      const broken = () => {
        throw new RangeError("broken");
      };
      pool.callInThreadWithCallback(broken, named.add, 1, 2);
      assertEquals(await deferToThread(reactor, named.add, 1, 2), 3);
      assertEquals([pool.threads, pool.queued], [1, 0]);
    });
    assertEquals(messages(takeLogged()), ["Exception in onResult"]);
  });

  check("a pool whose log observer throws goes on, and both errors are reported", async (run) => {
    const { reactor, world } = run;
    await runUntil(run, async () => {
      const pool = new ThreadPool(reactor, {
        maxThreads: 1,
        logObserver: () => {
          throw new TypeError("observer");
        },
      });
      pool.start();
      pool.callInThread(named.fail, "bad");
      assertEquals(await deferToThreadPool(reactor, pool, named.add, 1, 2), 3);
      await pool.stop();
    });
    assertEquals(world.takeReports().map(({ message }) => message), [
      "Exception in thread",
      "Exception in log observer",
    ]);
  });

  check("Deferred.cancel() of deferToThread() drops the result", async (run) => {
    const { reactor } = run;
    await runUntil(run, async () => {
      const deferred = deferToThread(reactor, named.add, 1, 2);
      const failure = failureOf(deferred);
      deferred.cancel();
      assertInstanceOf(await failure, CancelledError);
      assertEquals(await deferToThread(reactor, named.add, 3, 4), 7);
    });
  });
}

function callBackCases(check: ReactorTest): void {
  check(
    "THR-04, OTHR-03, TW-05 callFromThread() in a thread calls in a pass of the reactor",
    async (run) => {
      const { reactor } = run;
      notes.length = 0;
      await runUntil(run, async () => {
        await deferToThread(reactor, named.noteInLoop, "from a thread");
        while (notes.length < 1) await deferToThread(reactor, named.add, 0, 0);
      });
      assertEquals(notes, ["from a thread"]);
    },
  );

  check("THR-03 callFromThread() in a delayed call needs no other event", async ({ reactor }) => {
    const far = reactor.callLater(3600, () => {});
    reactor.callLater(0, () => reactor.callFromThread(() => reactor.stop()));
    await reactor.run();
    assert(far.active());
  });

  check("OTHR-04 100,000 callFromThread() while the reactor sleeps wake it", async (run) => {
    const { reactor, world } = run;
    let called = 0;
    const over = reactor.run();
    await world.sleep(0.001);
    for (let i = 0; i < 100_000; i++) reactor.callFromThread(() => called++);
    reactor.callFromThread(() => reactor.stop());
    await over;
    assertEquals(called, 100_000);
  });

  check("callFromThread() in a thread has an error logged", async (run) => {
    const { reactor, takeLogged } = run;
    await runUntil(run, async () => {
      await deferToThread(reactor, named.failInLoop, "bad");
      await deferToThread(reactor, named.add, 0, 0);
    });
    assertEquals(messages(takeLogged()), ["Exception in call from thread"]);
  });

  check("THR-08, THR-09 isInIOThread() is false in a thread only", async (run) => {
    await runUntil(run, async () => {
      assert(isInIOThread());
      assertFalse(await deferToThread(run.reactor, named.whereAmI));
      assert(isInIOThread());
    });
  });
}

/** What only real threads do: they have memory of their own, block and end. */
function realThreadCases(check: ReactorTest): void {
  check(
    "OTHR-05, OTHR-06, OTHR-07, OTHR-08 blockingCallFromThread() waits for the reactor",
    async (run) => {
      const { reactor } = run;
      await runUntil(run, async () => {
        assertEquals(await deferToThread(reactor, named.askLoop, 1, 2), 3);
        assertEquals(await deferToThread(reactor, named.askLoopLater, 3, 4), 7);
        for (const fn of [named.askLoopToFail, named.askLoopToFailLater]) {
          const error = await failureOf(deferToThread(reactor, fn, "bad"));
          assertInstanceOf(error, RangeError);
          assertEquals(error.message, "bad");
        }
      });
    },
  );

  check(
    "blockingCallFromThread() fails in a thread that waits when the reactor stops",
    async (run) => {
      const { reactor, log } = run;
      const { promise: staying, resolve } = Promise.withResolvers<void>();
      whenStaying.tell = resolve;
      await runUntil(run, async () => {
        reactor.suggestThreadPoolSize(1);
        const pool = reactor.getThreadPool();
        const note = (_: boolean, result: unknown) => void log.push(`${result}`);
        pool.callInThreadWithCallback(note, named.askLoopToStay);
        await staying;
        // The only thread is taken until the reactor has stopped, and asks then.
        pool.callInThreadWithCallback(note, named.askLoopForCode, 1, 2);
        assertEquals([pool.working, pool.queued], [1, 1]);
      });
      const because = "from a thread: the loop of its pool has ended";
      assertEquals(log, [
        `POOL_STOPPED: Cannot call stay ${because}`,
        `POOL_STOPPED: Cannot call add ${because}`,
      ]);
    },
  );

  check("OTHR-02 IReactorThreads.callInThread() has the memory of the thread", async (run) => {
    const { reactor } = run;
    reactor.suggestThreadPoolSize(1);
    notes.length = 0;
    await runUntil(run, async () => {
      await deferToThread(reactor, named.note, "in the thread");
      assertEquals(await deferToThread(reactor, named.recall), ["in the thread"]);
    });
    assertEquals(notes, []);
  });

  check("deferToThread() fails when the thread ends, and another takes over", async (run) => {
    const { reactor } = run;
    reactor.suggestThreadPoolSize(1);
    await runUntil(run, async () => {
      const error = await failureOf(deferToThread(reactor, named.leave));
      assertInstanceOf(error, WorkerError);
      assertEquals(error.code, "THREAD_ENDED");
      assertEquals(error.message, "Cannot finish leave in a thread: it has ended with code 3");
      assertEquals(await deferToThread(reactor, named.add, 1, 2), 3);
      assertEquals(reactor.getThreadPool().threads, 1);
    });
  });

  check("deferToThread() fails for a module or function that is not there", async (run) => {
    const { reactor } = run;
    await runUntil(run, async () => {
      const { module } = named.add;
      const cases = [
        [{ ...named.add, module: new URL("no_such_module.ts", module).href }, "MODULE_NOT_LOADED"],
        [{ ...named.add, name: "noSuchFunction" }, "FUNCTION_NOT_FOUND"],
      ] as const;
      for (const [fn, code] of cases) {
        const error = await failureOf(deferToThread(reactor, fn, 1, 2));
        assertInstanceOf(error, WorkerError);
        assertEquals(error.code, code);
      }
      assertEquals(await deferToThread(reactor, named.add, 1, 2), 3);
    });
  });
}
