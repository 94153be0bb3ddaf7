/** Bugs of real programs as small ones, and what their worlds need. */

import {
  type DatagramHandle,
  type Platform,
  READ,
  type StreamHandle,
} from "../../../poller/mod.ts";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";

/** A bug, and the same program without it. */
export interface ZooCase {
  /** Its number in the catalogue, and what goes wrong. */
  readonly name: string;
  /** How many deviations it takes. */
  readonly depth: number;
  /** The program; `unrelated` is called between its steps, and does what the bug has nothing to do with. */
  readonly run: (sim: Simulation, isFixed: boolean, unrelated: () => void) => unknown;
}

/** How long a message takes from host to host, in seconds. */
export const LATENCY = 0.001;

const PORT = 7;

/** Makes a loop on a host and starts it. */
export function startLoop(sim: Simulation, name: string): PollIOLoop {
  const loop = new PollIOLoop(sim.host(name));
  loop.start();
  return loop;
}

/** Has a host call a function for each datagram that it gets. */
export function onMessage(
  loop: PollIOLoop,
  fn: (text: string) => void,
  port: number = PORT,
): DatagramHandle {
  const address = { transport: "udp", hostname: "0.0.0.0", port } as const;
  const socket = loop.platform.network.bindDatagram(address);
  loop.addHandler(socket, () => {
    const datagram = socket.receive();
    if (datagram !== undefined) fn(new TextDecoder().decode(datagram.bytes));
  }, READ);
  return socket;
}

/** Sends a datagram to the server now: it is there after the latency. */
export function send(from: Platform, text: string, port: number = PORT): void {
  const local = { transport: "udp", hostname: "0.0.0.0", port: 0 } as const;
  const socket = from.network.bindDatagram(local);
  socket.send(new TextEncoder().encode(text), { transport: "udp", hostname: "server", port });
  socket.close();
}

/** Connects a client to a listener on the server. */
export async function connectPair(
  server: PollIOLoop,
  client: Platform,
  sim: Simulation,
): Promise<{ accepted: StreamHandle; stream: StreamHandle }> {
  const address = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
  const listener = server.platform.network.listen(address);
  const stream = client.network.connect({ transport: "tcp", hostname: "server", port: 80 });
  await sim.sleep(10 * LATENCY);
  const accepted = listener.accept() as StreamHandle;
  listener.close();
  return { accepted, stream };
}

/** Fails the run unless two things are equal. */
export function expect(actual: unknown, expected: unknown, what: string): void {
  if (actual === expected) return;
  throw new Error(`expected ${what} to be ${expected}, got ${actual}`);
}
