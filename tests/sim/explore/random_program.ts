/**
 * Small programs of hosts, or of processes on hosts, that share cells and a port and send each other
 * messages, drawn at random.
 */

import fc from "fast-check";
import { type DatagramHandle, READ, SocketError } from "../../../poller/mod.ts";
import type { SimCell, SimulatedProcess, Simulation } from "../../../sim/mod.ts";

/** One turn of a host. */
export type Step =
  | { readonly kind: "read" | "write"; readonly cell: number }
  | { readonly kind: "send"; readonly to: number }
  | { readonly kind: "choose" | "wait" | "settle" | "fail" | "claim" | "shout" };

/** A program: what each host does, turn by turn, before it waits for messages. */
export type Program = readonly (readonly Step[])[];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("read"), cell: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write"), cell: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("send"), to: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("choose", "wait") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("claim", "shout") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("settle", "fail") }) },
) as fc.Arbitrary<Step>;

/** Draws programs whose schedules can all be run. */
export const program: fc.Arbitrary<Program> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 })
  .filter((hosts) => hosts.flat().length <= 6);

const PORT = 7;

/** The port that everybody wants. */
const WANTED = 99;

/** Where each part of a program runs: on a host of its own unless told otherwise. */
export type Places = (sim: Simulation, me: number) => SimulatedProcess;

const onHosts: Places = (sim, me) => sim.host(`h${me}`);

/** Has them be processes on one machine. */
export function onOneHost(sim: Simulation, me: number): SimulatedProcess {
  return sim.host("h").process(`p${me}`);
}

/** Has the first two be on one machine, and the last on another. */
export function onTwoHosts(sim: Simulation, me: number): SimulatedProcess {
  return me === 1 ? sim.host("h0").process("second") : sim.host(`h${me}`);
}

/** What a program is made of. */
export interface Parts {
  readonly sim: Simulation;
  readonly platforms: readonly SimulatedProcess[];
  readonly cells: readonly SimCell<number>[];
  /** What each part has seen so far. */
  readonly seen: readonly unknown[][];
  readonly resolve: () => void;
}

/**
 * Makes the scenario of a program: its outcome is what each part saw, in order.
 *
 * @param judge Adds oracles.
 */
export function scenarioOf(
  hosts: Program,
  place: Places = onHosts,
  judge: (parts: Parts) => void = () => {},
): (sim: Simulation) => unknown {
  return (sim) => {
    const cells = [sim.cell("x", 0), sim.cell("y", 0)];
    const seen = hosts.map((): unknown[] => []);
    const { promise, resolve } = Promise.withResolvers<void>();
    const platforms = hosts.map((_, me) => place(sim, me));
    const parts = { sim, platforms, cells, seen, resolve };
    judge(parts);
    hosts.forEach((steps, me) => begin(parts, steps, me));
    if (!hosts.flat().some(({ kind }) => kind === "settle")) return () => seen;
    return promise.then(() => JSON.stringify(seen));
  };
}

function begin(parts: Parts, steps: readonly Step[], me: number): void {
  const { poller, network } = parts.platforms[me] as SimulatedProcess;
  const log = parts.seen[me] as unknown[];
  const local = { transport: "udp", hostname: "0.0.0.0", port: PORT + me } as const;
  const socket = network.bindDatagram(local);
  poller.register(socket, READ);
  const receive = (handle: unknown): void => {
    log.push(`got ${(handle as DatagramHandle).receive()?.bytes[0]}`);
    // What arrives changes what is sent and shared from then on.
    (parts.cells[0] as SimCell<number>).value += 10;
  };
  const turns: Turns = { socket, claimed: null };
  const left = steps.slice();
  const turn = (): void => {
    const next = left.shift();
    let wait = next === undefined ? Infinity : 0;
    if (next?.kind === "wait") wait = 0.001;
    else if (next !== undefined) take(parts, next, me, turns);
    poller.poll(wait, receive, turn);
  };
  poller.poll(0, receive, turn);
}

/** The sockets of a part. */
interface Turns {
  readonly socket: DatagramHandle;
  /** The one at the port that everybody wants, if it is this part's. */
  claimed: DatagramHandle | null;
}

function take(parts: Parts, step: Step, me: number, turns: Turns): void {
  const { sim, cells, platforms, seen, resolve } = parts;
  const log = seen[me] as unknown[];
  const host = platforms[me] as SimulatedProcess;
  if (step.kind === "settle") return resolve();
  if (step.kind === "choose") return void log.push(sim.choose(`c${me}`, 2));
  if (step.kind === "fail" && cells[0]?.value === 10 + me) throw new Error(`h${me} fails`);
  if (step.kind === "read") log.push(cells[step.cell]?.value);
  if (step.kind === "write") (cells[step.cell] as SimCell<number>).value += me + 1;
  if (step.kind === "claim") claim(host, log, turns);
  const bytes = new Uint8Array([10 * me + log.length]);
  if (step.kind === "shout") {
    turns.socket.send(bytes, { transport: "udp", hostname: host.address, port: WANTED });
  }
  const to = step.kind === "send" ? platforms[step.to] : undefined;
  if (to === undefined || step.kind !== "send") return;
  turns.socket.send(bytes, { transport: "udp", hostname: to.address, port: PORT + step.to });
}

/** Takes the port that everybody wants, or gives it back. */
function claim({ poller, network }: SimulatedProcess, log: unknown[], turns: Turns): void {
  if (turns.claimed !== null) {
    turns.claimed.close();
    turns.claimed = null;
    return;
  }
  try {
    turns.claimed = network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: WANTED });
    poller.register(turns.claimed, READ);
    log.push("has it");
  } catch (error) {
    log.push(error instanceof SocketError ? error.code : "?");
  }
}
