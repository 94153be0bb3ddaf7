/**
 * A name server for the hosts of a simulation: it answers from a list of records, over UDP and TCP, and does
 * wrong what it is told to.
 *
 * An entry point of its own, since it brings `npm:dns-packet` along, which the rest of the simulation does
 * not need.
 *
 * @example A resolver asks it
 * ```ts
 * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
 * import { StubResolver } from "@twinloop/twinloop/resolver";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { SimDNSServer } from "@twinloop/twinloop/sim/dns";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * using server = new SimDNSServer(sim, "ns", {
 *   records: [{ name: "a.test", type: "A", data: "10.9.0.1" }],
 * });
 * const loop = new PollIOLoop(sim.host("client"));
 * const resolver = new StubResolver(loop, { servers: [server.host.address] });
 * const found = await sim.run(() => loop.runSync(() => resolver.lookup("a.test")));
 * assertEquals(found?.addresses.map(({ address }) => address), ["10.9.0.1"]);
 * ```
 *
 * @module
 */

export type { DNSFault } from "./dns_faults.ts";
export type { DNSQuestion, DNSRecord } from "./dns_packets.ts";
export { SimDNSServer } from "./dns_server.ts";
export type { DNSQueryEntry, SimDNSServerOptions } from "./dns_server.ts";
