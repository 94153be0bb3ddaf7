/** The resolver on every loop of this package, and on towers of them. */

import { assertEquals } from "@std/assert";
import { PollIOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import type { Platform } from "../../poller/mod.ts";
import { PollReactor, TornadoReactor } from "../../reactor/mod.ts";
import { type AnyLoop, StubResolver } from "../../resolver/mod.ts";
import { SimDNSServer } from "../../sim/dns/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { RECORDS } from "./resolver_world.ts";

interface Runner {
  readonly loop: AnyLoop;
  run(main: () => Promise<void>): Promise<void>;
}

function ofIOLoop(
  loop: PollIOLoop | TwistedIOLoop,
  close: () => void = () => loop.close(),
): Runner {
  return {
    loop,
    async run(main) {
      await loop.runSync(main);
      close();
    },
  };
}

function ofReactor(reactor: PollReactor | TornadoReactor, close: () => void = () => {}): Runner {
  return {
    loop: reactor,
    async run(main) {
      const ran = reactor.run();
      await main();
      reactor.stop();
      await ran;
      close();
    },
  };
}

const LOOPS: Record<string, (platform: Platform) => Runner> = {
  "PollIOLoop": (platform) => ofIOLoop(new PollIOLoop(platform)),
  "PollReactor": (platform) => ofReactor(new PollReactor(platform)),
  "TwistedIOLoop on PollReactor": (platform) => {
    const reactor = new PollReactor(platform);
    return ofIOLoop(new TwistedIOLoop(reactor));
  },
  "TornadoReactor on PollIOLoop": (platform) => {
    const loop = new PollIOLoop(platform);
    return ofReactor(new TornadoReactor(loop), () => loop.close());
  },
};

for (const [name, make] of Object.entries(LOOPS)) {
  Deno.test(`StubResolver works on ${name}: over UDP, over TCP, after a time-out`, async () => {
    const sim = new Simulation({ seed: 1 });
    const lost = new Set<string>();
    const server = new SimDNSServer(sim, "ns", {
      records: RECORDS,
      decide: ({ name, type }) => {
        if (name === "six.test") return "truncate";
        if (name !== "four.test" || lost.has(type)) return null;
        lost.add(type);
        return "drop";
      },
    });
    const runner = make(sim.host("client"));
    const resolver = new StubResolver(runner.loop, { servers: [server.host.address] });
    const found: unknown[] = [];
    await sim.run(() =>
      runner.run(async () => {
        for (const host of ["a.test", "six.test", "four.test"]) {
          const { addresses } = await resolver.lookup(host);
          found.push([host, ...addresses.map(({ address }) => address)]);
        }
        resolver.close();
      })
    );
    server.close();
    await sim.run();
    assertEquals(found, [
      ["a.test", "10.9.0.1", "fd00::1"],
      ["six.test", "fd00::6"],
      ["four.test", "10.9.0.4"],
    ]);
    assertEquals(sim.leaks().map(({ kind, description }) => `${kind} ${description}`), []);
  });
}
