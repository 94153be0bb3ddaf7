/**
 * The scenarios of tests, for the command that loads a test's module.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import type { ScenarioOptions } from "./explore_options.ts";

/** A scenario that a test was made of. */
export interface RegisteredScenario {
  /** The scenario. */
  readonly scenario: SimScenario;
  /** What its worlds are like. */
  readonly options: ScenarioOptions;
}

/** Under a symbol that other copies of this module share: the command may come from another place than the tests. */
const KEY: unique symbol = Symbol.for("@twinloop/twinloop/sim tests");

/** Returns the scenarios of all tests that were registered in this process, by name. */
export function registeredScenarios(): Map<string, RegisteredScenario> {
  const global = globalThis as { [KEY]?: Map<string, RegisteredScenario> };
  return global[KEY] ??= new Map();
}
