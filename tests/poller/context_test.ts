import { AsyncLocalStorage } from "node:async_hooks";
import { assertEquals, assertThrows } from "@std/assert";
import { captureContext, emptyContext } from "../../poller/mod.ts";

Deno.test("captureContext() returns to the values of its place", () => {
  const user = new AsyncLocalStorage<string>();
  const language = new AsyncLocalStorage<string>();
  const context = user.run("ada", () => language.run("en", () => captureContext()));
  user.run("bob", () => {
    assertEquals(context(() => [user.getStore(), language.getStore()]), ["ada", "en"]);
    assertEquals([user.getStore(), language.getStore()], ["bob", undefined]);
  });
});

Deno.test("captureContext() carries over promises", async () => {
  const user = new AsyncLocalStorage<string>();
  const context = user.run("ada", () => captureContext());
  const seen = context(async () => {
    await Promise.resolve();
    return user.getStore();
  });
  assertEquals([await seen, user.getStore()], ["ada", undefined]);
});

Deno.test("captureContext() restores the caller's values if the function throws", () => {
  const user = new AsyncLocalStorage<string>();
  const context = user.run("ada", () => captureContext());
  user.run("bob", () => {
    assertThrows(() =>
      context(() => {
        throw new Error("thrown");
      })
    );
    assertEquals(user.getStore(), "bob");
  });
});

Deno.test("emptyContext has no values", () => {
  const user = new AsyncLocalStorage<string>();
  user.run("ada", () => {
    assertEquals(emptyContext(() => user.getStore()), undefined);
    assertEquals(emptyContext(() => 7), 7);
    assertEquals(user.getStore(), "ada");
  });
});
