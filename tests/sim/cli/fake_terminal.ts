/** A terminal for tests: files and modules in memory. */

import { runCommand } from "../../../sim/cli/run_command.ts";
import { UsageError } from "../../../sim/cli/errors.ts";
import type { ProgressView } from "../../../sim/cli/progress_view.ts";
import type { Terminal } from "../../../sim/cli/terminal.ts";
import type { LoadedScenario } from "../../../sim/explore/deno_scenario_module.ts";
import type { ExploreInWorkersOptions } from "../../../sim/explore/deno_jobs.ts";
import type { SearchResult } from "../../../sim/explore/search_result.ts";
import {
  explore,
  type ExploreProgress,
  mergeResults,
  ScenarioModuleError,
  type SimScenario,
  toResult,
} from "../../../sim/mod.ts";

/** What a command left. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs commands on files and scenarios in memory. */
export class FakeTerminal implements Terminal {
  readonly files: Map<string, string> = new Map();
  readonly abort: AbortController = new AbortController();
  readonly shown: ExploreProgress[] = [];
  readonly progress: ProgressView = {
    show: (progress) => this.shown.push(progress),
    end: () => {},
  };
  readonly #scenarios: Record<string, SimScenario>;
  #out: string[] = [];
  #errors: string[] = [];

  constructor(scenarios: Record<string, SimScenario>) {
    this.#scenarios = scenarios;
  }

  /** Runs a command, its arguments separated by spaces. */
  async run(command: string): Promise<Ended> {
    this.#out = [];
    this.#errors = [];
    const code = await runCommand(command.split(" ").filter((word) => word !== ""), this);
    return { code, out: this.#out.join("\n"), errors: this.#errors.join("\n") };
  }

  print(text: string): void {
    this.#out.push(text);
  }

  tell(text: string): void {
    this.#errors.push(text);
  }

  interrupted(): AbortSignal {
    return this.abort.signal;
  }

  read(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw new UsageError(`Cannot read ${path}: no such file`);
    return text;
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  save(path: string, text: string): void {
    this.files.set(path, text);
  }

  load(module: string): Promise<LoadedScenario> {
    const scenario = this.#scenarios[module];
    if (scenario !== undefined) return Promise.resolve({ scenario, name: module, options: {} });
    return Promise.reject(new ScenarioModuleError(`Cannot load a scenario: no ${module}`));
  }

  async exploreInWorkers(
    module: string,
    { jobs = 1, ...options }: ExploreInWorkersOptions,
  ): Promise<SearchResult> {
    const { scenario, name } = await this.load(module);
    const parts: SearchResult[] = [];
    for (let index = 0; index < jobs; index++) {
      const shard = { index, count: jobs };
      parts.push(toResult(await explore(scenario, { name, ...options, shard })));
    }
    return mergeResults(parts);
  }
}
