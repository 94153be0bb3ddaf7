/** A run with a connection, an answer, and a datagram that may be lost. */

import { type RecordedRun, recordRun, type Simulation, Tape } from "../../../sim/mod.ts";
import { echo } from "../echo_program.ts";

/** A client, a server, and a datagram from a third. */
export async function program(sim: Simulation): Promise<string> {
  sim.network.shape({ from: "third" }, { loss: "choose" });
  const local = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
  sim.host("server").network.bindDatagram(local);
  sim.host("third").network.bindDatagram(local)
    .send(new Uint8Array(3), { transport: "udp", hostname: "server", port: 7 });
  return `${(await echo(sim, new Uint8Array(10))).length} bytes`;
}

/** Runs it as usual. */
export function usualRun(): Promise<RecordedRun> {
  return recordRun(program, null, { name: "echo" });
}

/** Runs it with the datagram lost. */
export function lossyRun(): Promise<RecordedRun> {
  const deviation = {
    index: 0,
    label: "udp/loss",
    bound: 2,
    value: 1,
    cause: 0,
    nth: 0,
    host: "third",
    picked: 0,
    over: 0,
    words: "",
  };
  const tape = new Tape({ scenario: "echo", seed: "0", length: 1, deviations: [deviation] });
  return recordRun(program, tape, { name: "echo", mode: "fallback" });
}

/** The entries of a run as short texts: `server arrive`. */
export function textsOf({ entries }: RecordedRun): string[] {
  return entries.map(({ host, kind }) => `${host} ${kind}`.trim());
}
