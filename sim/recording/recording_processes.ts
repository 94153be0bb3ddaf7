/**
 * Recorded child processes.
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
import { digestOfJSON } from "./digest.ts";
import type { RecordWriter } from "./record_writer.ts";
import type { RecordingSite } from "./recording_site.ts";
import { describeStream, recordStream } from "./recording_stream.ts";

/** Processes that are noted when they start and end. */
export class RecordingProcesses implements Processes {
  readonly #site: RecordingSite;
  readonly #inner: Processes;
  #standard: StandardStreams | null = null;
  #children = 0;

  /** Made by the platform. */
  constructor(site: RecordingSite, inner: Processes) {
    this.#site = site;
    this.#inner = inner;
  }

  /** See `Processes.openStandardStreams`. */
  openStandardStreams(): StandardStreams {
    if (this.#standard !== null) return this.#standard;
    const open = () => this.#inner.openStandardStreams();
    const { stdin, stdout, stderr } = this.#site.writer.call(
      "openStandardStreams",
      [],
      open,
      describePipes,
    );
    const [input, output, errors] = [stdin, stdout, stderr].map((pipe) =>
      recordStream(this.#site, pipe)
    ) as [StreamHandle, StreamHandle, StreamHandle];
    return this.#standard = { stdin: input, stdout: output, stderr: errors };
  }

  /** See `Processes.spawn`. */
  spawn(options: SpawnOptions): ChildProcess {
    const { question, digest } = describeSpawn(options);
    const spawn = () => this.#inner.spawn(options);
    const { writer } = this.#site;
    const child = writer.call("spawn", [question, digest], spawn, (child) => ({
      pid: child.pid,
      ...describePipes(child),
    }));
    return new RecordingChild(this.#site, child, this.#children++);
  }
}

/** What a recording says of a child that is to be started: of its environment a digest only. */
export function describeSpawn(options: SpawnOptions): { question: unknown; digest: number } {
  const { env, extraEnv, ...question } = options;
  return { question, digest: digestOfJSON([env ?? null, extraEnv ?? null]) };
}

interface Pipes {
  readonly stdin: StreamHandle | null;
  readonly stdout: StreamHandle | null;
  readonly stderr: StreamHandle | null;
}

function describePipes({ stdin, stdout, stderr }: Pipes): object {
  return {
    stdin: stdin && describeStream(stdin),
    stdout: stdout && describeStream(stdout),
    stderr: stderr && describeStream(stderr),
  };
}

/** A child whose end is noted. */
class RecordingChild implements ChildProcess {
  readonly pid: number;
  readonly stdin: StreamHandle | null;
  readonly stdout: StreamHandle | null;
  readonly stderr: StreamHandle | null;
  readonly #writer: RecordWriter;
  readonly #inner: ChildProcess;
  readonly #number: number;
  #listeners = 0;
  #status: ExitStatus | null = null;

  constructor(site: RecordingSite, inner: ChildProcess, number: number) {
    this.#writer = site.writer;
    this.#inner = inner;
    this.#number = number;
    this.pid = inner.pid;
    this.stdin = inner.stdin && recordStream(site, inner.stdin);
    this.stdout = inner.stdout && recordStream(site, inner.stdout);
    this.stderr = inner.stderr && recordStream(site, inner.stderr);
  }

  get status(): ExitStatus | null {
    const { status } = this.#inner;
    if (status !== this.#status) {
      this.#status = status;
      this.#writer.fact(`child ${this.#number}`, "status", status);
    }
    return status;
  }

  addExitListener(listener: (status: ExitStatus) => void): void {
    const number = this.#listeners++;
    const child = this.#number;
    this.#writer.call(
      "addExitListener",
      [child, number],
      () =>
        this.#inner.addExitListener((status) => {
          this.#writer.note("exited", child, number, status);
          listener(status);
        }),
    );
  }

  kill(signal: KillSignal): boolean {
    const kill = () => this.#inner.kill(signal);
    return this.#writer.call("kill", [this.#number, signal], kill, Boolean);
  }
}
