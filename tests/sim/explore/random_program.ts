/** Small programs of hosts that share cells and send each other messages, drawn at random. */

import fc from "fast-check";
import { READ } from "../../../poller/mod.ts";
import type { SimCell, Simulation } from "../../../sim/mod.ts";

/** One turn of a host. */
export type Step =
  | { readonly kind: "read" | "write"; readonly cell: number }
  | { readonly kind: "send"; readonly to: number }
  | { readonly kind: "choose" | "wait" | "settle" | "fail" };

/** A program: what each host does, turn by turn, before it waits for messages. */
export type Program = readonly (readonly Step[])[];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("read"), cell: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write"), cell: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("send"), to: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("choose", "wait") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("settle", "fail") }) },
) as fc.Arbitrary<Step>;

/** Draws programs whose schedules can all be run. */
export const program: fc.Arbitrary<Program> = fc
  .array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 })
  .filter((hosts) => hosts.flat().length <= 6);

const PORT = 7;

/** Makes the scenario of a program: its outcome is what each host saw, in order. */
export function scenarioOf(hosts: Program): (sim: Simulation) => unknown {
  return (sim) => {
    const cells = [sim.cell("x", 0), sim.cell("y", 0)];
    const seen = hosts.map((): unknown[] => []);
    const { promise, resolve } = Promise.withResolvers<void>();
    hosts.forEach((steps, me) => begin({ sim, cells, seen, resolve }, steps, me));
    if (!hosts.flat().some(({ kind }) => kind === "settle")) return () => seen;
    return promise.then(() => JSON.stringify(seen));
  };
}

interface Parts {
  readonly sim: Simulation;
  readonly cells: readonly SimCell<number>[];
  readonly seen: readonly unknown[][];
  readonly resolve: () => void;
}

function begin(parts: Parts, steps: readonly Step[], me: number): void {
  const { poller, network } = parts.sim.host(`h${me}`);
  const log = parts.seen[me] as unknown[];
  const socket = network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: PORT });
  poller.register(socket, READ);
  const receive = (): void => {
    log.push(`got ${socket.receive()?.bytes[0]}`);
    // What arrives changes what is sent and shared from then on.
    (parts.cells[0] as SimCell<number>).value += 10;
  };
  const left = steps.slice();
  const turn = (): void => {
    const next = left.shift();
    let wait = next === undefined ? Infinity : 0;
    if (next?.kind === "wait") wait = 0.001;
    else if (next !== undefined) take(parts, next, me);
    poller.poll(wait, receive, turn);
  };
  poller.poll(0, receive, turn);
}

function take({ sim, cells, seen, resolve }: Parts, step: Step, me: number): void {
  const log = seen[me] as unknown[];
  const { network } = sim.host(`h${me}`);
  if (step.kind === "settle") return resolve();
  if (step.kind === "choose") return void log.push(sim.choose(`c${me}`, 2));
  if (step.kind === "fail" && cells[0]?.value === 10 + me) throw new Error(`h${me} fails`);
  if (step.kind === "read") log.push(cells[step.cell]?.value);
  if (step.kind === "write") (cells[step.cell] as SimCell<number>).value += me + 1;
  if (step.kind !== "send") return;
  const socket = [...network.handles.values()].find(({ kind }) => kind === "datagram");
  if (socket?.kind !== "datagram") return;
  const to = { transport: "udp", hostname: `h${step.to}`, port: PORT } as const;
  socket.send(new Uint8Array([10 * me + log.length]), to);
}
