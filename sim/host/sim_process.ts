/**
 * Programs that simulated hosts can run as child processes.
 *
 * @module
 */

import type { KillSignal, Processes, SpawnOptions } from "../../poller/mod.ts";

/**
 * A program: a function on its own pipes. Its result is the exit code, nothing means 0; what it
 * throws is written on its standard error, and its exit code is 1 then.
 */
export type SimProgram = (process: SimProcess) => SimProgramResult | PromiseLike<SimProgramResult>;

/** What a program ends with. */
export type SimProgramResult = number | void;

/**
 * The child processes of a simulated host: it runs the programs that a test installs.
 *
 * @example A host with a program
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const { processes } = sim.host("host");
 * processes.install("false", () => 1);
 * let code = 0;
 * await sim.run(async () => {
 *   const child = processes.spawn({
 *     executable: "false",
 *     stdin: "null",
 *     stdout: "null",
 *     stderr: "null",
 *   });
 *   child.addExitListener((status) => code = status.code);
 *   await sim.sleep(1);
 * });
 * assertEquals(code, 1);
 * ```
 */
export interface SimProcesses extends Processes {
  /**
   * Installs a program, in place of one of the same name.
   *
   * @param executable What it is started by: a name or a path.
   * @param program The program.
   */
  install(executable: string, program: SimProgram): void;
  /**
   * Returns the other ends of the host's own standard descriptors: what writes its input and reads its
   * outputs, as a terminal or a parent does.
   */
  readonly terminal: SimTerminal;
}

/** The other ends of the standard descriptors of a host's program. */
export interface SimTerminal {
  /** Writes what the program reads. */
  readonly stdin: SimProgramPipe;
  /** Reads what the program writes. */
  readonly stdout: SimProgramPipe;
  /** Reads what the program writes about its errors. */
  readonly stderr: SimProgramPipe;
}

/** A program's end of a pipe. */
export interface SimProgramPipe {
  /** Waits until there is something to read; `null` at the end. */
  read(): Promise<Uint8Array | null>;
  /** Waits until all bytes are taken. */
  write(bytes: Uint8Array): Promise<void>;
  /** Closes this end. */
  close(): void;
}

/** What a process is made of. */
export interface SimProcessParts {
  /** What it was started with. */
  readonly options: SpawnOptions;
  /** Its number. */
  readonly pid: number;
  /** Its ends of the pipes; `null` where it has none. */
  readonly pipes: readonly (SimProgramPipe | null)[];
  /** Has something run after some seconds, in a turn of its own. */
  readonly later: (seconds: number, run: () => void) => void;
}

/**
 * A simulated process, as its program sees it. Its descriptors are those of every process: 0 is its
 * input, 1 its output and 2 its errors.
 *
 * A program that was killed is not heard of any more: its pipes are closed, and what it waits for
 * never comes.
 */
export class SimProcess {
  /** The number of the process. */
  readonly pid: number;
  /** The arguments after the program's own name. */
  readonly args: readonly string[];
  /**
   * What is known of the environment: all of it, or what was added to that of the parent, of which
   * a simulation knows nothing; `null` if nothing was added.
   */
  readonly env: Readonly<Record<string, string>> | null;
  /** What the process was started with. */
  readonly options: SpawnOptions;
  readonly #parts: SimProcessParts;
  readonly #handlers = new Map<KillSignal, () => void>();
  #isOver = false;

  /** Made when a child is started. */
  constructor(parts: SimProcessParts) {
    this.#parts = parts;
    this.pid = parts.pid;
    this.options = parts.options;
    this.args = parts.options.args ?? [];
    const { env, extraEnv } = parts.options;
    this.env = env === undefined && extraEnv === undefined ? null : { ...env, ...extraEnv };
  }

  /** Whether the process has ended, or was killed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Waits for input.
   *
   * @returns At least one byte; `null` at the end, which is at once without a pipe.
   */
  async read(): Promise<Uint8Array | null> {
    return await this.#pipe(0)?.read() ?? null;
  }

  /**
   * Writes, and waits for room as long as it takes. Without a pipe the bytes are lost.
   *
   * @param data What to write; text as UTF-8.
   * @param descriptor 1 for the output, 2 for the errors.
   * @returns A promise that rejects with a `SocketError`, `EPIPE`, once the parent does not read.
   * @default {1}
   */
  async write(data: Uint8Array | string, descriptor: 1 | 2 = 1): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    await this.#pipe(descriptor)?.write(bytes);
  }

  /**
   * Closes one of the pipes while the program goes on.
   *
   * @param descriptor 0, 1 or 2.
   */
  close(descriptor: 0 | 1 | 2): void {
    this.#pipe(descriptor)?.close();
  }

  /**
   * Waits for virtual time to pass.
   *
   * @param seconds How long.
   */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.later(seconds, () => {
        if (!this.#isOver) resolve();
      });
    });
  }

  /**
   * Catches a signal, which would end the process otherwise. `SIGKILL` and `SIGSTOP` cannot be
   * caught.
   *
   * @param signal The signal.
   * @param handler What to call; `null` for the default.
   */
  onSignal(signal: Exclude<KillSignal, "SIGKILL" | "SIGSTOP">, handler: (() => void) | null): void {
    if (handler === null) this.#handlers.delete(signal);
    else this.#handlers.set(signal, handler);
  }

  /** Calls the handler of a signal; returns false if there is none. Called by the host. */
  catchSignal(signal: KillSignal): boolean {
    const handler = this.#handlers.get(signal);
    handler?.();
    return handler !== undefined;
  }

  /** Marks the process as over. Called by the host. */
  end(): void {
    this.#isOver = true;
  }

  #pipe(descriptor: number): SimProgramPipe | null {
    return this.#isOver ? null : this.#parts.pipes[descriptor] ?? null;
  }
}
