/**
 * Finding the schedule that breaks a program.
 *
 * @module
 */

import { DenoClock } from "../../poller/deno_clock.ts";
import { parseSeed } from "../seed.ts";
import type { SimScenario } from "../simulation.ts";
import { random } from "../strategy.ts";
import { repeat, runInDetail } from "./detail.ts";
import { identify } from "./identity.ts";
import type {
  Exploration,
  ExplorationFailure,
  ExploreOptions,
  Outcome,
} from "./explore_options.ts";
import { LevelSearch } from "./level_search.ts";
import { OutcomeTable } from "./outcome_table.ts";
import { Recorder } from "./recorder.ts";
import { makeRunner } from "./replay.ts";
import { writeReport } from "./report.ts";
import type { Run, Runner } from "./runner.ts";
import { SampleSearch } from "./sample_search.ts";
import { PrefixStrategy, type Search } from "./search.ts";
import { shrinkRun } from "./shrink.ts";
import { describeGuarantee } from "./words.ts";

const SCHEDULES_MAX = { exhaustive: 100_000, sampled: 1000 };
/** How many random runs an estimate of the number of schedules is made of. */
const PROBES = 32;
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
  readonly #name: string;
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
    this.#max = checkBound("maxSchedules", options.maxSchedules ?? max);
  }

  async run(): Promise<Exploration> {
    const release = this.#runner.hold();
    try {
      await this.#searchOn();
      return await this.#conclude();
    } finally {
      release();
    }
  }

  async #searchOn(): Promise<void> {
    const { stopAtFailure = true, maxSeconds = Infinity } = this.#options;
    const clock = this.#options.clock ?? new DenoClock();
    const end = clock.now() + maxSeconds;
    for (;;) {
      const runs = await this.#runner.batch(
        () => this.#next(),
        (decisions) => this.#search.ended(decisions),
      );
      for (const run of runs) {
        this.#note(run);
        if (stopAtFailure && this.#failed > 0) return;
      }
      const [run] = runs;
      if (run === undefined) return;
      await repeat(this.#runner, run, this.#name);
      if (clock.now() >= end && this.#stoppedBy === null) {
        this.#stoppedBy = "maxSeconds";
        return;
      }
    }
  }

  async #conclude(): Promise<Exploration> {
    const isCut = this.#stoppedBy !== null && this.#search.isExhaustive;
    const estimate = isCut ? await this.#estimate() : null;
    const guarantee = describeGuarantee(this.#search, {
      schedules: this.#schedules,
      failed: this.#failed,
      stoppedBy: this.#stoppedBy,
      estimate,
    });
    return {
      guarantee,
      verdict: guarantee.slice(0, guarantee.indexOf(":")) as Exploration["verdict"],
      schedules: this.#schedules,
      failed: this.#failed,
      outcomes: await this.#listOutcomes(),
      failure: await this.#describeFailure(),
      estimate,
    };
  }

  #next(): ReturnType<Search["next"]> {
    if (this.#planned < this.#max) {
      const plan = this.#search.next();
      if (plan !== null) this.#planned++;
      return plan;
    }
    // What was planned is all there is: nothing was cut.
    if (this.#search.isExhaustive && this.#search.next() === null) return null;
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

  /** Knuth's estimate of the size of a tree: the mean, over random paths, of the product of the branchings. */
  async #estimate(): Promise<number> {
    let sum = 0;
    for (let i = 0; i < PROBES; i++) {
      const run = await this.#runner.one(new Recorder(random(i)));
      let product = 1;
      for (const bound of run.decisions.bounds) product *= bound;
      sum += product;
    }
    return Math.max(this.#schedules, sum / PROBES);
  }

  async #listOutcomes(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const { outcome, count, values } of this.#outcomes.list().slice(0, OUTCOMES_MAX)) {
      const { tape } = await runInDetail(this.#runner, new PrefixStrategy(values), this.#name);
      outcomes.push({ outcome, count, tape });
    }
    return outcomes;
  }

  async #describeFailure(): Promise<ExplorationFailure | null> {
    if (this.#first === null) return null;
    const { run, schedule } = this.#first;
    const found = await repeat(this.#runner, run, this.#name);
    const maxRuns = this.#options.shrinkRuns ?? 500;
    const shrunk = await shrinkRun(this.#runner, found, { name: this.#name, maxRuns });
    const trace = shrunk.run.sim.trace.toString().split("\n");
    const { error, tape, narrative, isMinimal, runs } = shrunk;
    const report = writeReport({
      name: this.#name,
      error,
      schedule,
      tape,
      trace,
      shrinkRuns: runs,
      isMinimal,
    });
    const identity = identify(error);
    return { error, identity, schedule, tape, found: found.tape, narrative, trace, report };
  }
}

function makeSearch(options: ExploreOptions): Search {
  const { strategy = "exhaustive" } = options;
  if (strategy === "exhaustive") {
    return new LevelSearch("deviations", checkBound("deviations", options.deviations ?? Infinity));
  }
  if (strategy === "delayBounded") {
    return new LevelSearch("delays", checkBound("delays", options.delays ?? 2));
  }
  return new SampleSearch(strategy, parseSeed(options.seed ?? 0), options.depth ?? 3);
}

function checkBound(name: string, value: number): number {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new RangeError(`Cannot explore: ${name} ${value} is not a whole number`);
}
