import { assertEquals } from "@std/assert";

const PROGRAM = new URL("programs/standard_io.ts", import.meta.url).pathname;

/** Starts the program; its input and output are pipes. */
function start(): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", PROGRAM],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("StandardIO is the input and output of the process, down to the last byte", async () => {
  const child = start();
  const writer = child.stdin.getWriter();
  const sent = "0123456789abcdef".repeat(65_536);
  const written = writer.write(new TextEncoder().encode(sent)).then(() => writer.close());
  const { code, stdout, stderr } = await child.output();
  await written;
  const text = new TextDecoder().decode(stdout);
  assertEquals([code, new TextDecoder().decode(stderr)], [
    0,
    `${sent.length} bytes, ConnectionDone\n`,
  ]);
  assertEquals(text.length, sent.length);
  assertEquals(text === sent, true);
});

Deno.test("StandardIO closes the output while the input stays open", async () => {
  const child = start();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("quit"));
  const { code, stdout, stderr } = await child.output();
  await writer.abort().catch(() => {});
  assertEquals([code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)], [
    0,
    "quit",
    "4 bytes, ConnectionDone\n",
  ]);
});
