/**
 * The smallest network: two hosts with loops.
 *
 * @module
 */

import { assertThrows } from "@std/assert";
import {
  type ListenerHandle,
  READ,
  SocketError,
  type StreamHandle,
  type TCPAddress,
  WRITE,
} from "../../poller/mod.ts";
import { Simulation, type SimulationOptions } from "../../sim/mod.ts";
import { RawLoop, ready } from "./raw_loop.ts";

/** The server, as the client reaches it. */
export const HTTP: TCPAddress = { transport: "tcp", hostname: "server", port: 80 };
/** Where the server listens. */
export const ANY: TCPAddress = { transport: "tcp", hostname: "0.0.0.0", port: 80 };

/** A server and a client, each with a loop. */
export class TwoHosts {
  readonly sim: Simulation;
  readonly server: RawLoop;
  readonly client: RawLoop;

  constructor(options: SimulationOptions = {}) {
    this.sim = new Simulation(options);
    this.server = new RawLoop(this.sim.host("server")).start();
    this.client = new RawLoop(this.sim.host("client")).start();
  }

  listen(address: TCPAddress = ANY, backlog = 128): ListenerHandle {
    return this.server.platform.network.listen(address, { backlog });
  }

  connect(address: TCPAddress = HTTP): StreamHandle {
    return this.client.platform.network.connect(address);
  }

  async pair(): Promise<{ client: StreamHandle; server: StreamHandle }> {
    const listener = this.listen();
    const client = this.connect();
    // A report may be spurious where the test asks for surprises.
    do await ready(this.client, client, WRITE); while (client.connecting);
    let server: StreamHandle | undefined;
    while ((server = listener.accept()) === undefined) await ready(this.server, listener, READ);
    listener.close();
    return { client, server };
  }
}

/** Waits for the outcome of an attempt to connect: its code and when it came. */
export async function outcome(
  world: TwoHosts,
  stream: StreamHandle,
): Promise<[string, number, number]> {
  const events = await ready(world.client, stream, WRITE);
  return [stream.takeError()?.code ?? "connected", world.sim.now, events];
}

/** Returns the code of the error that a function throws. */
export function codeOf(fn: () => unknown): string {
  return assertThrows(fn, SocketError).code;
}
