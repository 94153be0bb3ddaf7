/**
 * A machine with two processes.
 *
 * @module
 */

import { type SimulatedHost, type SimulatedProcess, Simulation } from "../../sim/mod.ts";
import { RawLoop } from "./raw_loop.ts";

/** What {@linkcode twoProcesses} makes. */
export interface TwoProcesses {
  readonly sim: Simulation;
  readonly server: SimulatedHost;
  readonly one: SimulatedProcess;
  readonly two: SimulatedProcess;
  readonly client: SimulatedHost;
  readonly loops: { readonly one: RawLoop; readonly two: RawLoop };
}

/** Makes a machine with two processes that have loops, and another machine without. */
export function twoProcesses(sim: Simulation = new Simulation()): TwoProcesses {
  const server = sim.host("server");
  const [one, two] = [server.process("one"), server.process("two")];
  const loops = { one: new RawLoop(one).start(), two: new RawLoop(two).start() };
  return { sim, server, one, two, client: sim.host("client"), loops };
}
