import { assertEquals, assertMatch } from "@std/assert";
import { withFolder } from "./folder.ts";

const EXAMPLE = new URL("../../examples/recorded_echo.ts", import.meta.url).pathname;

/** Starts the example. */
function start(...args: string[]): Deno.ChildProcess {
  const permissions = ["--no-prompt", "--allow-net=127.0.0.1", "--allow-read", "--allow-write"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, EXAMPLE, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

Deno.test("examples/recorded_echo.ts prints the same when it is replayed", () =>
  withFolder(async (folder) => {
    const path = `${folder}/echo.recording`;
    const server = start("record", path);
    const output = server.stdout.pipeThrough(new TextDecoderStream());
    const [shown, kept] = output.tee();
    const recorded = Array.fromAsync(kept);
    const reader = shown.getReader();
    const port = Number(/^PORT (\d+)\n$/.exec((await reader.read()).value ?? "")?.[1]);
    for (const text of ["hello", "good morning"]) {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode(text));
      const answer = new Uint8Array(text.length);
      for (let got = 0; got < answer.length;) got += await conn.read(answer.subarray(got)) ?? 0;
      assertEquals(new TextDecoder().decode(answer), text);
    }
    for (let gone = 0; gone < 2;) {
      gone += ((await reader.read()).value ?? "").split("has gone").length - 1;
    }
    server.kill("SIGINT");
    assertEquals((await server.status).code, 0);
    await reader.cancel();
    const text = (await recorded).join("");
    assertMatch(text, /says "hello"\n(.*\n)*.*says "good morning"\n/);

    const again = await start("replay", path).output();
    assertEquals(new TextDecoder().decode(again.stdout), text);
    assertEquals(again.code, 0);
  }));

Deno.test("examples/recorded_echo.ts answers wrong arguments with a usage line", async () => {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", EXAMPLE],
    stderr: "null",
  }).output();
  assertEquals(code, 2);
});
