/**
 * What ports tell the log.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PollReactor, Protocol, ServerFactory } from "../../../reactor/mod.ts";
import { Simulation } from "../../../sim/mod.ts";
import { OTHER } from "../../contract/tls_certificates.ts";

Deno.test("TCP-27, TCP-28 a port logs that it starts and that it is closed", async () => {
  const log: string[] = [];
  const sim = new Simulation({ seed: 1 });
  const reactor = new PollReactor(sim.host("server"), {
    logObserver: ({ level, message, system }) => void log.push(`${level} ${system}: ${message}`),
  });
  await sim.run(async () => {
    const running = reactor.run();
    const factory = ServerFactory.forProtocol(Protocol);
    await reactor.listenTCP(8000, factory).stopListening();
    await reactor.listenSSL(8443, factory, OTHER).stopListening();
    reactor.stop();
    await running;
  });
  const name = ServerFactory.forProtocol(Protocol).constructor.name;
  assertEquals(log.filter((line) => line.includes(name)), [
    `info ${name}: ${name} starting on 8000`,
    `info ${name}: (TCP Port 8000 Closed)`,
    `info ${name}: ${name} starting on 8443`,
    `info ${name}: (TLS Port 8443 Closed)`,
  ]);
});
