import { assert, assertEquals, assertMatch } from "@std/assert";
import { runChild } from "./child.ts";

Deno.test("DenoPlatform reports a missing permission as NOT_CAPABLE and never prompts", async () => {
  const { code, lines, errors } = await runChild("without_permission.ts", []);
  assertEquals([code, errors], [0, ""]);
  const { message, ...codes } = JSON.parse(lines[0] ?? "{}");
  assertEquals(codes, {
    listen: "NOT_CAPABLE",
    bindDatagram: "NOT_CAPABLE",
    unixpacket: "ENOTSUP",
    connect: "NOT_CAPABLE",
    connectFrom: "NOT_CAPABLE",
    busy: "many passes",
  });
  assertEquals(message, "Cannot connect to 127.0.0.1:9: permission is not granted");
});

Deno.test("Network.connect() from an address needs the permission for that, too", async () => {
  const flags = ["--allow-net=127.0.0.1:9"];
  const { code, lines, errors } = await runChild("without_permission.ts", flags);
  assertEquals([code, errors], [0, ""]);
  const { connect, connectFrom } = JSON.parse(lines[0] ?? "{}");
  assertEquals({ connect, connectFrom }, { connect: "ECONNREFUSED", connectFrom: "NOT_CAPABLE" });
});

for (const timeout of ["Infinity", "3000000"]) {
  Deno.test(`DenoPoller.poll(${timeout}) keeps the process alive until pause()`, async () => {
    const { code, lines, errors } = await runChild("alive.ts", [], [timeout]);
    // Deno warns on standard error of a native delay that it cannot keep.
    assertEquals([code, lines, errors], [0, ["woken", "done"], ""]);
  });
}

Deno.test("Network.bindDatagram() works without --unstable-net", async () => {
  const { lines, errors } = await runChild("datagram_without_flag.ts", ["--allow-net"]);
  assertEquals([lines, errors], [["undefined", "hello"], ""]);
});

Deno.test("DenoPlatform.report writes a line and the error on standard error", async () => {
  const { lines, errors } = await runChild("report.ts", []);
  assertEquals(lines, []);
  assertMatch(errors, /^Exception in callback save\nError: the error\n {4}at .*report\.ts:/);
  assert(errors.includes("TypeError: the cause"));
  assertMatch(errors, /\nException in callback load\n"?just a text"?\n$/);
});
