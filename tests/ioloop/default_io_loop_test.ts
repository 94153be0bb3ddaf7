import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { IOLoop, makeDefaultIOLoop, PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";

Deno.test("IO-56 IOLoop.instance() makes a PollIOLoop on the machine, when it is first asked", () => {
  assertFalse(IOLoop.initialized(), "importing the module must make no loop");
  using ioLoop = IOLoop.instance();
  assert(ioLoop instanceof PollIOLoop);
  assert(ioLoop.platform instanceof DenoPlatform);
  assertStrictEquals(IOLoop.instance(), ioLoop);
  assertStrictEquals(IOLoop.current(), ioLoop);
});

Deno.test("IOLoop.current() makes no loop when it is told not to", () => {
  assertEquals(IOLoop.current({ instance: false }), null);
  assertFalse(IOLoop.initialized());
});

Deno.test("IOLoop.current() falls back to the instance, which becomes current", () => {
  using ioLoop = IOLoop.current();
  assertStrictEquals(IOLoop.current({ instance: false }), ioLoop);
  assertStrictEquals(IOLoop.instance(), ioLoop);
});

Deno.test("IOLoop.instance() makes another loop after the first was closed", () => {
  const first = IOLoop.instance();
  first.close();
  assertFalse(IOLoop.initialized());
  using second = IOLoop.instance();
  assert(second !== first);
});

Deno.test("IOLoop.clearInstance() forgets the loop without closing it", async () => {
  using first = IOLoop.instance();
  IOLoop.clearInstance();
  using second = IOLoop.instance();
  assert(second !== first);
  // The first was current already.
  assertStrictEquals(IOLoop.current(), first);
  first.addCallback(() => first.stop());
  await first.start();
});

Deno.test("IOLoop.instance() is made outside of the context of whoever asks first", () => {
  const request = new AsyncLocalStorage<string>();
  let seen: string | undefined = "not made";
  IOLoop.configure(() => {
    seen = request.getStore();
    return makeDefaultIOLoop();
  });
  try {
    using _ioLoop = request.run("first", () => IOLoop.instance());
    assertEquals(seen, undefined);
  } finally {
    IOLoop.configure(null);
  }
});
