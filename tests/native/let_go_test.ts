/**
 * What Twisted's tests of reference cycles stand for: that nothing is held on to that is over.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { DelayedCallQueue } from "../../poller/mod.ts";
import { Deferred, inlineCallbacks, succeed } from "../../reactor/mod.ts";
import { leftOf } from "./garbage.ts";

/** A canceller of its own, which refers to its Deferred, as one does that closes over it. */
function makeCanceller(): (deferred: Deferred<unknown>) => void {
  const seen: unknown[] = [];
  return (deferred) => void seen.push(deferred);
}

Deno.test("DEFER-81 Deferred lets go of its canceller when it has a result", async () => {
  const { kept, left } = await leftOf((drop) => {
    const deferred = new Deferred<unknown>(drop(makeCanceller()));
    deferred.callback("result");
    return deferred;
  });
  assertEquals([left, kept.result], [0, "result"]);
});

Deno.test("DEFER-82 Deferred lets go of its canceller when it has failed", async () => {
  const { kept, left } = await leftOf((drop) => {
    const deferred = new Deferred<unknown>(drop(makeCanceller()));
    deferred.addErrback(() => "handled");
    deferred.errback(new Error("on purpose"));
    return deferred;
  });
  assertEquals([left, kept.result], [0, "handled"]);
});

Deno.test("DEFER-83 Deferred lets go of its canceller though it waits for another", async () => {
  const { kept, left } = await leftOf((drop) => {
    const inner = new Deferred<unknown>();
    const outer = new Deferred<unknown>(drop(makeCanceller()));
    outer.addCallback(() => inner);
    outer.callback("first");
    return { inner, outer };
  });
  assertEquals(left, 0);
  assert(kept.outer.waitingOn === kept.inner);
});

Deno.test("Deferred lets go of callbacks that have run, and of their arguments", async () => {
  const { kept, left } = await leftOf((drop) => {
    const deferred = succeed(0);
    deferred.addCallback(
      drop((value: number, other: { by: number }) => value + other.by),
      drop({ by: 1 }),
    );
    return deferred;
  });
  assertEquals([left, kept.result], [0, 1]);
});

Deno.test("INL-17 inlineCallbacks() lets go of a generator that has ended, and of what it had", async () => {
  const { kept, left } = await leftOf((drop) => {
    const awaited = new Deferred<number>();
    const run = inlineCallbacks(function* (local: { by: number }) {
      return local.by + (yield* awaited);
    });
    const result = run(drop({ by: 1 }));
    awaited.callback(41);
    const failing = inlineCallbacks(function* (local: Error) {
      yield;
      throw local.message;
    });
    const failed = failing(drop(new Error("thrown"))).addErrback(({ value }) => value);
    return { awaited, result, failed };
  });
  assertEquals([left, kept.result.result, kept.awaited.result], [0, 42, 41]);
  assertEquals(kept.failed.result, "thrown");
});

Deno.test("DEFER-180 Deferred lets go of an async function that has ended, and of what it had", async () => {
  const { kept, left } = await leftOf((drop) => {
    const awaited = new Deferred<number>();
    const run = async (local: { by: number }) => local.by + await awaited;
    const result = Deferred.fromPromise(run(drop({ by: 1 })));
    awaited.callback(41);
    return { awaited, result };
  });
  assertEquals([left, kept.result.result, kept.awaited.result], [0, 42, 41]);
});

Deno.test("AIO-11 DelayedCall lets go of its function when it was called, or cancelled", async () => {
  const { kept, left } = await leftOf((drop) => {
    const queue = new DelayedCallQueue({ seconds: () => 0 });
    const log: number[] = [];
    const called = queue.add(1, drop((item: { id: number }) => log.push(item.id)), [
      drop({ id: 7 }),
    ]);
    const cancelled = queue.add(2, drop(() => log.push(8)), []);
    cancelled.cancel();
    queue.takeFirst(1)?.run();
    return { queue, called, cancelled, log };
  });
  assertEquals([left, kept.log, kept.called.called, kept.cancelled.cancelled], [
    0,
    [7],
    true,
    true,
  ]);
});
