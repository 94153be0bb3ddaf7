/**
 * A run with all that pictures need.
 *
 * @module
 */

import { runInDetail } from "../explore/detail.ts";
import { checkScenario, makeRunner, type ReplayOptions } from "../explore/replay.ts";
import { Replay } from "../explore/replay_strategy.ts";
import { Tape } from "../explore/tape.ts";
import type { SimScenario } from "../simulation.ts";
import type { Trace, TraceEntry } from "../trace.ts";

/** What happened in a run, for pictures and comparisons. */
export interface RecordedRun {
  /** The name of the scenario; empty if it has none. */
  readonly scenario: string;
  /** The tape of the run. */
  readonly tape: Tape;
  /** What the scenario returned, as text, or `failed:` and the identity of the failure. */
  readonly outcome: string;
  /** What the run failed with; `null` if it passed. */
  readonly failure: { readonly error: unknown } | null;
  /** How many deviations of the tape were not taken because they did not fit. */
  readonly skipped: number;
  /** What happened, oldest first. */
  readonly entries: readonly TraceEntry[];
  /** How many earlier entries were not kept. */
  readonly dropped: number;
  /** The causal name of what caused each event, by the causal name of the event. */
  readonly parents: ReadonlyMap<number, number>;
}

/**
 * Runs what a tape recorded, as {@linkcode replay} does, and keeps what happened, whether the run
 * passes or fails.
 *
 * @example The hosts of a run
 * ```ts
 * import { recordRun } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const run = await recordRun((sim) => {
 *   const { network } = sim.host("server");
 *   network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
 * });
 * assertEquals(run.entries.map(({ host, kind }) => `${host} ${kind}`), [" main", "server listen"]);
 * ```
 *
 * @param scenario The scenario.
 * @param tape The tape, or its text; without one, every decision is answered as usual.
 * @param options How closely to keep to the tape, and what the world is like.
 * @returns The run.
 * @throws {TapeError} If the text is no tape, or one of another scenario.
 * @throws {TapeMismatchError} If the mode is `"strict"` and the tape does not fit.
 */
export async function recordRun(
  scenario: SimScenario,
  tape: Tape | string | null = null,
  options: ReplayOptions = {},
): Promise<RecordedRun> {
  const { name = "", mode } = options;
  const parsed = typeof tape === "string" ? Tape.parse(tape) : tape;
  if (parsed !== null) checkScenario(parsed, options);
  const world = { ...options.world, traceParents: true };
  const seed = options.seed ?? parsed?.seed ?? 0;
  const runner = makeRunner(scenario, { ...options, world, seed });
  const empty = new Tape({ scenario: name, seed: "0", length: 0, deviations: [] });
  const strategy = new Replay(parsed ?? empty, parsed === null ? "fallback" : mode, options);
  const run = await runInDetail(runner, strategy, name);
  const misfit = strategy.mismatch;
  strategy.finish();
  // A deviation that does not fit explains whatever came of it; a failure explains an early end.
  const { mismatch, skipped } = strategy;
  if (mismatch !== null && (run.failure === null || mismatch === misfit)) throw mismatch;
  const { trace } = run.sim;
  return {
    scenario: name,
    tape: run.tape,
    outcome: run.outcome,
    failure: run.failure,
    skipped,
    ...keep(trace),
  };
}

function keep(trace: Trace): Pick<RecordedRun, "entries" | "dropped" | "parents"> {
  const entries = [...trace];
  return { entries, dropped: trace.length - entries.length, parents: trace.parents ?? new Map() };
}
