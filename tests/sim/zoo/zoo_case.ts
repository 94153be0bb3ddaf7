/** Bugs of real programs as small ones, and what their worlds need. */

import {
  type DatagramHandle,
  type Platform,
  READ,
  type StreamHandle,
} from "../../../poller/mod.ts";
import { type IOLoop, PollIOLoop } from "../../../ioloop/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";

/** A bug, and the same program without it. */
export interface ZooCase {
  /** Its number in the catalogue, and what goes wrong. */
  readonly name: string;
  /** How many deviations it takes. */
  readonly depth: number;
  /** The program. */
  readonly run: (sim: Simulation, isFixed: boolean) => unknown;
}

/** The bound at which the cases and their twins are run: one more than any bug needs. */
export const DEVIATIONS = 2;

/** How many schedules are drawn, or searched by classes, at most. */
export const SCHEDULES_MAX = 2000;

/** How long a message takes from host to host, in seconds. */
export const LATENCY = 0.001;

const PORT = 7;
/** Where the server gets answers. */
const ANSWERS = 11;
/** How long a helper cleans up, in seconds. */
const CLEANING = 20 * LATENCY;

/** Makes a loop on a host and starts it. */
export function startLoop(sim: Simulation, name: string): PollIOLoop {
  const loop = new PollIOLoop(sim.host(name));
  loop.start();
  return loop;
}

/** Has a host call a function for each datagram that it gets. */
export function onMessage(
  loop: IOLoop,
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

/** Sends a datagram now: it is there after the latency. */
export function send(from: Platform, text: string, port: number = PORT, to = "server"): void {
  const local = { transport: "udp", hostname: "0.0.0.0", port: 0 } as const;
  const socket = from.network.bindDatagram(local);
  socket.send(new TextEncoder().encode(text), { transport: "udp", hostname: to, port });
  socket.close();
}

/**
 * Starts a host that answers what the server asks at once, unless it cleans up just then: a question that
 * comes at `cleansUpAt` is usually seen before the timer, and may be seen after it.
 */
export function startHelper(sim: Simulation, name: string, cleansUpAt: number): void {
  const loop = startLoop(sim, name);
  let freeAt = 0;
  onMessage(loop, (question) => {
    loop.callAt(Math.max(freeAt, loop.time()), () => send(loop.platform, question, ANSWERS));
  });
  loop.callLater(cleansUpAt, () => freeAt = loop.time() + CLEANING);
}

/** Has a loop ask helpers; what it returns resolves when the answer is there. */
export function askFrom(loop: PollIOLoop): (helper: string, question: string) => Promise<void> {
  const waiting = new Map<string, () => void>();
  onMessage(loop, (question) => waiting.get(question)?.(), ANSWERS);
  return (helper, question) => {
    send(loop.platform, question, PORT, helper);
    return new Promise((resolve) => waiting.set(question, resolve));
  };
}

/** Connects a client to a listener on the server. */
export async function connectPair(
  server: PollIOLoop,
  client: Platform,
  sim: Simulation,
  port = 80,
): Promise<{ accepted: StreamHandle; stream: StreamHandle }> {
  const address = { transport: "tcp", hostname: "0.0.0.0", port } as const;
  const listener = server.platform.network.listen(address);
  const stream = client.network.connect({ transport: "tcp", hostname: "server", port });
  await sim.sleep(10 * LATENCY);
  const accepted = listener.accept() as StreamHandle;
  listener.close();
  return { accepted, stream };
}

/** Sends all of some bytes, however few the network takes at once. */
export async function sendAll(
  stream: StreamHandle,
  bytes: Uint8Array<ArrayBuffer>,
  sim: Simulation,
): Promise<void> {
  for (let rest = bytes;;) {
    rest = rest.subarray(stream.send(rest));
    if (rest.length === 0) return;
    await sim.sleep(LATENCY / 4);
  }
}

/** Fails the run unless two things are equal. */
export function expect(actual: unknown, expected: unknown, what: string): void {
  if (actual === expected) return;
  throw new Error(`expected ${what} to be ${expected}, got ${actual}`);
}
