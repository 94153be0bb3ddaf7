/** A client and its name servers in a simulation. */

import { assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import {
  DNSClient,
  type DNSClientOptions,
  StubResolver,
  type StubResolverOptions,
} from "../../resolver/mod.ts";
import { type DNSRecord, SimDNSServer, type SimDNSServerOptions } from "../../sim/dns/mod.ts";
import { Simulation, type SimulationOptions } from "../../sim/mod.ts";

/** Records that most tests do with. */
export const RECORDS: readonly DNSRecord[] = [
  { name: "a.test", type: "A", ttl: 60, data: "10.9.0.1" },
  { name: "a.test", type: "AAAA", ttl: 30, data: "fd00::1" },
  { name: "four.test", type: "A", data: "10.9.0.4" },
  { name: "six.test", type: "AAAA", data: "fd00::6" },
  { name: "alias.test", type: "CNAME", ttl: 20, data: "a.test" },
  { name: "circle.test", type: "CNAME", data: "circle2.test" },
  { name: "circle2.test", type: "CNAME", data: "circle.test" },
  { name: "text.test", type: "TXT", data: "hello" },
  { name: "short.search.test", type: "A", data: "10.9.0.5" },
];

/** A server that answers nothing. */
export const DROP: SimDNSServerOptions = { decide: () => "drop" };

/** A server whose answers fit into no datagram. */
export const TRUNCATE: SimDNSServerOptions = { decide: () => "truncate" };

/** What a test works with. */
export interface ResolverWorld {
  readonly sim: Simulation;
  readonly loop: PollIOLoop;
  readonly servers: readonly SimDNSServer[];
  /** The addresses of the servers, as options want them. */
  readonly addresses: readonly string[];
  client(options?: DNSClientOptions): DNSClient;
  stub(options?: StubResolverOptions): StubResolver;
}

/** How a world is made: the behaviour of each server, and that of the simulation. */
export interface ResolverWorldOptions {
  readonly servers?: readonly SimDNSServerOptions[];
  readonly simulation?: SimulationOptions;
}

/**
 * Runs a test on a loop of its own, with name servers on hosts of their own, and sees that nothing
 * is left behind: no handle, no registration, and on the loop no timer, even before `close()`.
 */
export async function withServers<T>(
  body: (world: ResolverWorld) => Promise<T>,
  options: ResolverWorldOptions = {},
): Promise<T> {
  const sim = new Simulation(options.simulation ?? { seed: 1 });
  const servers = (options.servers ?? [{}]).map((each, i) =>
    new SimDNSServer(sim, `ns${i}`, { records: RECORDS, ...each })
  );
  const loop = new PollIOLoop(sim.host("client"));
  const addresses = servers.map((server) => server.host.address);
  const made: { close(): void }[] = [];
  const world: ResolverWorld = {
    sim,
    loop,
    servers,
    addresses,
    client(given = {}) {
      const client = new DNSClient(loop, { servers: addresses, ...given });
      made.push(client);
      return client;
    },
    stub(given = {}) {
      const stub = new StubResolver(loop, { servers: addresses, ...given });
      made.push(stub);
      return stub;
    },
  };
  try {
    return await sim.run(async () => {
      let result: T | undefined;
      await loop.runSync(async () => {
        result = await body(world);
        // A pass or two later everything that was opened for the questions is closed again.
        for (let i = 0; i < 4; i++) {
          await new Promise((pass) => loop.callLater(0, pass as () => void));
        }
        assertEquals(openOn(sim, "client"), [], "the client has something open");
      });
      return result as T;
    });
  } finally {
    for (const each of made) each.close();
    for (const server of servers) server.close();
    loop.close();
    await sim.run();
    assertEquals(sim.leaks().map((leak) => `${leak.kind} ${leak.description}`), []);
  }
}

/** The handles that are open on a host. */
export function openOn(sim: Simulation, host: string): string[] {
  return [...sim.host(host).network.handles.values()].map((handle) => handle.kind);
}

/** The code of the error that a promise rejects with; `null` if it fulfils. */
export async function codeOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The questions that a server was asked, in order: `A a.test`. */
export function asked(server: SimDNSServer | undefined): string[] {
  return server?.queries.map(({ type, name }) => `${type} ${name}`) ?? [];
}
