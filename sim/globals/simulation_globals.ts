/**
 * What a simulation does with the globals of the process.
 *
 * @module
 */

import { setAmbient } from "./deno_ambient.ts";
import type { PatchedGlobal } from "./deno_patch.ts";
import { listPatches } from "./deno_patches.ts";

/** The part of every {@linkcode Simulation} that concerns the globals of the process. */
export abstract class SimulationGlobals {
  /**
   * Lists the globals that a run simulates, and those that throw in it, with what to use instead.
   *
   * A run simulates what is looked up while it runs. What a module took out before (`const
   * { setTimeout } = globalThis`) or imports by name from a `node:` module stays real.
   *
   * @example Time is simulated, sockets are fenced
   * ```ts
   * import { Simulation } from "@twinloop/twinloop/sim";
   * import { assertEquals } from "@std/assert";
   *
   * const list = new Simulation().patched();
   * const actionOf = (name: string) => list.find((global) => global.name === name)?.action;
   * assertEquals([actionOf("Date.now"), actionOf("Deno.connect")], ["simulated", "fenced"]);
   * ```
   */
  patched(): PatchedGlobal[] {
    return listPatches();
  }

  /**
   * Calls a function in a run with the real globals.
   *
   * @typeParam T What it returns.
   * @param fn The function. What it does asynchronously happens outside of the simulation.
   * @returns What it returns.
   */
  real<T>(fn: () => T): T {
    const previous = setAmbient(null);
    try {
      return fn();
    } finally {
      setAmbient(previous);
    }
  }
}
