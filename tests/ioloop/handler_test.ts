import { assertEquals } from "@std/assert";
import { contextOf, withoutContext } from "../../ioloop/handler.ts";
import type { Context } from "../../poller/mod.ts";

Deno.test("contextOf() captures the context of a handler, unless that needs none", () => {
  const log: string[] = [];
  const capture = (): Context => {
    log.push("captured");
    return (fn) => {
      log.push("entered");
      return fn();
    };
  };
  assertEquals(contextOf(() => {}, capture)(() => 1), 1);
  assertEquals(log.splice(0), ["captured", "entered"]);
  assertEquals(contextOf(withoutContext(() => {}), capture)(() => 2), 2);
  assertEquals(log, []);
});
