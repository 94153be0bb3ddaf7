/**
 * A host of a simulated world.
 *
 * @module
 */

import type { ErrorReport, RandomSource } from "../../poller/mod.ts";
import { Lane } from "../due_lanes.ts";
import { HostClock } from "./host_clock.ts";
import { labelOf, nameOfHost } from "./host_names.ts";
import { SeededRandom, splitSeed } from "../seed.ts";
import { SimNetwork } from "../network/sim_network.ts";
import { SimPoller } from "./sim_poller.ts";
import { HostProcesses } from "./sim_processes.ts";
import { SimSignals } from "./sim_signals.ts";
import { HostWorkers } from "./sim_workers.ts";
import type { SimulatedHost } from "../simulation_options.ts";
import { workLaneOf } from "../turn_log.ts";
import { mix } from "../virtual_time.ts";
import type { World } from "../world.ts";

/** Below are those that processes begin with: 0, 1 and 2. */
const HANDLE_ID_FIRST = 3;

/** Whether a machine answers. */
type HostLife = "up" | "down" | "replaced";

/** What the programs on a machine do. */
type ProgramState = "running" | "paused" | "ended";

/**
 * A host: the platform that loops under test are built on. Made by `Simulation.host`.
 *
 * A further process on its machine is one, too: what is the machine's it has from `main`.
 */
export class SimHost implements SimulatedHost {
  /** The host's name, by which others reach it; of a process, `host/process`. */
  readonly name: string;
  /** The host of whose machine this is a process: itself, unless {@linkcode SimHost.process} made it. */
  readonly main: SimHost;
  /** The host's address, by which others reach it. */
  readonly address: string;
  /** The world that the host is in. */
  readonly world: World;
  /** Virtual time, as the host sees it. */
  readonly clock: HostClock;
  /** Readiness; the simulation makes its passes. */
  readonly poller: SimPoller;
  /** Takes an error that nobody took: the run fails unless a test takes it. */
  readonly report: (report: ErrorReport) => void;
  #life: HostLife = "up";
  #program: ProgramState = "running";
  /** Turns that came while the program was paused: signals, and timers of the globals. */
  pendingTurns: (() => void)[] = [];
  /** Whether the host is in the queue of those that can make a pass. */
  queued = false;
  /** When it got there, counted in what the scheduler did before. */
  queuedAt = 0;
  /** The causal name of the next pass. */
  wakeName = 0;
  /** What arrives at the host, one after the other. */
  readonly lane: Lane;
  /** How many hosts had this place before: 0 unless one was started anew. */
  readonly generation: number;
  /** What the streams of randomness and the causal names are split by. */
  readonly #label: string;
  /** The causal name of the host itself. */
  readonly #name: number;
  // What follows is made when it is first asked for: a search makes thousands of hosts.
  #network: SimNetwork | null = null;
  #signals: SimSignals | null = null;
  #random: RandomSource | null = null;
  #processes: HostProcesses | null = null;
  #workers: HostWorkers | null = null;
  #workLane: Lane | null = null;
  /** The further processes on the machine, by name; only of a `main`. */
  #others: Map<string, SimHost> | null = null;
  /** The number of the next handle; a host that is started anew goes on where the old one was. */
  #nextHandleId: number;
  /** How many polls began outside of every event. */
  #rootPolls = 0;

  /**
   * Made by the simulation.
   *
   * @param old The host that had the place before.
   * @param main The host of whose machine it is a further process.
   */
  constructor(
    world: World,
    name: string,
    address: string,
    old: SimHost | null = null,
    main: SimHost | null = null,
  ) {
    this.world = world;
    this.name = name;
    this.main = main ?? this;
    this.lane = new Lane(name);
    this.address = address;
    const generation = main?.generation ?? (old === null ? 0 : old.generation + 1);
    this.generation = generation;
    this.#nextHandleId = old === null ? HANDLE_ID_FIRST : old.#nextHandleId;
    this.#label = labelOf(name, generation, main === null ? null : main.#label);
    this.#name = nameOfHost(this.#label);
    this.clock = main?.clock ?? new HostClock(world.time, (wakes) => this.#clockChanged(wakes));
    this.poller = new SimPoller(this);
    // What is on its disk is still there: the programs, as the files of its sockets.
    if (old !== null && old.#network !== null) {
      this.#network = new SimNetwork(this, null, old.#network);
    }
    if (old !== null && old.#processes !== null) {
      this.#processes = new HostProcesses(this, null, old.#processes);
    }
    // A function that is written in the assignment lives in V8's old space from the start, and with it
    // all that it refers to: a search would have each of its worlds wait for a major collection.
    const report = (report: ErrorReport): void => {
      // The report's place is the event before it.
      if (this.program !== "ended") world.noteReport(this, report.message, report.error);
      this.record("report", "", report.message);
    };
    this.report = report;
  }

  /**
   * Whether the host answers: `down` after it crashed silently, `replaced` once another was started
   * in its place, which knows nothing of its connections.
   */
  get life(): HostLife {
    return this.main.#life;
  }

  set life(life: HostLife) {
    this.main.#life = life;
  }

  /** What the programs on the host do: what has ended never runs again. */
  get program(): ProgramState {
    return this.main.#program;
  }

  set program(program: ProgramState) {
    this.main.#program = program;
  }

  /** The name of the machine: that of `main`. */
  get machine(): string {
    return this.main.name;
  }

  /** Whether there are further processes on the machine. */
  get isShared(): boolean {
    return this.main.#others !== null;
  }

  /** All processes on the machine, `main` first. */
  get everyProcess(): readonly SimHost[] {
    const { main } = this;
    return main.#others === null ? [main] : [main, ...main.#others.values()];
  }

  /** See {@linkcode SimulatedHost.process}. */
  process(name: string): SimHost {
    const { main } = this;
    return main.#others?.get(name) ?? main.#addProcess(name);
  }

  /** What opens handles. */
  get network(): SimNetwork {
    return this.#network ??= new SimNetwork(this, this.main === this ? null : this.main.network);
  }

  /** Signals, sent with `Simulation.signal`. */
  get signals(): SimSignals {
    return this.#signals ??= new SimSignals();
  }

  /** Child processes, of programs that a test installs. */
  get processes(): HostProcesses {
    return this.#processes ??= new HostProcesses(
      this,
      this.main === this ? null : this.main.processes,
    );
  }

  /** Ends the children, if there are any. */
  endChildren(): void {
    this.#processes?.end();
  }

  /** Threads, which call the functions themselves. */
  get workers(): HostWorkers {
    return this.#workers ??= new HostWorkers(this);
  }

  /** Randomness that the simulation's seed and the host's name decide. */
  get random(): RandomSource {
    return this.#random ??= new SeededRandom(splitSeed(this.world.seed, `host/${this.#label}`));
  }

  /** Returns a number that no other handle of this host has, or had. */
  nextHandleId(): number {
    return this.#nextHandleId++;
  }

  /** Names the next pass after the event in which its poll begins; outside of one, after the host. */
  nameNextPass(): void {
    const { time } = this.world;
    this.wakeName = time.cause === 0
      ? mix(this.#name, ++this.#rootPolls)
      : time.nextName(~this.lane.kind);
  }

  /** Takes a turn of the program: now, when it goes on after a pause, or never if it has ended. */
  whenRunning(turn: () => void): void {
    if (this.program === "running") turn();
    else if (this.program === "paused") {
      this.main.pendingTurns.push(() => {
        this.world.enter(this);
        turn();
      });
    }
  }

  /**
   * Has a thread or a child process of the host take a turn, outside of every pass: after those that
   * others of the host take at the same time, before or after what arrives then.
   */
  work(at: number, turn: () => void): void {
    const { world } = this;
    const lane = this.#workLane ??= new Lane(this.name, workLaneOf(this.name));
    world.time.scheduleTurn(at, () => {
      world.enter(this);
      turn();
    }, lane);
  }

  /** Says that the turn under way touches this host, for whoever notes it. */
  touch(): void {
    this.world.time.log?.touchHost(this.name);
  }

  /**
   * Says that the turn under way looks at something that the processes of the machine share, or changes
   * it, for whoever notes it.
   */
  noteShared(what: string, isChanged: boolean): void {
    const { log } = this.world.time;
    if (log === null || !this.isShared) return;
    const thing = `${what} of ${this.machine}`;
    if (isChanged) log.write(thing);
    else log.read(thing);
  }

  /** Adds an entry to the trace. */
  record(kind: string, subject: string, detail: string | number): void {
    const { time, trace } = this.world;
    time.log?.touchHost(this.name);
    trace.record(time.now, time.cause, this.name, kind, subject, detail);
  }

  /** Has every process look again whose clock it is: its poll may have ended, or its wall clock stepped. */
  #clockChanged(wakes: boolean): void {
    if (wakes) this.world.clockChanged(this);
    for (const process of this.everyProcess) {
      if (wakes) process.poller.wake();
      else process.touch();
    }
  }

  #addProcess(name: string): SimHost {
    const full = `${this.name}/${name}`;
    const cannot = `Cannot make process ${name} on host ${this.name}`;
    if (this.program === "ended") throw new TypeError(`${cannot}: its program has ended`);
    if (this.world.hosts.has(full)) throw new TypeError(`${cannot}: there is a host ${full}`);
    // Until now nothing that its program did concerned anybody else on the machine.
    this.world.time.log?.touchAll();
    const process = new SimHost(this.world, full, this.address, null, this);
    const others = this.#others ??= new Map();
    others.set(name, process);
    this.world.addProcess(process);
    if (this.program === "paused") process.poller.suspend();
    return process;
  }
}
