import { assertEquals } from "@std/assert";
import { PollReactor } from "../../../reactor/mod.ts";
import { random, Simulation, type SimulationOptions } from "../../../sim/mod.ts";
import { runGuarded } from "../../contract/tcp_contract.ts";
import { RecordingClients, RecordingServers } from "../../contract/tcp_recorders.ts";
import { REACTORS } from "../reactors.ts";

/** Without surprises, and with all that there are for listeners and streams. */
const WORLDS: Readonly<Record<string, () => SimulationOptions>> = {
  usual: () => ({ seed: 1 }),
  odd: () => ({ seed: 2, strategy: random(2), surprises: ["accept", "late", "spurious"] }),
};

for (const { label, make } of REACTORS) {
  for (const [name, options] of Object.entries(WORLDS)) {
    Deno.test(`TCP-29 a port closes those for whom there is no descriptor, and goes on (${label}, ${name})`, async () => {
      const sim = new Simulation(options());
      const { reactor, close } = make(sim.host("server"), {});
      const outside = new PollReactor(sim.host("client"));
      const log: string[] = [];
      const servers = new RecordingServers(log, { name: "" });
      const connect = (name: string) => {
        const clients = new RecordingClients(log, { name });
        outside.connectTCP("server", 80, clients);
        return clients;
      };
      await sim.run(() =>
        runGuarded(reactor, () =>
          runGuarded(outside, async () => {
            servers.port = reactor.listenTCP(80, servers);
            const first = connect("first");
            await first.next();
            const served = await servers.next();
            // Besides the port and the first connection nothing fits in.
            using limit = sim.hosts.limitDescriptors("server", 2);
            log.length = 0;
            const [second, third] = [connect("second"), connect("third")];
            await Promise.all([second.end(), third.end()]);
            assertEquals([second, third].map((each) => each.protocols[0]?.size), [0, 0]);
            assertEquals(servers.protocols, [served]);
            assertEquals(log.filter((line) => line.startsWith("first")), []);
            served.transport.loseConnection();
            await first.end();
            const fourth = connect("fourth");
            await Promise.all([fourth.next(), servers.next()]);
            assertEquals(servers.protocols.length, 2);
            limit[Symbol.dispose]();
            for (const client of fourth.protocols) client.transport.loseConnection();
            await servers.protocols[1]?.lost();
          }))
      );
      close();
      assertEquals(sim.leaks().map((leak) => `${leak.kind}: ${leak.description}`), []);
    });
  }
}
