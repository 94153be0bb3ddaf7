/**
 * Runs a part of a search; started by `deno_jobs.ts`.
 *
 * @module
 */

import { loadScenario } from "./deno_scenario_module.ts";
import { NondeterminismError } from "./errors.ts";
import { explore } from "./explore.ts";
import type { ExploreOptions, ExploreProgress } from "./explore_options.ts";
import { type SearchResult, toResult } from "./search_result.ts";
import { textOf } from "../thrown.ts";

/** What a worker is told. */
export type WorkerOrder =
  | { readonly type: "start"; readonly module: string; readonly options: ExploreOptions }
  | { readonly type: "stop" };

/** What a worker tells. */
export type WorkerReport =
  | { readonly type: "progress"; readonly progress: ExploreProgress }
  | { readonly type: "checkpoint"; readonly checkpoint: string }
  | { readonly type: "result"; readonly result: SearchResult }
  | { readonly type: "error"; readonly error: PortableError };

/** An error that can be copied. */
export interface PortableError {
  /** The name of its class. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** What the error of a difference was made of. */
  readonly parts: readonly string[];
}

/** What a worker is inside of it. */
interface WorkerSide {
  onmessage: ((event: MessageEvent<WorkerOrder>) => void) | null;
  postMessage(report: WorkerReport): void;
}

const side = globalThis as unknown as WorkerSide;
const post = side.postMessage.bind(globalThis);
const abort = new AbortController();

side.onmessage = ({ data }) => {
  if (data.type === "stop") return abort.abort();
  search(data.module, data.options).then(
    (result) => post({ type: "result", result }),
    (error) => post({ type: "error", error: portable(error) }),
  );
};

async function search(module: string, asked: ExploreOptions): Promise<SearchResult> {
  const { scenario, name, options } = await loadScenario(module);
  const exploration = await explore(scenario, {
    ...options,
    name,
    ...asked,
    signal: abort.signal,
    onProgress: (progress) => post({ type: "progress", progress }),
    onCheckpoint: (checkpoint) => post({ type: "checkpoint", checkpoint }),
  });
  return toResult(exploration);
}

/** An error as a worker can pass it on: its class by name, and what it was made of. */
function portable(error: unknown): PortableError {
  if (!(error instanceof Error)) return { name: "Error", message: textOf(error), parts: [] };
  const { name, message } = error;
  const isDifference = error instanceof NondeterminismError;
  return { name, message, parts: isDifference ? [error.where, error.first, error.second] : [] };
}
