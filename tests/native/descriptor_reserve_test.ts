import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { startChild } from "./child.ts";

/** Permission for sockets, but neither to read `/dev/null` nor to listen on 127.0.0.1. */
const WITHOUT_RESERVE = ["--allow-net=127.0.0.2"];

Deno.test("DenoListener waits for descriptors without a busy loop where none may be held in reserve", async () => {
  const wanted = 60;
  const child = startChild("exhausted.ts", WITHOUT_RESERVE, [`${wanted}`, "127.0.0.2"], 64);
  const errors = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader.read();
  const { hostname, port } = JSON.parse(first.value ?? "");
  const clients: Deno.Conn[] = [];
  for (let i = 0; i < wanted; i++) clients.push(await Deno.connect({ hostname, port }));
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
  for (const client of clients) client.close();
  assertEquals([(await child.status).code, await errors], [0, ""]);
  const result = JSON.parse(rest);
  assertLess(result.acceptedFirst, wanted);
  assertGreater(result.acceptedFirst, 10);
  assertEquals(result.accepted, wanted);
  assertLess(result.attemptsMeanwhile, 20);
  assertLess(result.passes, 20);
  assertLess(result.reports, 5); // One for each time that a descriptor came free in between.
});

/** With what a descriptor is held in reserve, by the permissions that allow it. */
const RESERVES: Readonly<Record<string, readonly string[]>> = {
  "/dev/null": ["--allow-net=127.0.0.2,127.0.0.3", "--allow-read=/dev/null"],
  "a listener on 127.0.0.1": ["--allow-net=127.0.0.1,127.0.0.2"],
  "a listener without a file": ["--allow-net"],
};

for (const [reserve, permissions] of Object.entries(RESERVES)) {
  for (const reactor of ["PollReactor", "TornadoReactor"]) {
    Deno.test(`TCP-29 ${reactor} closes those for whom there is no descriptor, with ${reserve} in reserve`, async () => {
      const child = startChild("turned_away.ts", permissions, [reactor, "127.0.0.2"], 64);
      const hung = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const errors = new Response(child.stderr).text();
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      const { host, port } = JSON.parse((await reader.read()).value ?? "");
      const clients: Deno.Conn[] = [];
      const welcome = async (): Promise<boolean> => {
        const client = await Deno.connect({ hostname: host, port });
        clients.push(client);
        return await client.read(new Uint8Array(1)) !== null;
      };
      let served = 0;
      while (await welcome()) served++;
      // The reserve is there again for the next ones, one by one and together.
      assertEquals(await welcome(), false);
      const together = await Promise.all([welcome(), welcome(), welcome(), welcome()]);
      assertEquals(together, [false, false, false, false]);
      clients[0]?.close();
      while (!await welcome());
      await clients.at(-1)?.write(new Uint8Array(1));
      const rest = (await reader.read()).value ?? "";
      for (const client of clients.slice(1)) client.close();
      await reader.cancel();
      const { code } = await child.status;
      clearTimeout(hung);
      assertEquals([code, await errors], [0, ""]);
      const { made, messages } = JSON.parse(rest);
      assertGreater(served, 10);
      assertLess(served, 64);
      assertEquals(made, served + 1);
      assert(messages.every((message: string) => message === messages[0]));
      assertEquals(messages[0], "Closing those who connect, for want of file descriptors");
    });
  }
}
