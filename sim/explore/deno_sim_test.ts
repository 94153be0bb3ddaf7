/**
 * Searches as tests of Deno.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import { explore } from "./explore.ts";
import type { ExploreOptions } from "./explore_options.ts";
import { replay } from "./replay.ts";
import { hashName, Tape } from "./tape.ts";

const VARIABLE = "TWINLOOP_REPLAY";

/** How a test that searches is made. */
export interface SimTestOptions extends Omit<ExploreOptions, "name" | "stopAtFailure"> {
  /**
   * Where to write the tape of a failure, as a file of JSON lines; for example
   * `new URL("deposit.tape.jsonl", import.meta.url)`. Needs the permission to write there; without it,
   * nothing is written.
   */
  readonly tapeFile?: URL | string;
}

/** A search found a failure; the message is the report. */
export class SimTestError extends Error {
  /** The class's name. */
  override readonly name = "SimTestError";
  /** Tells this error from others in a `switch`. */
  readonly code = "SIM_TEST";
}

/**
 * Registers a test that runs a scenario under many schedules, and fails with a report if one of them
 * fails. What the scenario writes to the console is dropped.
 *
 * If the environment variable `TWINLOOP_REPLAY` holds the tape of a failure of this test, it replays
 * that tape instead, and shows the console.
 *
 * @example A test
 * ```ts ignore
 * import { simTest } from "@twinloop/twinloop/sim";
 *
 * simTest("two deposits add up", async (sim) => {
 *   await sim.sleep(1);
 * }, { deviations: 2 });
 * ```
 *
 * @param name The name of the test, and of the scenario.
 * @param scenario The test.
 * @param options How to search, and when to stop.
 */
export function simTest(name: string, scenario: SimScenario, options: SimTestOptions = {}): void {
  Deno.test(name, () => runSimTest(name, scenario, options));
}

/**
 * Does what the test that {@linkcode simTest} registers does.
 *
 * @param name The name of the test, and of the scenario.
 * @param scenario The test.
 * @param options How to search, and when to stop.
 * @throws {SimTestError} If a schedule fails.
 */
export async function runSimTest(
  name: string,
  scenario: SimScenario,
  options: SimTestOptions = {},
): Promise<void> {
  const tape = tapeToReplay(name);
  if (tape !== null) {
    await replay(scenario, tape, { ...options, name, quiet: false });
    return;
  }
  const { failure } = await explore(scenario, { quiet: true, ...options, name });
  if (failure === null) return;
  const { tapeFile } = options;
  const isWritten = tapeFile !== undefined && mayWrite(tapeFile);
  if (isWritten) await Deno.writeTextFile(tapeFile, failure.tape.toFile());
  const where = isWritten ? `\nTape:       ${tapeFile}` : "";
  throw new SimTestError(failure.report + where, { cause: failure.error });
}

/** The tape in the environment, if it is one of this test. */
function tapeToReplay(name: string): Tape | null {
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  const text = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  if (text === undefined || text === "") return null;
  const tape = Tape.parse(text);
  return tape.scenarioHash === hashName(name) ? tape : null;
}

function mayWrite(path: URL | string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state === "granted";
}
