import { assertEquals } from "@std/assert";
import { everyTape } from "../tape_search.ts";
import { CarefulConnection, CarelessConnection, giveUpWhileResolving } from "./late_dns_answer.ts";

Deno.test("Z10 a connection whose DNS answer comes late is left open, found with one deviation", async () => {
  const runs = await everyTape("dns ", (each) => giveUpWhileResolving(each, CarelessConnection));
  assertEquals(runs, [{ tape: [0], result: 0 }, { tape: [1], result: 1 }]);
});

Deno.test("Z10 its twin that looks again after the wait passes under every answer", async () => {
  const runs = await everyTape("dns ", (each) => giveUpWhileResolving(each, CarefulConnection));
  assertEquals(runs, [{ tape: [0], result: 0 }, { tape: [1], result: 0 }]);
});
