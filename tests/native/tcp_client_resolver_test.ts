import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { PollIOLoop, TCPClient } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { DNSNoDataError, StubResolver } from "../../resolver/mod.ts";
import { startNameServer } from "./name_server.ts";

Deno.test("TCPClient rejects with the error of the StubResolver that it is given", async () => {
  await using server = startNameServer("127.0.0.1");
  const loop = new PollIOLoop(new DenoPlatform());
  using resolver = new StubResolver(loop, { servers: [server.address] });
  const client = new TCPClient({ resolver });
  await loop.runSync(async () => {
    const error = await assertRejects(() => client.connect("a.test", 80, { family: 10 }));
    assertInstanceOf(error, DNSNoDataError);
    assertEquals(error.code, "NODATA");
  });
  loop.close();
});
