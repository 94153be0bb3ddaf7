import { assertEquals } from "@std/assert";
import plugin from "../tools/lint_plugin.ts";

/** The messages that the house rules give for a source in a file. */
function lint(file: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map(({ message }) => message);
}

Deno.test("import-directions refuses an import that points up", () => {
  assertEquals(lint("poller/clock.ts", 'import { IOLoop } from "../ioloop/io_loop.ts";'), [
    "poller/clock.ts must not import ioloop/ (../ioloop/io_loop.ts)",
  ]);
  assertEquals(lint("sim/host/host.ts", 'export * from "../../reactor/mod.ts";'), [
    "sim/host/host.ts must not import reactor/ (../../reactor/mod.ts)",
  ]);
  assertEquals(lint("reactor/net/port.ts", 'import "../../sim/mod.ts";'), [
    "reactor/net/port.ts must not import sim/ (../../sim/mod.ts)",
  ]);
});

Deno.test("import-directions lets every layer import the seam and itself", () => {
  assertEquals(
    lint("reactor/net/port.ts", 'import "../../poller/mod.ts"; import "../base.ts";'),
    [],
  );
});

Deno.test("import-directions lets only a bridge import types of the other loop", () => {
  const source = 'import type { IOLoop } from "../ioloop/io_loop.ts";';
  assertEquals(lint("reactor/tornado_reactor.ts", source), []);
  assertEquals(lint("reactor/tornado_reactor.ts", source.replace("type ", "")).length, 1);
  assertEquals(lint("reactor/poll_reactor.ts", source).length, 1);
});

Deno.test("import-directions refuses @std in library code and not in tests", () => {
  const source = 'import { assert } from "@std/assert";';
  assertEquals(lint("poller/clock.ts", source).length, 1);
  assertEquals(lint("tests/poller/clock_test.ts", source), []);
});

Deno.test("no-ambient refuses ambient time, randomness and Deno outside deno_*.ts", () => {
  const source = "export const t = Date.now() + Math.random(); setTimeout(f, 1); Deno.exit();";
  assertEquals(lint("ioloop/x.ts", source), [
    "Date is ambient: use Clock.now()",
    "Math.random is ambient: use Platform.random",
    "setTimeout is ambient: use a loop's callLater()",
    "Deno is ambient: use a member of Platform",
  ]);
  assertEquals(lint("poller/deno_clock.ts", source), []);
});

Deno.test("no-ambient lets members and keys of such a name pass", () => {
  assertEquals(lint("ioloop/x.ts", "const a = { Date: b.Date };"), []);
});

Deno.test("no-top-level-arrow and prefer-private-field hold library code", () => {
  assertEquals(lint("ioloop/x.ts", "export const f = () => 1;").length, 1);
  assertEquals(lint("ioloop/x.ts", "class A { private b = 1; private c() {} }").length, 2);
  assertEquals(lint("tests/x.ts", "const f = () => 1;"), []);
});
