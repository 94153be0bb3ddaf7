/**
 * How the life of hosts ends, and how connections notice.
 *
 * @module
 */

import type { SimHost } from "./host.ts";

/** How a program ends: what its host tells the peers. */
export type ProgramEnd =
  /** Nothing: the host is gone, as after a power failure. */
  | "silent"
  /** Resets: the program crashed, and its host lives on. */
  | "resets"
  /** Ends of streams, after all that was sent: the program has stopped. */
  | "ends";

/** Ends the programs of all processes on a host: nothing of them runs any more. */
export function endProgram(host: SimHost, how: ProgramEnd): void {
  host.record(how === "ends" ? "stop" : "crash", "", how);
  host.program = "ended";
  host.pendingTurns = [];
  if (how === "silent") host.life = "down";
  for (const process of host.everyProcess) {
    process.poller.end();
    process.signals.clear();
    process.endChildren();
    const { network } = process;
    if (how !== "ends") network.leaveSocketFiles();
    for (const handle of [...network.handles.values(), ...network.disinherit()]) {
      if (how === "silent") handle.vanish();
      else if (how === "resets") handle.abort();
      else handle.close();
    }
  }
  host.world.faultsChanged();
}

/** Has connections that are probed begin to look for their peers. */
export function faultsChanged(hosts: Iterable<SimHost>): void {
  for (const host of hosts) {
    for (const handle of host.network.handles.values()) {
      if (handle.kind === "stream") handle.watchPeer();
    }
  }
}
