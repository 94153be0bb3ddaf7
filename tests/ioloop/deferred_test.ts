import { assertEquals, assertStrictEquals } from "@std/assert";
import { TimeoutError } from "../../ioloop/mod.ts";
import { CancelledError, Deferred } from "../../reactor/mod.ts";
import { FakeTimePlatform } from "./fake_time_platform.ts";
import { LOOPS } from "./loops.ts";
import { assertRejects } from "@std/assert";

for (const { name, makeLoop } of LOOPS) {
  Deno.test(`IOLoop.addCallback() observes a returned Deferred and leaves its result [${name}]`, async () => {
    const platform = new FakeTimePlatform();
    using ioLoop = makeLoop(platform);
    const failure = new RangeError("broken");
    const good = new Deferred<string>();
    const bad = new Deferred<string>();
    const log: unknown[] = [];
    ioLoop.addCallback(() => good);
    ioLoop.addCallback(function failing() {
      return bad;
    });
    ioLoop.callLater(1, () => {
      good.callback("value");
      bad.errback(failure);
    });
    ioLoop.callLater(2, () => {
      good.addCallback((value) => void log.push(value));
      bad.addErrback((reason) => void log.push(reason.value));
      ioLoop.stop();
    });
    await ioLoop.start();
    assertEquals(log, ["value", failure]);
    assertEquals(platform.reports, [{ message: "Exception in callback failing", error: failure }]);
  });

  Deno.test(`IOLoop.runSync() takes a Deferred, and cancels a late one [${name}]`, async () => {
    const platform = new FakeTimePlatform();
    using ioLoop = makeLoop(platform);
    const deferred = new Deferred<number>();
    ioLoop.callLater(1, () => deferred.callback(7));
    assertEquals(await ioLoop.runSync(() => deferred), 7);
    let reason: unknown = null;
    const late = new Deferred<number>(() => {
      reason = "cancelled";
    });
    await assertRejects(() => ioLoop.runSync(() => late, 3), TimeoutError);
    assertStrictEquals(reason, "cancelled");
    await assertRejects(() => late.asPromise(), CancelledError);
    assertEquals(platform.reports, []);
  });
}
