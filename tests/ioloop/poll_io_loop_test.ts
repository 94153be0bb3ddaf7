/**
 * What `PollIOLoop` asks of its poller.
 *
 * @module
 */

import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollerClosedError } from "../../poller/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import { FakeTimePlatform } from "./fake_time_platform.ts";

Deno.test("PollIOLoop.start() leads into the first pass, waits for timeouts, and pauses", async () => {
  const platform = new FakeTimePlatform();
  using ioLoop = new PollIOLoop(platform);
  ioLoop.addCallback(() => platform.calls.push("callback"));
  ioLoop.callLater(2, () => {
    platform.calls.push("timeout");
    // It takes longer than the time to the next: the wait is cut to nothing.
    platform.take(5);
  });
  ioLoop.callLater(4, () => ioLoop.stop());
  await ioLoop.start();
  assertEquals(platform.calls, [
    "poll 0",
    "callback",
    "poll 2",
    "timeout",
    "poll 0",
    "pause",
  ]);
});

Deno.test("PollIOLoop.addCallback() wakes the poller only while it waits", async () => {
  const platform = new FakeTimePlatform();
  using ioLoop = new PollIOLoop(platform);
  ioLoop.addCallback(() => {
    ioLoop.addCallback(() => platform.calls.push("from inside"));
    ioLoop.callLater(5, () => ioLoop.stop());
  });
  platform.onPoll = () => {
    if (platform.calls.length !== 4) return;
    // Outside of the loop's own code, after it has begun to wait.
    Promise.resolve().then(() => ioLoop.addCallback(() => platform.calls.push("from outside")));
  };
  await ioLoop.start();
  assertEquals(platform.calls, [
    "poll 0",
    "poll 0",
    "from inside",
    "poll 5",
    "wake",
    "from outside",
    "poll 5",
    "pause",
  ]);
});

Deno.test("PollIOLoop.callLater() from outside wakes the poller only for an earlier deadline", async () => {
  const platform = new FakeTimePlatform();
  using ioLoop = new PollIOLoop(platform);
  ioLoop.callLater(5, () => ioLoop.stop());
  platform.onPoll = () => {
    if (platform.calls.length !== 2) return;
    Promise.resolve().then(() => {
      ioLoop.callLater(7, () => {});
      platform.calls.push("later");
      ioLoop.callLater(3, () => {});
      platform.calls.push("earlier");
    });
  };
  await ioLoop.start();
  assertEquals(platform.calls, [
    "poll 0",
    "poll 5",
    "later",
    "wake",
    "earlier",
    "poll 3",
    "poll 2",
    "pause",
  ]);
});

Deno.test("PollIOLoop polls outside of the context of whoever starts it", async () => {
  const request = new AsyncLocalStorage<string>();
  const platform = new FakeTimePlatform();
  using ioLoop = new PollIOLoop(platform);
  const seen: unknown[] = [];
  platform.onPoll = () => seen.push(request.getStore());
  ioLoop.addCallback(() => ioLoop.addCallback(() => ioLoop.stop()));
  await request.run("starter", () => ioLoop.start());
  assertEquals(seen, [undefined, undefined]);
});

Deno.test("PollIOLoop.start() rejects, and the loop is not running, when the poller is closed", async () => {
  const platform = new FakeTimePlatform();
  platform.poller.close();
  using ioLoop = new PollIOLoop(platform);
  await assertRejects(() => ioLoop.start(), PollerClosedError);
  assertFalse(ioLoop.isRunning());
});
