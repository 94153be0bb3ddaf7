/**
 * Whether turns that are taken to be independent are.
 *
 * A search by classes swaps in thought what it takes to be independent. This does it in deed: it
 * runs a schedule with two such turns the other way round. If anything else happens then on any host,
 * or comes out, the two share something that nobody declared.
 *
 * @module
 */

import { formatEntry, type Trace } from "../trace.ts";
import { areDependent } from "../footprint.ts";
import { SeededRandom, splitSeed } from "../seed.ts";
import { nameOwner, type Turn } from "../turn_log.ts";
import { Recorder } from "./recorder.ts";
import type { Run, Runner } from "./runner.ts";
import type { Shard } from "./shard.ts";
import { ScriptRecorder, SwapStrategy } from "./swap_strategy.ts";
import { describeUnknown } from "./words.ts";

/** How many entries the traces that are compared keep. */
const TRACE_MAX = 10_000;

/** Whether a turn and the next one are taken to be independent. */
function canSwap(turns: readonly Turn[], first: number): boolean {
  const [a, b] = turns.slice(first, first + 2);
  if (a === undefined || b === undefined) return false;
  return a.instant === b.instant && a.owner !== b.owner && b.enabler !== first &&
    a.decision >= 0 && !areDependent(a.footprint, b.footprint);
}

/** What an audit came to. */
export interface Audit {
  /** How many pairs of turns were swapped. */
  readonly pairs: number;
  /**
   * What was different then, a text for each pair that is not independent; and which oracles look at more than
   * they say.
   */
  readonly leaks: readonly string[];
  /** What the schedules that were drawn for it came to. */
  readonly outcomes: readonly string[];
}

/** A run with its world. */
type AuditedRun = Awaited<ReturnType<Runner["one"]>>;

/** Swaps turns in random schedules of a scenario, and compares. */
export class Auditor {
  /** The first schedule that failed: a search whose classes fail is not audited. */
  failed: Run | null = null;
  readonly #runner: Runner;
  readonly #seed: bigint;

  /** How many faults a schedule may have. */
  readonly #faults: number;

  /** Made for one search. */
  constructor(runner: Runner, seed: bigint, faults: number) {
    this.#faults = faults;
    this.#runner = runner;
    this.#seed = seed;
  }

  /**
   * Audits some pairs of turns, one of each schedule.
   *
   * @param count How many schedules are drawn.
   * @param known What the classes came to; `null` if not all were run.
   * @param shard Which part of the schedules to draw.
   */
  async run(count: number, known: ReadonlySet<string> | null, shard: Shard): Promise<Audit> {
    const leaks = new Set<string>();
    const unknown = new Set<string>();
    const outcomes = new Set<string>();
    let pairs = 0;
    for (let i = shard.index; i < count; i += shard.count) {
      const random = new SeededRandom(splitSeed(this.#seed, `schedule/${i}`));
      const recorder = new ScriptRecorder(random, this.#faults);
      const usual = await this.#runner.one(new Recorder(recorder), TRACE_MAX);
      outcomes.add(usual.outcome);
      this.#note(usual);
      if (known !== null && !known.has(usual.outcome)) unknown.add(describeUnknown(usual.outcome));
      const { turns, leaks: seen } = recorder.log;
      seen.forEach((leak) => leaks.add(leak));
      const firsts = turns.flatMap((_, i) => canSwap(turns, i) ? i : []);
      if (firsts.length === 0) continue;
      pairs++;
      const first = firsts[random.below(firsts.length)] as number;
      const leak = await this.#swap(usual, recorder, first);
      if (leak !== null) leaks.add(leak);
    }
    return { pairs, leaks: [...leaks, ...unknown], outcomes: [...outcomes].sort() };
  }

  /** Keeps a run that failed, whatever was run before: it is a schedule of the program. */
  #note(run: Run): void {
    if (run.failure !== null) this.failed ??= run;
  }

  async #swap(usual: AuditedRun, recorder: ScriptRecorder, first: number): Promise<string | null> {
    const strategy = new SwapStrategy(recorder.script, first);
    const swapped = await this.#runner.one(new Recorder(strategy), TRACE_MAX);
    this.#note(swapped);
    const difference = compare(usual, swapped) ?? strategy.deviation;
    if (difference === null) return null;
    const [a, b] = recorder.log.turns.slice(first, first + 2) as [Turn, Turn];
    const turns = `${nameOwner(a.owner)} and ${nameOwner(b.owner)}`;
    return `turns of ${turns} at ${a.at} s are not independent: swapped, ${difference}`;
  }
}

/** Says what is different; `null` if nothing is. */
function compare(usual: AuditedRun, swapped: AuditedRun): string | null {
  if (usual.outcome !== swapped.outcome) {
    return `the outcome is ${swapped.outcome} instead of ${usual.outcome}`;
  }
  const before = byHost(usual.sim.trace);
  const after = byHost(swapped.sim.trace);
  // What was dropped of the two need not be the same: only the ends of what is kept are compared.
  const isCut = Math.max(usual.sim.trace.length, swapped.sim.trace.length) > TRACE_MAX;
  for (const host of new Set([...before.keys(), ...after.keys()])) {
    let lines = before.get(host) ?? [];
    let others = after.get(host) ?? [];
    if (isCut) {
      const length = Math.min(lines.length, others.length);
      lines = lines.slice(lines.length - length);
      others = others.slice(others.length - length);
    }
    const at = lines.findIndex((line, i) => line !== others[i]);
    if (at >= 0) return `there is "${others[at] ?? "nothing"}" instead of "${lines[at]}"`;
    if (others.length > lines.length) return `there is "${others[lines.length]}" more`;
  }
  return null;
}

/** The entries of each host, in order: those of different hosts may stand in any. */
function byHost(trace: Trace): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const entry of trace) {
    // Who was picked is what was changed.
    if (entry.kind === "choose" && entry.subject === "step") continue;
    const lines = hosts.get(entry.host) ?? [];
    hosts.set(entry.host, lines);
    lines.push(formatEntry(entry));
  }
  return hosts;
}
