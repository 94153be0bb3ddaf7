/**
 * The child processes of the seam.
 *
 * @module
 */

import type { StreamHandle } from "./handle.ts";

/** The signals that can be sent to a child. */
export type KillSignal =
  | "SIGABRT"
  | "SIGALRM"
  | "SIGCONT"
  | "SIGHUP"
  | "SIGINT"
  | "SIGKILL"
  | "SIGQUIT"
  | "SIGSTOP"
  | "SIGTERM"
  | "SIGUSR1"
  | "SIGUSR2";

/**
 * What one of a child's standard descriptors is: a pipe to this process, nothing (`/dev/null`), or
 * the one of this process.
 */
export type StdioKind = "piped" | "null" | "inherit";

/** What to run, and how. */
export interface SpawnOptions {
  /** The path of the program, or its name, which is looked for along `PATH`. */
  readonly executable: string;
  /**
   * The arguments after the program's own name.
   *
   * @default {[]}
   */
  readonly args?: readonly string[];
  /** The whole environment of the child. By default it has that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables of the child's environment in addition to those; they take precedence. */
  readonly extraEnv?: Readonly<Record<string, string>>;
  /** The folder that the child begins in. By default that of this process. */
  readonly cwd?: string;
  /** The user to run as, by number; only the system's administrator may say. */
  readonly uid?: number;
  /** The group to run as, by number; only the system's administrator may say. */
  readonly gid?: number;
  /**
   * The child's standard input.
   *
   * @default {"piped"}
   */
  readonly stdin?: StdioKind;
  /**
   * The child's standard output.
   *
   * @default {"piped"}
   */
  readonly stdout?: StdioKind;
  /**
   * The child's standard error.
   *
   * @default {"piped"}
   */
  readonly stderr?: StdioKind;
}

/** How a child ended. */
export interface ExitStatus {
  /** The exit code; 128 plus the number of the signal if one ended the child. */
  readonly code: number;
  /** The signal that ended the child, `SIGTERM` for example; `null` if it ended by itself. */
  readonly signal: string | null;
}

/**
 * A child that was started.
 *
 * Guaranteed:
 * - its pipes are handles of the platform's network, which its poller watches as any other; what
 *   the child wrote before it ended stays to be received after it has ended, and then the end of
 *   the stream;
 * - `stdin` is for sending only: for reading it is never ready while the child lives, and at its end
 *   once the child has exited; `stdout` and `stderr` are for receiving only: a send throws `EPIPE`;
 * - an exit listener runs once, never inside a call, and outside of every handler and callback of
 *   a loop, as that of a signal does.
 *
 * Not guaranteed: an order between the exit of a child and the end of its pipes (a grandchild may
 * hold them open for long); that `close()` of a full `stdin` ends the child's input before the
 * child has read what was taken.
 */
export interface ChildProcess {
  /** The number of the process. */
  readonly pid: number;
  /** What the child reads; `null` unless it is piped. */
  readonly stdin: StreamHandle | null;
  /** What the child writes; `null` unless it is piped. */
  readonly stdout: StreamHandle | null;
  /** What the child writes about its errors; `null` unless it is piped. */
  readonly stderr: StreamHandle | null;
  /** How the child ended; `null` as long as that is not known. */
  readonly status: ExitStatus | null;
  /**
   * Has a function be called when the child has ended; soon, if it has ended already.
   *
   * @param listener What to call, once. It must not throw.
   */
  addExitListener(listener: (status: ExitStatus) => void): void;
  /**
   * Sends a signal to the child.
   *
   * @param signal The signal.
   * @returns False if the child has ended; its number may be that of another process by now.
   * @throws {SocketError} `EACCES` if the child runs as somebody else, `NOT_CAPABLE` without the
   * permission.
   */
  kill(signal: KillSignal): boolean;
}

/** The standard descriptors of this process. */
export interface StandardStreams {
  /** What this process is given to read; for receiving only. */
  readonly stdin: StreamHandle;
  /** Where this process writes; for sending only. */
  readonly stdout: StreamHandle;
  /** Where this process writes about its errors; for sending only. */
  readonly stderr: StreamHandle;
}

/** Starts child processes, and speaks with the one that started this. */
export interface Processes {
  /**
   * Opens the standard descriptors of this process. The first call opens them, each later one returns
   * the same; to close one closes it for the whole process.
   *
   * @returns The three handles.
   */
  openStandardStreams(): StandardStreams;
  /**
   * Starts a child.
   *
   * @param options What to run, and how.
   * @returns The child.
   * @throws {SocketError} If it cannot be started: `ENOENT` (no such program or folder), `EACCES`
   * (not a program, or not allowed), `EMFILE`, `NOT_CAPABLE` (without the permission to run it).
   */
  spawn(options: SpawnOptions): ChildProcess;
}
