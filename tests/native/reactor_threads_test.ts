import { assertEquals } from "@std/assert";
import { DenoWorld } from "../contract/deno_world.ts";
import { reactorTests } from "../contract/reactor_run.ts";
import { reactorThreadCases } from "../contract/reactor_thread_cases.ts";
import { REACTORS } from "../reactor/reactors.ts";
import { runChild } from "./child.ts";

for (const { label, make } of REACTORS) {
  reactorThreadCases(reactorTests({ test: Deno.test, world: new DenoWorld(), label, make }), true);
}

Deno.test("OTHR-15 a program that never runs its reactor calls nothing in a thread and ends", async () => {
  const result = await runChild("thread_without_run.ts", ["-A"]);
  assertEquals(result, { code: 0, lines: ["end of the program"], errors: "" });
});

Deno.test("idle threads of a pool and of an executor do not keep the process alive", async () => {
  const result = await runChild("idle_threads.ts", ["-A"]);
  assertEquals(result, { code: 0, lines: ["3", "7", "end of the program"], errors: "" });
});

Deno.test("an error that nobody in an idle thread caught is reported", async () => {
  const { lines, code } = await runChild("thread_fails_aside.ts", ["-A"]);
  assertEquals({ code, lines }, {
    code: 0,
    lines: ["Cannot finish failAside in a thread: it has ended with code 1", "nobody caught this"],
  });
});
