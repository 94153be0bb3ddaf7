/**
 * What the turns of a run touched: who can be swapped with whom.
 *
 * @module
 */

import { addRead, addWrite, type Footprint, nothingTouched, Things } from "./footprint.ts";

/** A turn that was taken: a pass of a host, or an event. */
export interface Turn {
  /** Whose it was: turns of the same have an order of their own. */
  readonly owner: string;
  /** Its causal name. */
  readonly name: number;
  /** When it was, in seconds. */
  readonly at: number;
  /** How many times the time had moved before. */
  readonly instant: number;
  /** The number of the decision that picked it; -1 if nobody else could go on. */
  readonly decision: number;
  /** The number of the turn without which it could not have been; -1 if there is none. */
  readonly enabler: number;
  /** What it touched. */
  readonly footprint: Footprint;
}

/** What is told who could have gone on when a run was over. */
export interface Runnable {
  /** Whose turns are possible now. */
  owners(): string[];
}

/** A strategy that wants to know what turns touch. */
export interface Logging {
  /** Where it is noted; `null` if it does not want to. */
  readonly log: TurnLog | null;
}

/** Returns where a strategy wants it noted what turns touch. */
export function logOf(strategy: object): TurnLog | null {
  return (strategy as Partial<Logging>).log ?? null;
}

/** The owner of the events of a lane: of what arrives at a host, for one. */
export function laneOf(lane: string): string {
  return lane === "" ? "" : `→${lane}`;
}

/** What ends the name of the lane of a host's threads and child processes. */
const WORK = "'s threads and children";

/** The name of the lane of a host's threads and child processes. */
export function workLaneOf(host: string): string {
  return host + WORK;
}

/** What a host is called as a thing that turns touch. */
export function hostThing(host: string): string {
  return `host ${host}`;
}

/** The host of an owner of turns; empty for the world. */
export function hostOf(owner: string): string {
  if (!owner.startsWith("→")) return owner;
  return owner.slice(1, owner.endsWith(WORK) ? -WORK.length : undefined);
}

/** What an owner of turns is called in reports. */
export function nameOwner(owner: string): string {
  if (owner === "") return "the world";
  if (!owner.startsWith("→")) return `host ${owner}`;
  return owner.endsWith(WORK) ? owner.slice(1) : `what arrives at ${owner.slice(1)}`;
}

/**
 * Notes the turns of a run and what they touch. The world tells it, if a strategy asks for it.
 *
 * A turn of a host, or of a process on it, touches that; one of the world may touch anything. Whoever makes an event
 * touches the place in the lane at which it is put, as its order to others of the same time depends
 * on it. What the processes of a machine share is noted where they meet. Whatever else two hosts have in
 * common is to be declared.
 */
export class TurnLog {
  /** The turns, in order. */
  readonly turns: Turn[] = [];
  /** What things are called. */
  readonly things: Things;
  /** The number of the decision that picks the next turn; -1 if there is none. */
  decision = -1;
  /** Which turn made the next pass of a host possible. */
  readonly #enablers = new Map<string, number>();
  /** Which turn made an event, by the event's name. */
  readonly #makers = new Map<number, number>();
  /** Whether what is touched now counts for nobody: the run is over, or an oracle looks at what it has declared. */
  isQuiet = false;
  /** What was noticed that nobody had declared, a text each. */
  readonly leaks: Set<string> = new Set();
  /** Whose turns other turns have kept from happening though they could have come at once. */
  readonly disabled: { readonly by: number; readonly owner: string }[] = [];
  #runnable: Runnable | null = null;
  #footprint: Footprint = nothingTouched();
  #host = "";
  #instant = 0;

  /**
   * Makes a log for one run.
   *
   * @param things What things are called, the same for all runs that are compared.
   */
  constructor(things: Things = new Things()) {
    this.things = things;
  }

  /** Told what can say who can go on. */
  attach(runnable: Runnable): void {
    this.#runnable = runnable;
  }

  /** Whose turns were possible when the run was over. */
  get leftOver(): string[] {
    return this.#runnable?.owners() ?? [];
  }

  /** A turn begins. What is touched from now on, by it or by the microtasks after it, is its. */
  begin(owner: string, host: string, name: number, at: number): void {
    this.#footprint = nothingTouched();
    this.#host = host;
    this.turns.push({
      owner,
      name,
      at,
      instant: this.#instant,
      decision: this.decision,
      enabler: this.#enablers.get(owner) ?? this.#makers.get(name) ?? -1,
      footprint: this.#footprint,
    });
    this.decision = -1;
    this.#enablers.delete(owner);
    if (host === "") this.#footprint.all = true;
    else this.touchHost(host, true);
  }

  /** Time has moved: everything before came before everything after. */
  moved(): void {
    this.#instant++;
    this.#enablers.clear();
    this.#makers.clear();
  }

  /**
   * The run is over: what is touched by those who look at its outcome does not count.
   *
   * @param isSettled Whether it is because its scenario has settled.
   */
  over(isSettled: boolean = false): void {
    this.isQuiet = true;
    const last = this.turns.at(-1);
    // Who ends a run keeps all others from going on.
    if (last !== undefined && (isSettled || this.leftOver.length > 0)) last.footprint.all = true;
  }

  /** Takes note of something that nobody had declared. */
  noteLeak(leak: string): void {
    this.leaks.add(leak);
  }

  /** Whether the turn under way has changed any of some things so far, or may have. */
  hasChanged(things: readonly number[]): boolean {
    return this.#footprint.all || things.some((thing) => this.#footprint.writes.includes(thing));
  }

  /** The turn may touch anything. */
  touchAll(): void {
    if (!this.isQuiet) this.#footprint.all = true;
  }

  /** The turn touches a host. */
  touchHost(name: string, isOwn: boolean = name === this.#host): void {
    if (this.isQuiet || (isOwn && this.#footprint.writes.length > 0)) return;
    addWrite(this.#footprint, this.things.numberOf(hostThing(name)));
  }

  /** The turn changes something that has a name. */
  write(thing: string): void {
    if (!this.isQuiet) addWrite(this.#footprint, this.things.numberOf(thing));
  }

  /** The turn looks at something that has a name. */
  read(thing: string): void {
    if (!this.isQuiet) addRead(this.#footprint, this.things.numberOf(thing));
  }

  /** The turn makes a host able to make a pass. */
  enabled(host: string): void {
    this.touchHost(host);
    this.#enablers.set(host, this.turns.length - 1);
  }

  /** The turn makes an event for a time. */
  scheduled(lane: string, name: number, at: number, now: number): void {
    if (this.isQuiet) return;
    this.write(`${laneOf(lane)}@${at}`);
    if (at <= now) this.#makers.set(name, this.turns.length - 1);
  }

  /** The turn takes back an event of a lane that was due: it could have come before. */
  disables(lane: string): void {
    const by = this.turns.length - 1;
    const owner = laneOf(lane);
    if (by >= 0 && owner !== this.turns[by]?.owner) this.disabled.push({ by, owner });
  }

  /** The turn takes back an event. */
  cancelled(host: string): void {
    if (host === "") this.touchAll();
    else this.touchHost(host);
  }
}
