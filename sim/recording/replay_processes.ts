/**
 * Child processes of a replay.
 *
 * @module
 */

import type {
  ChildProcess,
  ExitStatus,
  KillSignal,
  Processes,
  SpawnOptions,
  StandardStreams,
  StreamHandle,
} from "../../poller/mod.ts";
import { describeSpawn } from "./recording_processes.ts";
import type { ReplayCursor } from "./replay_cursor.ts";
import type { ReplaySite } from "./replay_handle.ts";
import { replayStream } from "./replay_stream.ts";

/** The child processes of a replay. */
export class ReplayProcesses implements Processes {
  readonly #site: ReplaySite;
  readonly #children: ReplayChild[] = [];
  #standard: StandardStreams | null = null;

  /** Made by the replay. */
  constructor(site: ReplaySite) {
    this.#site = site;
  }

  /** See `Processes.openStandardStreams`. */
  openStandardStreams(): StandardStreams {
    if (this.#standard !== null) return this.#standard;
    const answer = this.#site.cursor.call("openStandardStreams");
    return this.#standard = openPipes(this.#site, answer) as StandardStreams;
  }

  /** See `Processes.spawn`. */
  spawn(options: SpawnOptions): ChildProcess {
    const { question, digest } = describeSpawn(options);
    const answer = this.#site.cursor.call("spawn", question, digest) as { pid: number };
    const child = new ReplayChild(this.#site, answer, this.#children.length);
    this.#children.push(child);
    return child;
  }

  /** Has the child end whose end comes next in the recording. */
  exit(child: number, listener: number, status: ExitStatus): void {
    const call = this.#children[child]?.listeners[listener];
    if (call === undefined) throw this.#site.cursor.broken("ends a child that nobody waits for");
    this.#site.cursor.pass();
    call(status);
  }
}

class ReplayChild implements ChildProcess {
  readonly pid: number;
  readonly stdin: StreamHandle | null;
  readonly stdout: StreamHandle | null;
  readonly stderr: StreamHandle | null;
  readonly listeners: ((status: ExitStatus) => void)[] = [];
  readonly #cursor: ReplayCursor;
  readonly #number: number;

  constructor(site: ReplaySite, answer: { readonly pid: number }, number: number) {
    this.#cursor = site.cursor;
    this.#number = number;
    this.pid = answer.pid;
    const { stdin, stdout, stderr } = openPipes(site, answer);
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  get status(): ExitStatus | null {
    return (this.#cursor.fact(`child ${this.#number}`, "status") ?? null) as ExitStatus | null;
  }

  addExitListener(listener: (status: ExitStatus) => void): void {
    this.#cursor.call("addExitListener", this.#number, this.listeners.length);
    this.listeners.push(listener);
  }

  kill(signal: KillSignal): boolean {
    return this.#cursor.call("kill", this.#number, signal) as boolean;
  }
}

function openPipes(
  site: ReplaySite,
  answer: unknown,
): Pick<ChildProcess, "stdin" | "stdout" | "stderr"> {
  const { stdin, stdout, stderr } = answer as Record<"stdin" | "stdout" | "stderr", unknown>;
  return {
    stdin: stdin === null ? null : replayStream(site, stdin),
    stdout: stdout === null ? null : replayStream(site, stdout),
    stderr: stderr === null ? null : replayStream(site, stderr),
  };
}
