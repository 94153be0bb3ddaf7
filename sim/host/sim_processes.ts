/**
 * Child processes of a simulated host.
 *
 * @module
 */

import {
  type ChildProcess,
  type ExitStatus,
  type KillSignal,
  SocketError,
  type SpawnOptions,
  type StandardStreams,
  type StdioKind,
} from "../../poller/mod.ts";
import type { SimHost } from "./host.ts";
import {
  SimProcess,
  type SimProcesses,
  type SimProgram,
  type SimProgramResult,
  type SimTerminal,
} from "./sim_process.ts";
import { openPipe, type ProgramStream } from "./sim_process_pipe.ts";
import type { SimStream } from "../network/sim_stream.ts";
import { addSeconds } from "../virtual_time.ts";
import { textOf } from "../thrown.ts";

/** The number of the first child; the host's own number is 1. */
const FIRST_PID = 2;

/** The numbers of the signals, as Linux has them. */
const SIGNAL_NUMBERS: Readonly<Record<KillSignal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
};

/** Starts the programs that were installed on a host. */
export class HostProcesses implements SimProcesses {
  readonly #host: SimHost;
  readonly #programs: Map<string, SimProgram>;
  readonly #children = new Set<SimChild>();
  #nextPid = FIRST_PID;
  /** The standard descriptors of the host's program, once somebody has asked for them. */
  #opened: { readonly streams: StandardStreams; readonly terminal: SimTerminal } | null = null;

  /**
   * Made by the host.
   *
   * @param main Those of the host of whose machine it is a process: what is installed is the machine's.
   * @param old Those of the host that had the place before, whose programs are still there.
   */
  constructor(host: SimHost, main: HostProcesses | null, old: HostProcesses | null = null) {
    this.#host = host;
    if (main === null) this.#programs = new Map(old === null ? [] : old.#programs);
    else this.#programs = main.#programs;
  }

  /** See `Processes.openStandardStreams`. */
  openStandardStreams(): StandardStreams {
    return this.#standard.streams;
  }

  /** See {@linkcode SimProcesses.terminal}. */
  get terminal(): SimTerminal {
    return this.#standard.terminal;
  }

  get #standard(): { readonly streams: StandardStreams; readonly terminal: SimTerminal } {
    if (this.#opened === null) {
      const [[stdin, input], [stdout, output], [stderr, errors]] = [
        openPipe(this.#host),
        openPipe(this.#host),
        openPipe(this.#host),
      ];
      stdin.shutdownWrite();
      this.#opened = {
        streams: { stdin, stdout, stderr },
        terminal: { stdin: input, stdout: output, stderr: errors },
      };
    }
    return this.#opened;
  }

  /** See {@linkcode SimProcesses.install}. */
  install(executable: string, program: SimProgram): void {
    this.#host.noteShared("programs", true);
    this.#programs.set(executable, program);
  }

  /** See `Processes.spawn`. */
  spawn(options: SpawnOptions): ChildProcess {
    const { executable } = options;
    this.#host.noteShared("programs", false);
    const program = this.#programs.get(executable);
    if (program === undefined) {
      throw new SocketError("ENOENT", `Cannot spawn ${executable}: there is no such program`);
    }
    if (this.#host.program === "ended") {
      const why = `program on host ${this.#host.machine} has ended`;
      throw new SocketError("EBADF", `Cannot spawn ${executable}: ${why}`);
    }
    const piped = [options.stdin, options.stdout, options.stderr]
      .filter((kind = "piped") => kind === "piped");
    if (!this.#host.network.hasRoomFor(piped.length)) {
      const why = "number of open files is at the limit of the process";
      throw new SocketError("EMFILE", `Cannot spawn ${executable}: ${why}`);
    }
    const pid = this.#nextPid++;
    this.#host.record("spawn", executable, pid);
    const child = new SimChild(this.#host, program, options, pid);
    this.#children.add(child);
    child.addExitListener(() => this.#children.delete(child));
    return child;
  }

  /** Ends all children, as their host's program has ended: nobody is told. */
  end(): void {
    for (const child of this.#children) child.vanish();
    this.#children.clear();
  }
}

/** A child of a simulated host, as its parent sees it. */
class SimChild implements ChildProcess {
  /** See `ChildProcess.pid`. */
  readonly pid: number;
  /** See `ChildProcess.stdin`. */
  readonly stdin: SimStream | null = null;
  /** See `ChildProcess.stdout`. */
  readonly stdout: SimStream | null = null;
  /** See `ChildProcess.stderr`. */
  readonly stderr: SimStream | null = null;
  /** See `ChildProcess.status`. */
  status: ExitStatus | null = null;
  readonly #host: SimHost;
  readonly #process: SimProcess;
  readonly #pipes: readonly (ProgramStream | null)[];
  readonly #listeners: ((status: ExitStatus) => void)[] = [];

  /** Made by {@linkcode HostProcesses.spawn}. */
  constructor(host: SimHost, program: SimProgram, options: SpawnOptions, pid: number) {
    this.pid = pid;
    this.#host = host;
    const input = open(host, options.stdin);
    const output = open(host, options.stdout);
    const errors = open(host, options.stderr);
    this.stdin = input?.[0] ?? null;
    this.stdout = output?.[0] ?? null;
    this.stderr = errors?.[0] ?? null;
    this.stdout?.shutdownWrite();
    this.stderr?.shutdownWrite();
    this.#pipes = [input?.[1] ?? null, output?.[1] ?? null, errors?.[1] ?? null];
    this.#process = new SimProcess({
      options,
      pid,
      pipes: this.#pipes,
      later: (seconds, run) => this.#turn(run, seconds),
    });
    this.#turn(() => {
      if (!this.#process.isOver) this.#start(program);
    });
  }

  /** See `ChildProcess.addExitListener`. */
  addExitListener(listener: (status: ExitStatus) => void): void {
    const { status } = this;
    if (status === null) this.#listeners.push(listener);
    else this.#turn(() => this.#host.whenRunning(() => listener(status)));
  }

  /** See `ChildProcess.kill`. */
  kill(signal: KillSignal): boolean {
    if (this.status !== null) return false;
    this.#turn(() => {
      if (this.#process.isOver) return;
      this.#host.record("signal", signal, this.pid);
      if (this.#process.catchSignal(signal)) return;
      if (signal === "SIGCONT" || signal === "SIGSTOP") return;
      this.#exit({ code: 128 + SIGNAL_NUMBERS[signal], signal });
    });
    return true;
  }

  /** Ends the process without a word to anybody. */
  vanish(): void {
    if (this.#process.isOver) return;
    this.#host.record("killed", `process ${this.pid}`, "");
    this.#process.end();
    for (const pipe of this.#pipes) pipe?.vanish();
  }

  #start(program: SimProgram): void {
    this.#run(program).then(
      (code) => this.#exit({ code: code ?? 0, signal: null }),
      async (error) => {
        await this.#process.write(`${textOf(error)}\n`, 2).catch(() => {});
        this.#exit({ code: 1, signal: null });
      },
    );
  }

  async #run(program: SimProgram): Promise<SimProgramResult> {
    return await program(this.#process);
  }

  /** The process is over: its pipes are closed and its parent is told, in one order or the other. */
  #exit(status: ExitStatus): void {
    if (this.#process.isOver) return;
    this.#process.end();
    if (this.#host.world.choose("exit", 2) === 0) {
      this.#closePipes();
      // The ends have arrived by then.
      this.#turn(() => this.#tell(status), 2 * this.#host.world.link.localLatency);
    } else {
      this.#turn(() => {
        this.#tell(status);
        this.#turn(() => this.#closePipes());
      });
    }
  }

  #closePipes(): void {
    for (const pipe of this.#pipes) pipe?.close();
  }

  /** Tells the parent, once its program runs. */
  #tell(status: ExitStatus): void {
    this.#host.record("exit", `process ${this.pid}`, status.code);
    this.#host.whenRunning(() => {
      this.status = status;
      for (const listener of this.#listeners.splice(0)) listener(status);
    });
  }

  /** Has something run in a turn of its own, outside of every pass. */
  #turn(run: () => void, seconds = 0): void {
    const host = this.#host;
    host.work(addSeconds(host.world.time.now, Math.max(0, seconds)), run);
  }
}

function open(
  host: SimHost,
  kind: StdioKind = "piped",
): readonly [SimStream, ProgramStream] | null {
  return kind === "piped" ? openPipe(host) : null;
}
