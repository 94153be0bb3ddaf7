/**
 * Ports by name in simulated and remembered networks.
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  ClientFactory,
  MemoryReactor,
  PollReactor,
  Protocol,
  ServerFactory,
  ServiceNameUnknownError,
  wire,
} from "../../../reactor/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

Deno.test("connectTCP() reaches a service that a simulated host knows by name", async () => {
  const sim = new Simulation();
  const host = sim.host("host");
  sim.hosts.services("host").set("parrot/tcp", 5432);
  const reactor = new PollReactor(host);
  const heard: string[] = [];
  class Asking extends Protocol {
    override connectionMade(): void {
      this.transport.write(new TextEncoder().encode("hello"));
    }
    override dataReceived(data: Uint8Array): void {
      heard.push(new TextDecoder().decode(data));
      reactor.stop();
    }
  }
  await sim.run(() => {
    reactor.listenTCP(5432, ServerFactory.forProtocol(wire.Echo));
    reactor.connectTCP("127.0.0.1", "parrot", ClientFactory.forProtocol(Asking));
    return reactor.run();
  });
  assertEquals(heard, ["hello"]);
});

Deno.test("HostControl.services() are a host's own, and outlive a crash", () => {
  const sim = new Simulation();
  const { network } = sim.host("host");
  assertEquals(network.findService("http", "tcp"), 80);
  sim.hosts.services("host").delete("http/tcp");
  sim.hosts.services("host").set("parrot/udp", 7);
  sim.hosts.crash("host");
  const { network: again } = sim.hosts.restart("host");
  assertEquals([again.findService("http", "tcp"), again.findService("parrot", "udp")], [null, 7]);
  assertEquals(sim.host("other").network.findService("http", "tcp"), 80);
  assertThrows(() => sim.hosts.services("nobody"), TypeError, "there is no such host");
});

Deno.test("MemoryReactor takes a service by name and remembers it as it was asked for", () => {
  const reactor = new MemoryReactor();
  const factory = new ClientFactory();
  const connector = reactor.connectTCP("example.com", "http", factory);
  assertEquals(reactor.tcpClients.map(({ port }) => port), ["http"]);
  assertEquals(
    `${connector.getDestination()}`,
    "HostnameAddress(hostname='example.com', port=80)",
  );
  assertThrows(
    () => reactor.connectTCP("example.com", "parrot", factory),
    ServiceNameUnknownError,
  );
  assertEquals(reactor.tcpClients.length, 1);
});
