/**
 * The examples, each as its document says to run it.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { Example } from "./running_example.ts";

Deno.test("examples/chat_server.ts carries lines between two of examples/line_client.ts", async () => {
  await using server = new Example("chat_server", "--port=0");
  const port = `--port=${await server.port()}`;
  await using ann = new Example("line_client", port);
  assertEquals(await ann.line(), "Your name?");
  await ann.type("ann");
  assertEquals(await ann.line(), "Hello ann, you are one of 1.");

  await using bob = new Example("line_client", port);
  assertEquals(await bob.line(), "Your name?");
  await bob.type("ann");
  assertEquals(await bob.line(), "Another name?");
  await bob.type("bob");
  assertEquals(await bob.line(), "Hello bob, you are one of 2.");
  assertEquals(await ann.line(), "* bob has come.");
  await ann.type("good morning");
  assertEquals(await bob.line(), "ann: good morning");

  await bob.endInput();
  assertEquals(await bob.end(), { code: 0, errors: "" });
  assertEquals(await ann.line(), "* bob has gone.");
  await ann.type("x".repeat(1000));
  assertEquals(await ann.line(), null);
  assertEquals(await ann.end(), { code: 0, errors: "" });
});

Deno.test("examples/line_client.ts says why it cannot connect", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using client = new Example("line_client", `--port=${port}`);
  const { code, errors } = await client.end();
  assertEquals(code, 1);
  assertMatch(errors, /refused/);
});

Deno.test("examples/mixed_loop.ts lets a protocol and a stream talk on one loop", async () => {
  await using example = new Example("mixed_loop");
  await example.port();
  assertEquals(await example.line(), "hello -> HELLO");
  assertEquals(await example.line(), "one loop, two styles -> ONE LOOP, TWO STYLES");
  assertEquals(await example.line(), "bye -> BYE");
  assertEquals(await example.line(), null);
  assertEquals(await example.end(), { code: 0, errors: "" });
});

for (const name of ["chat_server", "http10_server", "line_client", "mixed_loop"]) {
  Deno.test(`examples/${name}.ts answers wrong arguments with a usage line`, async () => {
    const wrong = [["--port=x"], ["--port=65536"], ["--port=1", "more"], ["8000"]];
    if (name === "line_client") wrong.push([], ["--port=0"]);
    await Promise.all(wrong.map(async (args) => {
      await using example = new Example(name, ...args);
      const { code, errors } = await example.end();
      assertEquals(await example.line(), null);
      assertEquals(code, 2);
      assertMatch(errors, new RegExp(`^usage: ${name}\\.ts .*--port=PORT`));
    }));
  });
}

for (const style of ["", "twisted_"]) {
  Deno.test(`examples/${style}http_server.ts answers both of the clients`, async () => {
    await using server = new Example(`${style}http_server`, "--port=0");
    const url = `http://127.0.0.1:${await server.port()}`;
    for (const name of ["http_client", "twisted_http_client"]) {
      await using hello = new Example(name, `${url}/`);
      assertEquals([await hello.line(), await hello.line()], ["200 OK", "Hello, world!"]);
      assertEquals(await hello.end(), { code: 0, errors: "" });
      await using echo = new Example(name, `${url}/echo`, "Hello?\n");
      assertEquals([await echo.line(), await echo.line()], ["200 OK", "Hello?"]);
      assertEquals(await echo.end(), { code: 0, errors: "" });
      await using missing = new Example(name, `${url}/missing`);
      assertEquals(await missing.line(), "404 Not Found");
      assertEquals((await missing.end()).code, 1);
    }
    // Other people's clients can talk to it, too.
    assertEquals(await (await fetch(url)).text(), "Hello, world!\n");
  });

  Deno.test(`examples/${style}http_client.ts says what is wrong`, async () => {
    const name = `${style}http_client`;
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await using refused = new Example(name, `http://127.0.0.1:${port}/`);
    const { code, errors } = await refused.end();
    assertEquals(code, 1);
    assertMatch(errors, /refused/);
    for (const args of [[], ["ftp://127.0.0.1/"], ["x"], ["http://127.0.0.1/", "a", "b"]]) {
      await using wrong = new Example(name, ...args);
      const { code, errors } = await wrong.end();
      assertEquals([code, errors], [2, `usage: ${name}.ts URL [TEXT]\n`]);
    }
  });
}

Deno.test("examples/http10_server.ts answers the clients of the other examples", async () => {
  await using server = new Example("http10_server", "--port=0");
  const url = `http://127.0.0.1:${await server.port()}`;
  for (const name of ["http_client", "twisted_http_client"]) {
    await using hello = new Example(name, `${url}/`);
    assertEquals([await hello.line(), await hello.line()], ["200 OK", "Hello, world!"]);
    assertEquals(await hello.end(), { code: 0, errors: "" });
  }
});
