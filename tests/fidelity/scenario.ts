/**
 * What is compared between real sockets and simulated ones.
 *
 * @module
 */

import type { Lab } from "./lab.ts";

/** Uses sockets in some way, and says what came of it. */
export interface Scenario {
  /** What happens, as it stands in the table. */
  readonly name: string;
  /**
   * Runs it.
   *
   * @param lab Sockets. What is left open is closed afterwards.
   * @returns What was seen: a few words without anything that differs from run to run by nature.
   */
  run(lab: Lab): Promise<string>;
}

/** Scenarios of one theme, by name. */
export type Scenarios = Readonly<Record<string, Scenario["run"]>>;
