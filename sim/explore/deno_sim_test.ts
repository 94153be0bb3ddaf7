/**
 * Searches as tests of Deno.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import { explore } from "./explore.ts";
import type { Exploration, ExploreOptions } from "./explore_options.ts";
import { commandsFor, placeOf, VARIABLE, writeTape } from "./deno_tape_place.ts";
import { formatOutcomes } from "./outcome_text.ts";
import { replay } from "./replay.ts";
import { registeredScenarios } from "./sim_test_registry.ts";
import { hashName, Tape } from "./tape.ts";

/** How a test that searches is made. */
export interface SimTestOptions extends Omit<ExploreOptions, "name" | "stopAtFailure"> {
  /**
   * Where to write the tape of a failure, as a file of JSON lines; `false` for nowhere. Without the
   * permission to write there nothing is written, nobody is asked, and the report says so.
   *
   * @default {beside the test's module: `deposit_test.two_deposits.tape.jsonl`}
   */
  readonly tapeFile?: URL | string | false;
  /**
   * Told what the search came to, also if every schedule passes: the guarantee, and the outcomes, which
   * {@linkcode formatOutcomes} writes.
   *
   * @default {nobody is told}
   */
  readonly onResult?: (result: Exploration) => void;
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
 * The report says what broke, in which points the schedule deviates from the usual one, what the trace ends
 * with, and how to run that schedule again: as a line to paste, as a test, and by the command. The command finds the
 * test by its name in the module. If the environment variable `TWINLOOP_REPLAY` holds the tape of a failure of this
 * test, it replays that tape instead, and shows the console.
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
  registeredScenarios().set(name, { scenario, options });
  Deno.test(name, ({ origin }) => runIn(origin, name, scenario, options));
}

/**
 * Does what the test that {@linkcode simTest} registers does; as it does not know the test's module, it
 * writes no tape unless it is told where.
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
  await runIn(null, name, scenario, options);
}

async function runIn(
  module: string | null,
  name: string,
  scenario: SimScenario,
  options: SimTestOptions,
): Promise<void> {
  const tape = tapeToReplay(name);
  if (tape !== null) {
    await replay(scenario, tape, { ...options, name, quiet: false });
    return;
  }
  const result = await explore(scenario, { quiet: true, ...options, name });
  options.onResult?.(result);
  const { failure, outcomes } = result;
  if (failure === null) return;
  const lines = [failure.report, ...commandsFor(module, name, failure.tape)];
  const place = placeOf(options.tapeFile, module, name);
  if (place !== null) lines.push(await writeTape(place, failure.tape));
  if (outcomes.length > 1) lines.push(`Outcomes so far:\n${formatOutcomes(outcomes)}`);
  throw new SimTestError(lines.join("\n"), { cause: failure.error });
}

/** The tape in the environment, if it is one of this test. */
function tapeToReplay(name: string): Tape | null {
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  const text = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  if (text === undefined || text === "") return null;
  const tape = Tape.parse(text);
  return tape.scenarioHash === hashName(name) ? tape : null;
}
