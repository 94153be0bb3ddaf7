/**
 * A resolver on the reactor's own sockets in the place of Twisted's `ThreadedResolver`.
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { PollReactor } from "../../../reactor/mod.ts";
import { DNSClient, DNSNameError, DNSQueryTimeoutError } from "../../../resolver/mod.ts";
import { SimDNSServer, type SimDNSServerOptions } from "../../../sim/dns/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

const RECORDS = [{ name: "a.test", type: "A", data: "10.9.0.1" }] as const;

/** Runs a test on a reactor that asks a name server of the simulation. */
async function withResolver(
  options: SimDNSServerOptions,
  body: (reactor: PollReactor, sim: Simulation) => Promise<void>,
): Promise<void> {
  const sim = new Simulation({ seed: 1 });
  const server = new SimDNSServer(sim, "ns", { records: RECORDS, ...options });
  await sim.run(async () => {
    const reactor = new PollReactor(sim.host("client"));
    const running = reactor.run();
    const dns = new DNSClient(reactor, { servers: [server.host.address] });
    reactor.installResolver(dns);
    await body(reactor, sim);
    dns.close();
    assertEquals(reactor.getDelayedCalls().map(String), []);
    reactor.stop();
    await running;
  });
}

Deno.test("BASE-01 reactor.resolve() fires with what an installed DNSClient finds", () =>
  withResolver({}, async (reactor) => {
    assertEquals(await reactor.resolve("a.test"), "10.9.0.1");
  }));

Deno.test("BASE-02 reactor.resolve() fails as an installed DNSClient does", () =>
  withResolver({}, async (reactor) => {
    await assertRejects(() => reactor.resolve("missing.test").asPromise(), DNSNameError);
  }));

Deno.test("BASE-03 reactor.resolve() fails after the sum of its time-outs, and drops late answers", () =>
  withResolver({ decide: () => "late", lateSeconds: 5 }, async (reactor, sim) => {
    const error = await assertRejects(() => reactor.resolve("a.test", [1, 3]).asPromise());
    assertInstanceOf(error, DNSQueryTimeoutError);
    assert(sim.now >= 4 && sim.now < 4.5, `${sim.now}`);
    // The answers come now, and nobody is there to be told.
    await sim.sleep(5);
  }));
