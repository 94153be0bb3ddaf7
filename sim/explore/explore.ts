/**
 * Finding the schedule that breaks a program.
 *
 * @module
 */

import { parseSeed, splitSeed } from "../seed.ts";
import type { SimScenario } from "../simulation.ts";
import { type Audit, Auditor } from "./audit.ts";
import { repeat, runInDetail } from "./detail.ts";
import type { SearchState } from "./checkpoint.ts";
import { ExploreMonitor, type ExploreTally } from "./explore_monitor.ts";
import { NondeterminismError } from "./errors.ts";
import { identify } from "./identity.ts";
import type {
  Exploration,
  ExplorationFailure,
  ExploreOptions,
  Outcome,
} from "./explore_options.ts";
import { checkBound, checkSeconds, makeSearch } from "./make_search.ts";
import { OutcomeTable } from "./outcome_table.ts";
import { Recorder } from "./recorder.ts";
import { makeRunner } from "./replay.ts";
import { writeReport } from "./report.ts";
import type { Run, Runner } from "./runner.ts";
import { PrefixStrategy, type Search } from "./search.ts";
import { checkShard, SHARD_OUTCOMES_MAX, shareOf, WHOLE } from "./shard.ts";
import { shrinkRun } from "./shrink.ts";
import { describeGuarantee } from "./words.ts";

const SCHEDULES_MAX = { exhaustive: 100_000, sampled: 1000 };
/** How many pairs of turns a search by classes swaps unless told otherwise. */
const AUDITS = 32;
/** For how many outcomes a tape is made; the others have the tape of no run. */
const OUTCOMES_MAX = 100;

/**
 * Runs a scenario under many schedules, each time in a fresh world, and says what is known then.
 *
 * The scenario is a test: it fails by throwing, rejecting, or what else fails a
 * {@linkcode Simulation}'s run. If it returns a promise, a run ends when that has settled. Otherwise it
 * only sets the world up, and the run ends when nothing can happen any more; if it returns a
 * function, that is called then, to check and to return the outcome. It has to do the same each
 * time: whatever changes from run to run must come out of the simulation.
 *
 * @example A lost update, found, shrunk and replayed
 * ```ts
 * import { explore, replay, type Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * async function deposits(sim: Simulation) {
 *   let balance = 0;
 *   const deposit = async (name: string) => {
 *     const read = balance;
 *     await sim.sleep(sim.choose(`${name} is slow`, 2));
 *     balance = read + 1;
 *   };
 *   await deposit("first");
 *   const second = deposit("second");
 *   await sim.sleep(0.5);
 *   await Promise.all([second, deposit("third")]);
 *   if (balance !== 3) throw new Error(`balance is ${balance}`);
 * }
 * const { verdict, failure } = await explore(deposits);
 * assertEquals(verdict, "failed");
 * assertEquals(failure?.narrative, ["decision 1: second is slow is 1 of 0 to 1"]);
 * await assertRejects(() => replay(deposits, failure!.tape), Error, "balance is 2");
 * ```
 *
 * @param scenario The test.
 * @param options How to search, and when to stop.
 * @returns What is known then. A failure is returned, not thrown.
 * @throws {RangeError} If a bound or limit makes no sense.
 * @throws {NondeterminismError} If a run differs from one with the same answers.
 */
export async function explore(
  scenario: SimScenario,
  options: ExploreOptions = {},
): Promise<Exploration> {
  return await new Explorer(scenario, options).run();
}

class Explorer {
  readonly #options: ExploreOptions;
  readonly #runner: Runner;
  readonly #search: Search;
  readonly #outcomes = new OutcomeTable();
  readonly #max: number;
  readonly #maxSeconds: number;
  readonly #shrinkRuns: number;
  readonly #name: string;
  readonly #monitor: ExploreMonitor;
  /** Which of the runs of a batch are other shards', in their order. */
  readonly #areOthers: boolean[] = [];
  #planned = 0;
  #schedules = 0;
  #failed = 0;
  #stoppedBy: string | null = null;
  #first: { run: Run; schedule: number } | null = null;

  constructor(scenario: SimScenario, options: ExploreOptions) {
    this.#options = options;
    this.#name = options.name ?? "";
    this.#runner = makeRunner(scenario, options);
    this.#search = makeSearch(options);
    const max = this.#search.isExhaustive ? SCHEDULES_MAX.exhaustive : SCHEDULES_MAX.sampled;
    const shard = checkShard(options.shard ?? WHOLE);
    this.#max = shareOf(checkBound("maxSchedules", options.maxSchedules ?? max), shard);
    this.#maxSeconds = checkSeconds("maxSeconds", options.maxSeconds ?? Infinity);
    this.#shrinkRuns = checkBound("shrinkRuns", options.shrinkRuns ?? 500);
    checkSeconds("checkpointSeconds", options.checkpointSeconds ?? 0);
    this.#monitor = new ExploreMonitor(this.#runner, this.#search, options);
  }

  async run(): Promise<Exploration> {
    const release = this.#runner.hold();
    try {
      await this.#resume();
      await this.#searchOn();
      return await this.#conclude();
    } finally {
      release();
    }
  }

  async #resume(): Promise<void> {
    const state = this.#monitor.resume();
    if (state === null) return;
    this.#planned = state.planned;
    this.#schedules = state.schedules;
    this.#failed = state.failed;
    this.#outcomes.restore(state.outcomes);
    if (state.first === null) return;
    const { values, schedule } = state.first;
    const run = await this.#runner.one(new Recorder(new PrefixStrategy(values)));
    if (run.failure === null) {
      throw new NondeterminismError("the outcome of a schedule", "a failure", run.outcome);
    }
    this.#first = { run, schedule };
  }

  async #searchOn(): Promise<void> {
    const { signal } = this.#options;
    const stopAtFailure = this.#stopsAtFailure;
    const end = this.#monitor.now() + this.#maxSeconds;
    while (!(stopAtFailure && this.#failed > 0)) {
      const runs = await this.#runner.batch(
        () => this.#next(),
        (decisions) => this.#search.ended(decisions),
      );
      for (const run of runs) if (!this.#areOthers.shift()) this.#note(run);
      const [run] = runs;
      if (run === undefined) break;
      if (stopAtFailure && this.#failed > 0) break;
      await repeat(this.#runner, run, this.#name);
      this.#stoppedBy ??= this.#monitor.now() >= end
        ? "maxSeconds"
        : signal?.aborted === true
        ? "its signal"
        : null;
      if (this.#stoppedBy !== null) break;
      await this.#monitor.tell(this.#tally(), () => this.#save());
    }
    await this.#monitor.finish(this.#tally(), () => this.#save());
  }

  get #stopsAtFailure(): boolean {
    return this.#options.stopAtFailure ?? true;
  }

  #tally(): ExploreTally {
    const { size } = this.#outcomes;
    return { schedules: this.#schedules, failed: this.#failed, outcomes: size, max: this.#max };
  }

  #save(): Omit<SearchState, "search"> {
    const first = this.#first;
    return {
      planned: this.#planned,
      schedules: this.#schedules,
      failed: this.#failed,
      outcomes: this.#outcomes.save(),
      first: first && { values: first.run.decisions.values, schedule: first.schedule },
    };
  }

  async #conclude(): Promise<Exploration> {
    const isCut = this.#stoppedBy !== null && this.#search.isExhaustive;
    const audited = this.#search.classes === undefined ? null : await this.#audit();
    const isByClass = audited !== null && this.#failed === 0;
    const estimate = isCut || isByClass ? await this.#monitor.estimate(this.#schedules) : null;
    const guarantee = describeGuarantee(this.#search, {
      schedules: this.#schedules,
      failed: this.#failed,
      stoppedBy: this.#stoppedBy,
      estimate,
      audit: audited,
    });
    return {
      guarantee,
      verdict: /^\w+/.exec(guarantee)?.[0] as Exploration["verdict"],
      schedules: this.#schedules,
      classes: this.#search.classes ?? null,
      audit: audited,
      failed: this.#failed,
      outcomes: await this.#listOutcomes(),
      failure: await this.#describeFailure(),
      estimate,
      search: this.#monitor.summary(this.#stoppedBy),
    };
  }

  #next(): ReturnType<Search["next"]> {
    if (this.#planned < this.#max) {
      const plan = this.#search.next();
      if (plan === null) return null;
      const isOthers = plan.isOthers === true;
      this.#areOthers.push(isOthers);
      if (!isOthers) this.#planned++;
      return plan;
    }
    // What was planned is all there is: nothing was cut.
    if (this.#search.isExhaustive && this.#monitor.isOver()) return null;
    this.#stoppedBy = "maxSchedules";
    return null;
  }

  #note(run: Run): void {
    this.#schedules++;
    this.#outcomes.add(run);
    if (run.failure === null) return;
    this.#failed++;
    this.#first ??= { run, schedule: this.#schedules };
  }

  async #audit(): Promise<Audit> {
    const { seed = 0, shard = WHOLE } = this.#options;
    const audits = this.#failed > 0 ? 0 : this.#options.audits ?? AUDITS;
    // What no class of a shard comes to, one of another may.
    const known = this.#stoppedBy === null && shard.count === 1
      ? new Set(this.#outcomes.list().map(({ outcome }) => outcome))
      : null;
    const auditSeed = splitSeed(parseSeed(seed), "audit");
    const auditor = new Auditor(this.#runner, auditSeed, this.#options.faults ?? Infinity);
    const audit = await auditor.run(audits, known, shard);
    // What no class has come to, or none so far, is a schedule of the program all the same.
    if (auditor.failed !== null) this.#note(auditor.failed);
    return audit;
  }

  async #listOutcomes(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const isPart = (this.#options.shard ?? WHOLE).count > 1;
    const max = isPart ? SHARD_OUTCOMES_MAX : OUTCOMES_MAX;
    for (const { outcome, count, values } of this.#outcomes.list().slice(0, max)) {
      const run = await runInDetail(this.#runner, new PrefixStrategy(values), this.#name);
      if (run.outcome !== outcome) {
        throw new NondeterminismError("the outcome of a schedule", outcome, run.outcome);
      }
      outcomes.push({ outcome, count, tape: run.tape });
    }
    return outcomes;
  }

  async #describeFailure(): Promise<ExplorationFailure | null> {
    if (this.#first === null) return null;
    const { run, schedule } = this.#first;
    const found = await repeat(this.#runner, run, this.#name);
    const maxRuns = this.#shrinkRuns;
    const shrunk = await shrinkRun(this.#runner, found, { name: this.#name, maxRuns });
    const trace = shrunk.run.sim.trace.toString().split("\n");
    const { error, tape, narrative, runs } = shrunk;
    const report = writeReport({
      ...shrunk,
      name: this.#name,
      schedule,
      found: found.tape,
      trace,
      shrinkRuns: runs,
    });
    const identity = identify(error);
    return { error, identity, schedule, tape, found: found.tape, narrative, trace, report };
  }
}
