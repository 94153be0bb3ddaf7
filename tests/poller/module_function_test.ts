import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { moduleFunction, WorkerPool } from "../../poller/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { add, named } from "../contract/thread_functions.ts";

Deno.test("moduleFunction() holds the module, the name and the function", () => {
  const module = new URL("file:///app/work.ts");
  assertEquals(moduleFunction(module, add), {
    module: "file:///app/work.ts",
    name: "add",
    fn: add,
  });
  assertEquals(moduleFunction(module, add, "sum").name, "sum");
  assertStrictEquals(named.add.fn, add);
});

Deno.test("moduleFunction() refuses what another thread could not find", () => {
  const module = import.meta.url;
  assertThrows(() => moduleFunction("./work.ts", add), TypeError, "is not an absolute address");
  assertThrows(() => moduleFunction(module, () => 1), TypeError, "its name is empty");
  assertThrows(() => moduleFunction(module, add, ""), TypeError, "its name is empty");
  const nothing = undefined as unknown as typeof add;
  assertThrows(() => moduleFunction(module, nothing), TypeError, "it is undefined");
});

Deno.test("WorkerPool ends threads that became too many", async () => {
  const sim = new Simulation({ seed: 1 });
  await sim.run(async () => {
    const pool = new WorkerPool(sim.host("host").workers, 3, () => {});
    pool.start();
    const sums = await Promise.all(
      [1, 2, 3].map((n) =>
        new Promise((resolve) =>
          pool.submit([{ fn: named.addLater as never, args: [n, n] }], resolve)
        )
      ),
    );
    assertEquals(sums, [2, 4, 6].map((value) => ({ ok: true, value })));
    assertEquals([pool.size, pool.busy], [3, 0]);
    pool.max = 1;
    assertEquals([pool.size, pool.max], [1, 1]);
    await pool.stop();
    assertEquals(pool.size, 0);
  });
});
