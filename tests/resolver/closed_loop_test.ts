/** What becomes of lookups when their loop is closed first. */

import { assertEquals, assertRejects } from "@std/assert";
import { IOLoopClosedError, PollIOLoop } from "../../ioloop/mod.ts";
import { DNSCancelledError, DNSClient } from "../../resolver/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { openOn } from "./resolver_world.ts";

/** Nobody answers there. */
const SERVERS = ["10.9.9.9"];

for (const transport of ["udp", "tcp"] as const) {
  Deno.test(`DNSClient.lookup() over ${transport} rejects each time when the loop is closed`, async () => {
    const sim = new Simulation({ seed: 1 });
    const loop = new PollIOLoop(sim.host("client"));
    loop.close();
    await sim.run(async () => {
      using client = new DNSClient(loop, { servers: SERVERS, transport });
      for (let i = 0; i < 2; i++) {
        await assertRejects(() => client.lookupAddress("a.test"), IOLoopClosedError);
      }
      assertEquals(client.inquiryCount, 0);
    });
    assertEquals(openOn(sim, "client"), []);
  });

  Deno.test(`DNSClient.close() ends lookups over ${transport} when the loop was closed before`, async () => {
    const sim = new Simulation({ seed: 1 });
    const loop = new PollIOLoop(sim.host("client"));
    const client = new DNSClient(loop, { servers: SERVERS, transport });
    await sim.run(async () => {
      let lookups: Promise<unknown>[] = [];
      await loop.runSync(() => {
        lookups = [client.lookupAddress("a.test"), client.lookupIPV6Address("a.test")];
      });
      loop.close();
      client.close();
      for (const lookup of lookups) await assertRejects(() => lookup, DNSCancelledError);
    });
    assertEquals(openOn(sim, "client"), []);
  });
}

Deno.test("DNSClient.lookupZone() leaves nothing open when the loop is closed", async () => {
  const sim = new Simulation({ seed: 1 });
  const loop = new PollIOLoop(sim.host("client"));
  loop.close();
  await sim.run(async () => {
    using client = new DNSClient(loop, { servers: SERVERS });
    await assertRejects(() => client.lookupZone("a.test"), IOLoopClosedError);
  });
  assertEquals(openOn(sim, "client"), []);
});

Deno.test("DNSClient refuses an empty list of time-outs", async () => {
  const sim = new Simulation({ seed: 1 });
  const loop = new PollIOLoop(sim.host("client"));
  await sim.run(async () => {
    using client = new DNSClient(loop, { servers: SERVERS });
    await assertRejects(
      () => client.lookupAddress("a.test", []),
      RangeError,
      "there is no time-out",
    );
    await assertRejects(() => client.lookupZone("a.test", []), RangeError, "there is no time-out");
  });
  loop.close();
});
