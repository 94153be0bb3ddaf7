/**
 * Z10: a DNS answer that comes after the connection that wanted it was destroyed.
 *
 * Real: nodejs/node#50841, nodejs/node-v0.x-archive#2749, oven-sh/bun#42316. The program resolves and
 * then connects; who asked gives up meanwhile; the continuation connects all the same, and nobody is left
 * to close what it opened.
 *
 * @module
 */

import { PollIOLoop } from "../../../ioloop/mod.ts";
import type { StreamHandle } from "../../../poller/mod.ts";
import { AF_INET, StubResolver } from "../../../resolver/mod.ts";
import { SimDNSServer, Simulation, type Strategy } from "../../../sim/mod.ts";

/** A connection that is looked up, opened and destroyed. */
abstract class Connection {
  protected stream: StreamHandle | null = null;
  protected isDestroyed = false;
  protected readonly loop: PollIOLoop;
  protected readonly resolver: StubResolver;

  constructor(loop: PollIOLoop, resolver: StubResolver) {
    this.loop = loop;
    this.resolver = resolver;
  }

  abstract open(host: string, port: number): Promise<void>;

  destroy(): void {
    this.isDestroyed = true;
    this.stream?.close();
  }

  protected connect(hostname: string, port: number): void {
    this.stream = this.loop.platform.network.connect({ transport: "tcp", hostname, port });
  }
}

/** The bug: the world may have changed while the answer was on its way. */
export class CarelessConnection extends Connection {
  override async open(host: string, port: number): Promise<void> {
    const [[, [address]]] = await this.resolver.resolve(host, port, AF_INET) as [
      [number, [string, number]],
    ];
    this.connect(address, port);
  }
}

/** The fix: look again after the wait. */
export class CarefulConnection extends Connection {
  override async open(host: string, port: number): Promise<void> {
    const [[, [address]]] = await this.resolver.resolve(host, port, AF_INET) as [
      [number, [string, number]],
    ];
    if (!this.isDestroyed) this.connect(address, port);
  }
}

/**
 * Opens a connection and destroys it after 0.3 s, while the answer takes 2 ms, or 0.5 s if the strategy
 * says so.
 *
 * @returns How many streams are left open.
 */
export async function giveUpWhileResolving(
  strategy: Strategy,
  ConnectionClass: new (loop: PollIOLoop, resolver: StubResolver) => Connection,
): Promise<number> {
  const sim = new Simulation({ strategy });
  const server = new SimDNSServer(sim, "ns", {
    records: [{ name: "db.test", type: "A", data: "10.0.0.9" }],
    faults: ["delay"],
    delaySeconds: 0.5,
  });
  const platform = sim.host("client");
  const loop = new PollIOLoop(platform);
  const resolver = new StubResolver(loop, { servers: [server.host.address] });
  const connection = new ConnectionClass(loop, resolver);
  await sim.run(() =>
    loop.runSync(async () => {
      const opened = connection.open("db.test", 80);
      loop.callLater(0.3, () => connection.destroy());
      await opened;
      await sim.sleep(1);
    })
  );
  resolver.close();
  server.close();
  const left = [...platform.network.handles.values()].filter(({ kind }) => kind === "stream");
  for (const stream of left) stream.abort();
  loop.close();
  return left.length;
}
