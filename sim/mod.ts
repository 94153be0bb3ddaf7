/**
 * The simulated world: virtual time, hosts, and a network between them, in which programs written
 * on the loops of this package run without waiting and in the same way each time.
 *
 * @example Two hosts, and a second that takes no time
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const server = sim.host("server").network.listen({
 *   transport: "tcp",
 *   hostname: "0.0.0.0",
 *   port: 80,
 * });
 * await sim.run(async () => {
 *   sim.host("client").network.connect({ transport: "tcp", hostname: "server", port: 80 });
 *   await sim.sleep(1);
 *   assertEquals(server.accept()?.localAddress?.transport, "tcp");
 * });
 * ```
 *
 * @module
 */

export type { DrainMode } from "./driver/deno_drain.ts";
export { SimCell } from "./cell.ts";
export { chosen } from "./chosen_times.ts";
export type { ChosenTimes } from "./chosen_times.ts";
export { bimodal, exponential, fixed, fromTrace, logNormal, uniform } from "./distribution.ts";
export type { Distribution } from "./distribution.ts";
export type { PatchedGlobal } from "./globals/deno_patch.ts";
export { checkDeterminism } from "./determinism.ts";
export type { DeterminismOptions, Variation } from "./determinism.ts";
export { DeadlockError, DivergenceError, FencedError, SimulationError } from "./errors.ts";
export type { DivergenceSide, SimError, SimulationFailure, SimulationPlace } from "./errors.ts";
export { exploreInWorkers } from "./explore/deno_jobs.ts";
export type { ExploreInWorkersOptions } from "./explore/deno_jobs.ts";
export { ScenarioModuleError } from "./explore/deno_scenario_module.ts";
export { runSimTest, simTest, SimTestError } from "./explore/deno_sim_test.ts";
export type { SimTestOptions } from "./explore/deno_sim_test.ts";
export {
  NondeterminismError,
  SearchFileError,
  TapeError,
  TapeMismatchError,
} from "./explore/errors.ts";
export type { ExploreError } from "./explore/errors.ts";
export type { Audit } from "./explore/audit.ts";
export { explore } from "./explore/explore.ts";
export type {
  Exploration,
  ExplorationFailure,
  ExploreOptions,
  ExploreProgress,
  ExploreStrategy,
  Outcome,
  ScenarioOptions,
  SearchSummary,
} from "./explore/explore_options.ts";
export { identify } from "./explore/identity.ts";
export { formatOutcomes } from "./explore/outcome_text.ts";
export { pos } from "./explore/partial_order_sampling.ts";
export { pct } from "./explore/priority_strategies.ts";
export { replay } from "./explore/replay.ts";
export type { Replayed, ReplayOptions } from "./explore/replay.ts";
export { mergeResults } from "./explore/merge_results.ts";
export { parseResult, toResult } from "./explore/search_result.ts";
export type { ResultFailure, ResultOutcome, SearchResult } from "./explore/search_result.ts";
export { formatShard, parseShard } from "./explore/shard.ts";
export type { Shard } from "./explore/shard.ts";
export { Replay } from "./explore/replay_strategy.ts";
export type { ReplayMode, ReplayStrategyOptions } from "./explore/replay_strategy.ts";
export type { Chance, Overlap } from "./explore/search.ts";
export { shrink } from "./explore/shrink.ts";
export type { ShrinkOptions, Shrunk } from "./explore/shrink.ts";
export { Tape } from "./explore/tape.ts";
export type { Deviation, TapeContent } from "./explore/tape.ts";
export type { TakenReport } from "./driver/failures.ts";
export { areSame, compareRuns, formatComparison } from "./pictures/compare_runs.ts";
export type { ComparedEntry } from "./pictures/compare_runs.ts";
export { drawSequence } from "./pictures/sequence_diagram.ts";
export type { SequenceDiagramOptions } from "./pictures/sequence_diagram.ts";
export { drawTimeline } from "./pictures/timeline_page.ts";
export type { TimelineOptions } from "./pictures/timeline_page.ts";
export { writePerfetto } from "./pictures/perfetto_trace.ts";
export { recordRun } from "./pictures/recorded_run.ts";
export type { RecordedRun } from "./pictures/recorded_run.ts";
export { HeldMessages } from "./network/held_messages.ts";
export { type DescriptorLimitOptions, HostControl } from "./host/host_control.ts";
export { HostClock } from "./host/host_clock.ts";
export type { Leak } from "./driver/inspect.ts";
export type { LinkSettings, Rate } from "./network/link_settings.ts";
export { NetworkControl } from "./network/network_control.ts";
export type { HostGroup } from "./network/network_control.ts";
export type {
  LinkSelector,
  MessageKind,
  NetworkMessage,
  NetworkRule,
} from "./network/network_rules.ts";
export { recordToFile } from "./recording/deno_record_to_file.ts";
export type { FileRecording } from "./recording/deno_record_to_file.ts";
export { RecordingEndedError, RecordingError, RecordingMismatchError } from "./recording/errors.ts";
export type { AnyRecordingError } from "./recording/errors.ts";
export type { RecordSink } from "./recording/record_sink.ts";
export { Recording } from "./recording/recording.ts";
export type { RecordingEntry } from "./recording/format.ts";
export type { ReadRecordingOptions, RecordingContent } from "./recording/recording.ts";
export { RecordingPlatform } from "./recording/recording_platform.ts";
export type { RecordingOptions } from "./recording/recording_platform.ts";
export { replayRecording } from "./recording/replay_recording.ts";
export type { ReplayedRecording, ReplayRecordingOptions } from "./recording/replay_recording.ts";
export { formatSeed, parseSeed, SeededRandom, splitSeed } from "./seed.ts";
export type { Seed } from "./seed.ts";
export type { OracleOptions } from "./oracle_scope.ts";
export type { Condition, Oracles, Within } from "./oracles.ts";
export { Sightings } from "./sightings.ts";
export { SimClock } from "./sim_clock.ts";
export type { SimClockOptions } from "./sim_clock.ts";
export { SimProcess } from "./host/sim_process.ts";
export type {
  SimProcesses,
  SimProcessParts,
  SimProgram,
  SimProgramPipe,
  SimProgramResult,
  SimTerminal,
} from "./host/sim_process.ts";
export { Simulation } from "./simulation.ts";
export { SimulationGlobals } from "./globals/simulation_globals.ts";
export { SimulationOracles } from "./simulation_oracles.ts";
export { SimulationTime } from "./simulation_time.ts";
export type { SimScenario } from "./simulation.ts";
export type {
  SimulatedHost,
  SimulatedProcess,
  SimulationOptions,
  Surprise,
} from "./simulation_options.ts";
export { fifo, random } from "./strategy.ts";
export type { ChoiceCandidate, ChoicePlace, Strategy } from "./strategy.ts";
export { Swarm } from "./swarm.ts";
export type { SwarmOptions } from "./swarm.ts";
export type { SwarmConfiguration, SwarmDrift, SwarmFault } from "./swarm_draw.ts";
export { Trace } from "./trace.ts";
export type { TraceEntry } from "./trace.ts";
export type { LinkOptions } from "./world.ts";
