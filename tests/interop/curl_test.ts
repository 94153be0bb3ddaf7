/**
 * `curl` fetches from the example servers.
 *
 * Needs the program `curl`; without it the tests are skipped and say so. The clients of the examples
 * ask the same server in `tests/native/examples_test.ts`.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { Example } from "../native/running_example.ts";

const IS_MISSING = !isInstalled();
if (IS_MISSING) console.log("skipped: fetching with curl, since it is not installed");

function isInstalled(): boolean {
  try {
    return new Deno.Command("curl", { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** What came of a run of `curl`. */
interface Fetched {
  readonly code: number;
  /** What it wrote: with `--include` the head, then the body. */
  readonly text: string;
}

async function curl(...args: readonly string[]): Promise<Fetched> {
  const { code, stdout } = await new Deno.Command("curl", {
    args: ["--silent", "--max-time", "30", "--noproxy", "*", ...args],
    stderr: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

function curlTest(name: string, body: (url: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: IS_MISSING,
    async fn() {
      await using server = new Example("http10_server", "--port=0");
      await body(`http://127.0.0.1:${await server.port()}`);
    },
  });
}

curlTest("curl fetches pages from examples/http10_server.ts", async (url) => {
  const head = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n";
  assertEquals(await curl("--include", `${url}/`), {
    code: 0,
    text: `${head}Content-Length: 14\r\n\r\nHello, world!\n`,
  });
  assertEquals(await curl("--head", `${url}/`), {
    code: 0,
    text: `${head}Content-Length: 14\r\n\r\n`,
  });
  const numbers = await curl(`${url}/numbers`);
  assertEquals([numbers.code, numbers.text.length], [0, 588_890]);
  assertMatch(numbers.text, /\n99998\n99999\n$/);
});

curlTest("curl is told what examples/http10_server.ts does not serve", async (url) => {
  const status = ["--output", "/dev/null", "--write-out", "%{http_code}"];
  const long = "x".repeat(8000);
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ["404", [`${url}/missing`]],
    ["501", ["--request", "DELETE", `${url}/`]],
    ["200", ["--header", `X: ${long}`, `${url}/`]],
    ["400", ["--header", `X: ${long}${"x".repeat(200)}`, `${url}/`]],
    ["200", [...Array(90).fill(["--header", "X: y"]).flat(), `${url}/`]],
    ["400", [...Array(101).fill(["--header", "X: y"]).flat(), `${url}/`]],
  ];
  const answers = await Promise.all(asked.map(([, args]) => curl(...status, ...args)));
  assertEquals(answers, asked.map(([code]) => ({ code: 0, text: code })));
});
