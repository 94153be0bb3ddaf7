import { assertEquals } from "@std/assert";
import { Farewells } from "../../poller/deno_farewells.ts";

Deno.test("Farewells.over() resolves at once when nothing is left to do", async () => {
  await new Farewells().over();
});

Deno.test("Farewells.over() resolves for all who wait when the last has ended", async () => {
  const farewells = new Farewells();
  const log: string[] = [];
  farewells.begin();
  farewells.begin();
  const waiting = [1, 2].map(async (who) => {
    await farewells.over();
    log.push(`${who} over`);
  });
  farewells.end();
  await Promise.resolve();
  log.push("one left");
  farewells.end();
  await Promise.all(waiting);
  assertEquals(log, ["one left", "1 over", "2 over"]);

  farewells.begin();
  const again = farewells.over();
  farewells.end();
  await again;
});
