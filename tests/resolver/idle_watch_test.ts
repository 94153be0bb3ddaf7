import { assertEquals } from "@std/assert";
import { IdleWatch } from "../../resolver/idle_watch.ts";
import type { Cancellable, Timers } from "../../resolver/loop.ts";
import { AF_INET } from "../../resolver/mod.ts";
import { withServers } from "./resolver_world.ts";

/** A loop that makes its passes when it is told to. */
class Passes implements Timers {
  waiting = new Set<() => void>();

  callLater(seconds: number, callback: () => void): Cancellable {
    assertEquals(seconds, 0);
    this.waiting.add(callback);
    return { cancel: () => void this.waiting.delete(callback) };
  }

  /** Makes so many passes: what is added in one waits for the next. */
  make(count: number): void {
    for (let i = 0; i < count; i++) {
      const due = this.waiting;
      this.waiting = new Set();
      for (const callback of due) callback();
    }
  }
}

/** A watch on timers; `state` is what the test changes, and sees changed. */
function watching(timers: Timers) {
  const state = { isIdle: true, count: 0 };
  const watch = new IdleWatch(timers, { isIdle: () => state.isIdle, onIdle: () => state.count++ });
  return { watch, state };
}

async function microtasks(count = 50): Promise<void> {
  for (let i = 0; i < count; i++) await undefined;
}

Deno.test("IdleWatch tells once when nothing was asked for a pass, after two calls of begin()", async () => {
  const passes = new Passes();
  const { watch, state } = watching(passes);
  watch.begin();
  watch.begin();
  await microtasks();
  watch.begin();
  assertEquals(passes.waiting.size, 1);
  passes.make(1);
  assertEquals(state.count, 0, "who waits may not have run before the first pass");
  passes.make(1);
  assertEquals(state.count, 1);
  await microtasks();
  assertEquals(passes.waiting.size, 0);
  watch.begin();
  await microtasks();
  passes.make(2);
  assertEquals(state.count, 2);
});

Deno.test("IdleWatch sets no timer when something is asked within a few microtasks", async () => {
  const passes = new Passes();
  const { watch, state } = watching(passes);
  watch.begin();
  await microtasks(10);
  state.isIdle = false;
  await microtasks();
  assertEquals(passes.waiting.size, 0);
  state.isIdle = true;
  watch.begin();
  await microtasks();
  passes.make(2);
  assertEquals(state.count, 1);
});

for (const count of [0, 1]) {
  Deno.test(`IdleWatch says nothing when something is asked, or it ends, after ${count} passes`, async () => {
    const passes = new Passes();
    const { watch, state } = watching(passes);
    watch.begin();
    await microtasks();
    passes.make(count);
    state.isIdle = false;
    passes.make(1);
    assertEquals(passes.waiting.size, 0);
    state.isIdle = true;
    watch.begin();
    await microtasks();
    passes.make(count);
    watch.end();
    passes.make(2);
    assertEquals(state.count, 0);
    assertEquals(passes.waiting.size, 0);
  });
}

Deno.test("IdleWatch says nothing when it ends before it has set a timer", async () => {
  const passes = new Passes();
  const { watch, state } = watching(passes);
  watch.begin();
  watch.end();
  await microtasks();
  assertEquals(passes.waiting.size, 0);
  assertEquals(state.count, 0);
});

Deno.test("IdleWatch tells at once when the loop is closed and takes no timer", async () => {
  const { watch, state } = watching({
    callLater() {
      throw new Error("closed");
    },
  });
  watch.begin();
  await microtasks();
  assertEquals(state.count, 1);
});

Deno.test("StubResolver takes one pass for each of the questions asked one after the other", () =>
  withServers(async ({ loop, servers, stub }) => {
    const resolver = stub({ cacheEntries: 0 });
    const callLater = loop.callLater.bind(loop);
    const delays: number[] = [];
    loop.callLater = (delay, ...rest) => {
      delays.push(delay as number);
      return callLater(delay, ...rest);
    };
    for (let i = 0; i < 10; i++) await resolver.resolve("four.test", 0, AF_INET);
    assertEquals(delays.filter((delay) => delay === 0), []);
    assertEquals(new Set(servers[0]?.queries.map(({ fromPort }) => fromPort)).size, 1);
  }));
