/**
 * Tornado's child processes.
 *
 * @module
 */

import { captureContext } from "../poller/context.ts";
import type {
  ChildProcess,
  ExitStatus,
  KillSignal,
  SpawnOptions,
  StdioKind,
} from "../poller/processes.ts";
import { CalledProcessError } from "./errors.ts";
import { IOLoop } from "./io_loop.ts";
import { PipeIOStream } from "./iostream/pipe_io_stream.ts";

/** The code of a child that a signal has ended is the signal's number on top of this. */
const SIGNAL_BASE = 128;

/** What one of the child's standard descriptors is: a stream, nothing, or that of this process. */
export type SubprocessStdio = "stream" | "null" | "inherit";

/** How a child is started. */
export interface SubprocessOptions {
  /** The loop that the streams and the exit callback run on. By default the current one. */
  readonly ioLoop?: IOLoop;
  /**
   * The child's standard input.
   *
   * @default {"inherit"}
   */
  readonly stdin?: SubprocessStdio;
  /**
   * The child's standard output.
   *
   * @default {"inherit"}
   */
  readonly stdout?: SubprocessStdio;
  /**
   * The child's standard error.
   *
   * @default {"inherit"}
   */
  readonly stderr?: SubprocessStdio;
  /** The whole environment of the child. By default it has that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that the child begins in. By default that of this process. */
  readonly cwd?: string;
}

/** What {@linkcode Subprocess.waitForExit} does at the end. */
export interface WaitForExitOptions {
  /**
   * Whether an exit code other than 0 rejects.
   *
   * @default {true}
   */
  readonly raiseError?: boolean;
}

/**
 * A child process whose pipes are streams and whose exit is a callback of the loop.
 *
 * The exit callback runs in a pass of the loop, never inside a call. It may come before everything
 * that the child wrote was read: what was written stays to be read.
 *
 * Tornado: `Subprocess` (`process.py`, 4.5.3).
 *
 * Differs from Tornado: it runs on every loop, `TwistedIOLoop` too, where the original's exit
 * callback does not work because both sides want `SIGCHLD`; here the platform tells of the exit, so
 * there is no `initialize()`. The command is a list, never a line for a shell.
 *
 * @example A child's answer
 * ```ts
 * import { PollIOLoop, Subprocess } from "@twinloop/twinloop/ioloop";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * // On the machine it would be a program of the machine.
 * const sim = new Simulation();
 * const host = sim.host("local");
 * host.processes.install("greet", (process) => process.write(`hello ${process.args[0]}`));
 *
 * const ioLoop = new PollIOLoop(host);
 * await sim.run(() =>
 *   ioLoop.runSync(async () => {
 *     const child = new Subprocess(["greet", "world"], { stdout: Subprocess.STREAM });
 *     const answer = await child.stdout!.readUntilClose();
 *     assertEquals(new TextDecoder().decode(answer), "hello world");
 *     assertEquals(await child.waitForExit(), 0);
 *   })
 * );
 * ```
 */
export class Subprocess {
  /** Makes a descriptor of the child a stream of this end. Tornado: `Subprocess.STREAM`. */
  static readonly STREAM = "stream";

  /** The loop that the streams and the exit callback run on. Tornado: `io_loop`. */
  readonly ioLoop: IOLoop;
  /** The child below. Tornado: `proc`. */
  readonly proc: ChildProcess;
  /** What the child reads; `null` unless it was asked for. */
  readonly stdin: PipeIOStream | null;
  /** What the child writes; `null` unless it was asked for. */
  readonly stdout: PipeIOStream | null;
  /** What the child writes about its errors; `null` unless it was asked for. */
  readonly stderr: PipeIOStream | null;
  /**
   * The exit code, negative if a signal has ended the child (-9 for `SIGKILL`); `null` before the
   * exit callback was due. Tornado: `returncode`.
   */
  returncode: number | null = null;
  /** Adds the exit callback to the loop; `null` if there is none, or it was added. */
  #exitCallback: ((returncode: number) => void) | null = null;
  readonly #exited: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #command: readonly string[];

  /**
   * Starts a child.
   *
   * @param command The program and its arguments.
   * @param options The descriptors, the environment and the loop.
   * @throws {RangeError} If the command is empty.
   * @throws {SocketError} If the program cannot be started: `ENOENT` if there is none.
   */
  constructor(command: readonly string[], options: SubprocessOptions = {}) {
    const [executable, ...args] = command;
    if (executable === undefined) {
      throw new RangeError("Cannot start a subprocess: command is empty");
    }
    const { ioLoop = IOLoop.current(), env, cwd } = options;
    this.ioLoop = ioLoop;
    this.#command = [...command];
    const spawnOptions: SpawnOptions = {
      executable,
      args,
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
      stdin: toStdioKind(options.stdin),
      stdout: toStdioKind(options.stdout),
      stderr: toStdioKind(options.stderr),
    };
    const proc = this.proc = ioLoop.platform.processes.spawn(spawnOptions);
    this.stdin = proc.stdin === null ? null : new PipeIOStream(proc.stdin, ioLoop);
    this.stdout = proc.stdout === null ? null : new PipeIOStream(proc.stdout, ioLoop);
    this.stderr = proc.stderr === null ? null : new PipeIOStream(proc.stderr, ioLoop);
    proc.addExitListener((status) => {
      ioLoop.addCallbackFromSignal(() => this.#onExit(status));
    });
  }

  /** The number of the process. Tornado: `pid`. */
  get pid(): number {
    return this.proc.pid;
  }

  /**
   * Has a function be called in a pass of the loop when the child has ended; in the next pass if it
   * has already. It replaces one that was set before and not called, and runs once, in the context
   * in which it was set. What it throws goes to the loop's `handleCallbackException`.
   *
   * Tornado: `set_exit_callback(callback)`.
   *
   * @param callback Gets {@linkcode Subprocess.returncode}.
   */
  setExitCallback(callback: (returncode: number) => unknown): void {
    const context = captureContext();
    this.#exitCallback = (returncode) => {
      context(() => this.ioLoop.addCallback(callback, returncode));
    };
    this.#callBack();
  }

  /**
   * Waits until the child has ended. It does not disturb the exit callback.
   *
   * Tornado: `wait_for_exit(raise_error=True)`.
   *
   * @param options What an exit code other than 0 does.
   * @returns A promise for {@linkcode Subprocess.returncode}, settled in a pass of the loop. It
   * rejects with `CalledProcessError` if that is not 0.
   */
  async waitForExit({ raiseError = true }: WaitForExitOptions = {}): Promise<number> {
    const returncode = await this.#exited.promise;
    if (raiseError && returncode !== 0) throw new CalledProcessError(returncode, this.#command);
    return returncode;
  }

  /**
   * Sends a signal to the child.
   *
   * Python: `Popen.send_signal(signal)`.
   *
   * @param signal The signal.
   * @returns False if the child has ended.
   * @throws {SocketError} If the child cannot be signalled.
   * @default {"SIGTERM"}
   */
  kill(signal: KillSignal = "SIGTERM"): boolean {
    return this.proc.kill(signal);
  }

  #onExit({ code, signal }: ExitStatus): void {
    this.returncode = signal === null ? code : SIGNAL_BASE - code;
    this.#exited.resolve(this.returncode);
    this.#callBack();
  }

  #callBack(): void {
    const { returncode } = this;
    if (returncode === null) return;
    const callback = this.#exitCallback;
    this.#exitCallback = null;
    callback?.(returncode);
  }
}

function toStdioKind(stdio: SubprocessStdio = "inherit"): StdioKind {
  return stdio === "stream" ? "piped" : stdio;
}
