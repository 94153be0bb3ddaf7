/**
 * What a reactor knows of its transports.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { ReactorTCP } from "../../../reactor/net/reactor_tcp.ts";
import { ClientFactory, PollReactor, Protocol, ServerFactory } from "../../../reactor/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

Deno.test("TransportSite.transports keeps nothing of attempts that have failed, and of what is closed", async () => {
  const sim = new Simulation({ seed: 1 });
  const reactor = new PollReactor(sim.host("host"));
  const tcp = new ReactorTCP(reactor, () => {});
  const ends: number[] = [];
  class Clients extends ClientFactory {
    override buildProtocol(): Protocol {
      const protocol = new Protocol();
      protocol.connectionMade = () => {
        ends.push(tcp.transports.size);
        protocol.transport.loseConnection();
      };
      return protocol;
    }
    override clientConnectionFailed(): void {
      ends.push(tcp.transports.size);
      tcp.connectTCP("10.0.0.1", 80, this);
    }
    override clientConnectionLost(): void {
      reactor.callLater(1, () => reactor.stop());
    }
  }
  await sim.run(async () => {
    const running = reactor.run();
    tcp.connectTCP("10.0.0.1", 81, new Clients());
    tcp.listenTCP(80, ServerFactory.forProtocol(Protocol));
    await running;
    // The refused attempt had left, the port was there.
    assertEquals([ends[0], tcp.transports.size], [1, 0]);
  });
});
