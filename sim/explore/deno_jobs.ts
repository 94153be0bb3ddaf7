/**
 * A search on several cores.
 *
 * @module
 */

import { ScenarioModuleError } from "./deno_scenario_module.ts";
import type { PortableError, WorkerOrder, WorkerReport } from "./deno_worker.ts";
import { NondeterminismError, SearchFileError } from "./errors.ts";
import type { ExploreOptions, ExploreProgress } from "./explore_options.ts";
import { joinProgress, parseJobsCheckpoint, writeJobsCheckpoint } from "./jobs_state.ts";
import { mergeParts } from "./merge_results.ts";
import type { SearchResult } from "./search_result.ts";
import { type Shard, WHOLE } from "./shard.ts";

/** How a search on several cores is made: its options are copied to the workers. */
export interface ExploreInWorkersOptions extends Omit<ExploreOptions, "clock" | "world"> {
  /**
   * How many workers there are.
   *
   * @default {as many as the machine has cores}
   */
  readonly jobs?: number;
}

/**
 * As {@linkcode explore}, spread over workers: each runs its share of the schedules, and what they
 * come to is put together. Workers cannot be given a function, so the scenario is one of a module.
 *
 * If a worker finds a failure and the search is to stop then, the others stop too: how many schedules
 * they have run by then differs from time to time. Otherwise the result is that of one worker; by
 * `dpor`, that of so many shards, in which a class may be run more than once, see
 * {@linkcode SearchSummary.overlap}.
 *
 * @example Two workers
 * ```ts ignore
 * import { exploreInWorkers } from "@twinloop/twinloop/sim";
 *
 * const module = new URL("./deposits.ts#lostUpdate", import.meta.url);
 * const { guarantee } = await exploreInWorkers(module, { jobs: 2, deviations: 3 });
 * ```
 *
 * @param module The module: `deposits.ts#lostUpdate` is an export of it; without a name, the default
 * export or the only function is the scenario. Its export `options` tells what the worlds are like.
 * @param options How to search, and when to stop.
 * @returns What is known then, as JSON has it.
 * @throws {RangeError} If a bound, a limit or the number of workers makes no sense.
 * @throws {ScenarioModuleError} If there is no such scenario.
 * @throws {SearchFileError} If the checkpoint is not one of this search.
 * @throws {NondeterminismError} If a run differs from one with the same answers.
 */
export async function exploreInWorkers(
  module: string | URL,
  options: ExploreInWorkersOptions = {},
): Promise<SearchResult> {
  const { jobs = navigator.hardwareConcurrency } = options;
  if (!Number.isSafeInteger(jobs) || jobs < 1) {
    throw new RangeError(`Cannot explore: jobs ${jobs} is not a whole number above 0`);
  }
  return await new Jobs(String(module), options, jobs).run();
}

/** The workers of one search. */
class Jobs {
  readonly #module: string;
  readonly #options: ExploreInWorkersOptions;
  readonly #workers: Worker[] = [];
  readonly #checkpoints: (string | null)[];
  readonly #progress: (ExploreProgress | null)[];

  constructor(module: string, options: ExploreInWorkersOptions, jobs: number) {
    this.#module = module;
    this.#options = options;
    const { resume } = options;
    this.#checkpoints = resume === undefined
      ? Array.from({ length: jobs }, () => null)
      : parseJobsCheckpoint(resume, jobs);
    this.#progress = this.#checkpoints.map(() => null);
  }

  async run(): Promise<SearchResult> {
    const { shard = WHOLE, signal } = this.#options;
    const stop = () => this.#tellAll({ type: "stop" });
    signal?.addEventListener("abort", stop);
    try {
      const parts = this.#checkpoints.map((_, job) => this.#start(job, shard));
      if (signal?.aborted === true) stop();
      return mergeParts(await Promise.all(parts), shard);
    } finally {
      signal?.removeEventListener("abort", stop);
      for (const worker of this.#workers) worker.terminate();
    }
  }

  #start(job: number, { index, count }: Shard): Promise<SearchResult> {
    const worker = new Worker(new URL("./deno_worker.ts", import.meta.url), { type: "module" });
    this.#workers.push(worker);
    const checkpoint = this.#checkpoints[job] ?? null;
    // The shards with these numbers are together the one that was asked for.
    const shard = { index: index + count * job, count: count * this.#checkpoints.length };
    const { jobs: _jobs, signal: _signal, onProgress: _told, onCheckpoint: _kept, ...plain } =
      this.#options;
    const { resume: _resume, ...asked } = plain;
    const options = { ...asked, shard, ...(checkpoint === null ? {} : { resume: checkpoint }) };
    const order: WorkerOrder = { type: "start", module: this.#module, options };
    worker.postMessage(order);
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot explore: a worker failed: ${event.message}`));
      };
      worker.onmessage = ({ data }: MessageEvent<WorkerReport>) => {
        if (data.type === "error") return reject(revive(data.error));
        if (data.type === "result") {
          this.#ended(data.result);
          return resolve(data.result);
        }
        this.#note(job, data);
      };
    });
  }

  #ended({ failure }: SearchResult): void {
    const { stopAtFailure = true } = this.#options;
    if (failure !== null && stopAtFailure) this.#tellAll({ type: "stop" });
  }

  #note(job: number, report: WorkerReport & { type: "progress" | "checkpoint" }): void {
    const { onProgress, onCheckpoint } = this.#options;
    if (report.type === "progress") {
      this.#progress[job] = report.progress;
      onProgress?.(joinProgress(this.#progress));
    } else {
      this.#checkpoints[job] = report.checkpoint;
      onCheckpoint?.(writeJobsCheckpoint(this.#checkpoints));
    }
  }

  #tellAll(order: WorkerOrder): void {
    for (const worker of this.#workers) worker.postMessage(order);
  }
}

/** Makes an error of its own class of what a worker told of it. */
function revive({ name, message, parts }: PortableError): Error {
  switch (name) {
    case "RangeError":
      return new RangeError(message);
    case "SearchFileError":
      return new SearchFileError(message);
    case "ScenarioModuleError":
      return new ScenarioModuleError(message);
    case "NondeterminismError":
      return new NondeterminismError(...parts as [string, string, string]);
    default:
      return Object.assign(new Error(message), { name });
  }
}
