import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startNameServer } from "./name_server.ts";

const EXAMPLE = new URL("../../examples/resolve.ts", import.meta.url).pathname;

async function resolve(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--unstable-net", "--allow-net=127.0.0.1", EXAMPLE, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("examples/resolve.ts prints addresses, TTLs and the path of the answer", async () => {
  await using server = startNameServer("127.0.0.1");
  const { code, stdout } = await resolve("example.test", "--server", server.address);
  const where = server.address.replace(":", " port ");
  assertEquals(
    stdout,
    [
      "10.0.0.1 for 60 s",
      "path:",
      `  A    example.test from ${where} over UDP`,
      `  AAAA example.test from ${where} over UDP (NODATA)`,
      "",
    ].join("\n"),
  );
  assertEquals(code, 0);
  const big = await resolve("big.test", "--server", server.address);
  assertStringIncludes(big.stdout, "over TCP");
});

Deno.test("examples/resolve.ts answers wrong arguments with a usage line, and bad names with an error", async () => {
  for (const args of [[], ["a", "b"], ["a", "--server"], ["--what", "a"], ["a", "--server", "x"]]) {
    const { code, stderr, stdout } = await resolve(...args);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^usage: resolve\.ts NAME/m);
  }
  const bad = await resolve("not a name", "--server", "127.0.0.1");
  assertEquals(bad.code, 1);
  assertStringIncludes(bad.stderr, "BAD_NAME");
});
