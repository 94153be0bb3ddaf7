/**
 * Child processes on Deno.
 *
 * @module
 */

import { toSocketError } from "./deno_errors.ts";
import type { HandleSite } from "./deno_handle.ts";
import { PipeReader, PipeWriter } from "./deno_native_pipe.ts";
import { DenoStream } from "./deno_stream.ts";
import type { StreamHandle } from "./handle.ts";
import { StandardStream } from "./deno_standard_stream.ts";
import type {
  ChildProcess,
  ExitStatus,
  KillSignal,
  Processes,
  SpawnOptions,
  StandardStreams,
} from "./processes.ts";

/** The child processes of the machine. They need `--allow-run`. */
export class DenoProcesses implements Processes {
  readonly #site: HandleSite;
  #standardStreams: StandardStreams | null = null;

  /**
   * Makes what starts children.
   *
   * @param site What the handles of their pipes share.
   */
  constructor(site: HandleSite) {
    this.#site = site;
  }

  /** See {@linkcode Processes.openStandardStreams}. */
  openStandardStreams(): StandardStreams {
    return this.#standardStreams ??= this.#openStandardStreams();
  }

  #openStandardStreams(): StandardStreams {
    const open = (descriptor: ConstructorParameters<typeof StandardStream>[0]) =>
      DenoStream.over(this.#site, new StandardStream(descriptor));
    const stdin = open(Deno.stdin);
    stdin.shutdownWrite();
    return { stdin, stdout: open(Deno.stdout), stderr: open(Deno.stderr) };
  }

  /** See {@linkcode Processes.spawn}. */
  spawn(options: SpawnOptions): ChildProcess {
    const { executable } = options;
    try {
      const child = new Deno.Command(executable, commandOptions(options)).spawn();
      return new DenoChild(this.#site, executable, options, child);
    } catch (error) {
      throw toSocketError(`spawn ${executable}`, error);
    }
  }
}

/** A child over Deno's. */
class DenoChild implements ChildProcess {
  /** See {@linkcode ChildProcess.pid}. */
  readonly pid: number;
  /** See {@linkcode ChildProcess.stdin}. */
  readonly stdin: StreamHandle | null;
  /** See {@linkcode ChildProcess.stdout}. */
  readonly stdout: StreamHandle | null;
  /** See {@linkcode ChildProcess.stderr}. */
  readonly stderr: StreamHandle | null;
  /** See {@linkcode ChildProcess.status}. */
  status: ExitStatus | null = null;
  readonly #executable: string;
  readonly #child: Deno.ChildProcess;
  readonly #exited: Promise<ExitStatus>;

  /** Made by {@linkcode DenoProcesses.spawn}. */
  constructor(
    site: HandleSite,
    executable: string,
    { stdin, stdout, stderr }: SpawnOptions,
    child: Deno.ChildProcess,
  ) {
    this.pid = child.pid;
    this.#executable = executable;
    this.#child = child;
    this.#exited = child.status.then(({ code, signal }) => {
      this.status = { code, signal };
      return this.status;
    });
    const announce = () => site.sink.started();
    const reader = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      const handle = DenoStream.over(site, new PipeReader(stream, announce));
      handle.shutdownWrite();
      return handle;
    };
    this.stdin = isPiped(stdin)
      ? DenoStream.over(site, new PipeWriter(child.stdin, this.#exited, announce))
      : null;
    this.stdout = isPiped(stdout) ? reader(child.stdout) : null;
    this.stderr = isPiped(stderr) ? reader(child.stderr) : null;
  }

  /** See {@linkcode ChildProcess.addExitListener}. */
  addExitListener(listener: (status: ExitStatus) => void): void {
    this.#exited.then(listener);
  }

  /** See {@linkcode ChildProcess.kill}. */
  kill(signal: KillSignal): boolean {
    if (this.status !== null) return false;
    try {
      this.#child.kill(signal);
      return true;
    } catch (error) {
      // So Deno says that the child has ended, though its status has not come yet.
      if (error instanceof TypeError || error instanceof Deno.errors.NotFound) return false;
      throw toSocketError(`send ${signal} to ${this.#executable}`, error);
    }
  }
}

function isPiped(kind: SpawnOptions["stdin"]): boolean {
  return kind === undefined || kind === "piped";
}

function commandOptions(options: SpawnOptions): Deno.CommandOptions {
  const { args, env, extraEnv, cwd, uid, gid, stdin, stdout, stderr } = options;
  return {
    args: [...args ?? []],
    stdin: stdin ?? "piped",
    stdout: stdout ?? "piped",
    stderr: stderr ?? "piped",
    env: { ...env, ...extraEnv },
    clearEnv: env !== undefined,
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}
