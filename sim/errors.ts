/**
 * The errors of simulations.
 *
 * @module
 */

import { captureStack } from "../poller/stack.ts";
import { programFrame } from "./stack.ts";
import { formatEntry, type TraceEntry } from "./trace.ts";

/** Where in a simulation something happened. */
export interface SimulationPlace {
  /** The name of the host whose turn it was; `null` outside of every host. */
  readonly host: string | null;
  /** The virtual time, in seconds. */
  readonly time: number;
  /** The number of the turn; the first is 1, and 0 is before it. */
  readonly turn: number;
  /** What happened last in that turn, as the trace has it: `ready stream#3 READ`; `null` if there is no trace. */
  readonly event: string | null;
}

/** Why a run failed. */
export type SimulationFailure =
  /** An error was reported to a host, and no test took it. */
  | "report"
  /** A Deferred failed, or something else did, and nobody had handled it when the run ended. */
  | "unhandled"
  /** A callback of a timer or of another simulated global threw, or a microtask, or a listener of an event. */
  | "callback"
  /** A promise was rejected and nobody handled it. */
  | "rejection"
  /** An invariant did not hold. */
  | "always"
  /** Something happened that never should. */
  | "never"
  /** Something did not happen that should have. */
  | "eventually"
  /** Something did not lead to what it should have. */
  | "leadsTo"
  /** The program was busy for too many turns without getting anywhere. */
  | "livelock"
  /** A host waited for its turn for too long. */
  | "starvation"
  /** Something was left behind. */
  | "leak"
  /** A callback of a loop threw through the poller, which it must not. */
  | "handler"
  /** The run took more turns than it was allowed. */
  | "turns"
  /** A turn did not end. */
  | "stuck"
  /** The main function awaited something outside of the simulation. */
  | "outside";

/**
 * A simulated run failed. The program under test caused it; `cause` has what it threw.
 *
 * @example An error that nobody took fails the run
 * ```ts
 * import { Simulation, SimulationError } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const host = sim.host("server");
 * const error = await assertRejects(
 *   () => sim.run(() => host.report({ message: "Exception in callback save", error: "full" })),
 *   SimulationError,
 * );
 * assertEquals([error.host, error.time, error.cause], ["server", 0, "full"]);
 * ```
 */
export class SimulationError extends Error implements SimulationPlace {
  /** The class's name. */
  override readonly name = "SimulationError";
  /** Tells this error from others in a `switch`. */
  readonly code = "SIMULATION_FAILED";
  /** What kind of failure it is. */
  readonly failure: SimulationFailure;
  /** The name of the host whose turn it was; `null` outside of every host. */
  readonly host: string | null;
  /** The virtual time, in seconds. */
  readonly time: number;
  /** The number of the turn. */
  readonly turn: number;
  /** What happened last in that turn, as the trace has it; `null` if there is no trace. */
  readonly event: string | null;
  /** The innermost line of the program that `cause` names: `save (file:///bank.ts:12:3)`; `null` if it names none. */
  readonly line: string | null;

  /**
   * Made by a simulation.
   *
   * @param failure What kind of failure it is.
   * @param what What happened, as a phrase.
   * @param place Where it happened.
   * @param options `cause`, what was thrown.
   */
  constructor(
    failure: SimulationFailure,
    what: string,
    place: SimulationPlace,
    options?: ErrorOptions,
  ) {
    const { cause } = options ?? {};
    const line = cause instanceof Error ? programFrame(cause.stack) : null;
    super(`${what} (${describePlace(place, line)})`, options);
    this.failure = failure;
    this.host = place.host;
    this.time = place.time;
    this.turn = place.turn;
    this.event = place.event;
    this.line = line;
  }
}

/** Writes a place: `host server, time 0.25 s, turn 7, event ready stream#3 READ, at save (bank.ts:12:3)`. */
function describePlace(place: SimulationPlace, line: string | null): string {
  const words = [`time ${place.time} s`, `turn ${place.turn}`];
  if (place.host !== null) words.unshift(`host ${place.host}`);
  if (place.event !== null) words.push(`event ${place.event}`);
  if (line !== null) words.push(`at ${line}`);
  return words.join(", ");
}

/**
 * A run waits for something that cannot happen any more: its main function has not settled, every
 * loop waits without a time-out, and nothing is under way. The message lists who waits for what. It may also
 * wait for something outside of the simulation that takes long: what comes at once is found out.
 */
export class DeadlockError extends Error {
  /** The class's name. */
  override readonly name = "DeadlockError";
  /** Tells this error from others in a `switch`. */
  readonly code = "DEADLOCK";
  /** The virtual time, in seconds. */
  readonly time: number;
  /** Who waits for what, a line each. */
  readonly waiting: readonly string[];

  /**
   * Made by a simulation.
   *
   * @param time The virtual time, in seconds.
   * @param waiting Who waits for what, a line each.
   */
  constructor(time: number, waiting: readonly string[]) {
    super(
      `Cannot go on at ${time} s: main waits and nothing can happen any more\n` +
        waiting.map((line) => `  ${line}`).join("\n"),
    );
    this.time = time;
    this.waiting = waiting;
  }
}

/**
 * Code in a run used a global whose effects the simulation does not see, so that the run could not
 * be repeated. Thrown at the call site: the stack names the line.
 *
 * @example A real socket in a run
 * ```ts
 * import { FencedError, Simulation } from "@twinloop/twinloop/sim";
 * import { assertRejects } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * await assertRejects(
 *   () => sim.run(() => fetch("http://localhost/")),
 *   FencedError,
 *   "Cannot use fetch in a simulation: use sim.host(name).network",
 * );
 * ```
 */
export class FencedError extends Error {
  /** The class's name. */
  override readonly name = "FencedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "FENCED";
  /** The global, as `Simulation.patched` lists it. */
  readonly global: string;
  /** The name of the host whose turn it was; `null` outside of every host. */
  readonly host: string | null;
  /** The virtual time, in seconds. */
  readonly time: number;
  /** What happened last in that turn, as the trace has it; `null` if there is no trace. */
  readonly event: string | null;
  /** The line of the program that used it: `save (file:///bank.ts:12:3)`; `null` if no line is known. */
  readonly line: string | null;

  /**
   * Made by a simulation.
   *
   * @param global The global.
   * @param instead What to use instead.
   * @param place Where it was used.
   */
  constructor(global: string, instead: string, place: SimulationPlace) {
    const line = programFrame(captureStack());
    super(
      `Cannot use ${global} in a simulation: use ${instead}, or allow it with the option ` +
        `allow: ["${global}"] (${describePlace(place, line)})`,
    );
    this.global = global;
    this.host = place.host;
    this.time = place.time;
    this.event = place.event;
    this.line = line;
  }
}

/** A run that should have equalled another did not: the program depends on more than its seed. */
export class DivergenceError extends Error {
  /** The class's name. */
  override readonly name = "DivergenceError";
  /** Tells this error from others in a `switch`. */
  readonly code = "DIVERGENCE";
  /** In what the run differed from the first by intent. */
  readonly variation: string;
  /** The place of the first difference in the traces. */
  readonly index: number;

  /** What happened there in the first run and in the other. */
  readonly sides: readonly [DivergenceSide, DivergenceSide];

  /**
   * Made by `checkDeterminism`.
   *
   * @param variation In what the run differed from the first by intent.
   * @param index The place of the first difference in the traces.
   * @param sides What happened there in the first run and in the other.
   * @param common What happened before, in both.
   */
  constructor(
    variation: string,
    index: number,
    sides: readonly [DivergenceSide, DivergenceSide],
    common: readonly TraceEntry[],
  ) {
    const lines = common.map((entry) => `    ${formatEntry(entry)}`);
    lines.push(...describeSide("first", sides[0]), ...describeSide("other", sides[1]));
    super(`The run "${variation}" differs from the first at entry ${index}:\n${lines.join("\n")}`);
    this.variation = variation;
    this.index = index;
    this.sides = sides;
  }
}

/** What happened in one of two runs where they began to differ. */
export interface DivergenceSide {
  /** The event, or what the run came to if nothing happened any more. */
  readonly event: TraceEntry | string;
  /** Where in the program it came from, innermost first; empty if it was no code of the program. */
  readonly frames: readonly string[];
  /** The events that caused it, the last first, with where they were scheduled. */
  readonly parents: readonly { readonly event: TraceEntry; readonly frames: readonly string[] }[];
}

/** How many frames of a stack are written. */
const FRAMES_SHOWN = 3;

function describeSide(which: string, { event, frames, parents }: DivergenceSide): string[] {
  const what = typeof event === "string" ? event : formatEntry(event);
  const write = (frames: readonly string[]) =>
    frames.slice(0, FRAMES_SHOWN).map((frame) => `      at ${frame}`);
  return [
    `  ${which}: ${what}`,
    ...write(frames),
    ...parents.flatMap((parent) => [
      `    caused by ${formatEntry(parent.event)}`,
      ...write(parent.frames),
    ]),
  ];
}

/** Every error of this family's own; `switch (error.code)` narrows it. */
export type SimError = SimulationError | DeadlockError | FencedError | DivergenceError;
