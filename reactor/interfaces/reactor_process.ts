/**
 * Child processes.
 *
 * @module
 */

import type { KillSignal } from "../../poller/processes.ts";
import type { Failure } from "../deferred/failure.ts";
import type { IConsumer, IPushProducer } from "./producers.ts";
import type { ITransport } from "./transport.ts";

/** One of a child's standard descriptors: its input, its output, its errors. */
export type ChildFD = 0 | 1 | 2;

/**
 * What one of a child's descriptors is: a pipe that this side writes (`"w"`) or reads (`"r"`), the
 * descriptor of this process itself, or nothing.
 */
export type ChildFDKind = "w" | "r" | "inherit" | "null";

/** A signal for a child: its number, its name, or its name without `SIG`. */
export type SignalID =
  | KillSignal
  | (KillSignal extends `SIG${infer Name}` ? Name : never)
  | number;

/** How a child is started. */
export interface SpawnProcessOptions {
  /**
   * The arguments after the program's own name.
   *
   * @default {[]}
   */
  readonly args?: readonly string[];
  /**
   * The whole environment of the child; `null` gives it that of this process.
   *
   * @default {{}}
   */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The folder that the child begins in. By default that of this process. */
  readonly path?: string;
  /** The user to run as, by number; only the system's administrator may say. */
  readonly uid?: number;
  /** The group to run as, by number; only the system's administrator may say. */
  readonly gid?: number;
  /**
   * What the child's descriptors are; those that are left out are nothing.
   *
   * @default {{ 0: "w", 1: "r", 2: "r" }}
   */
  readonly childFDs?: Readonly<Partial<Record<ChildFD, ChildFDKind>>>;
}

/**
 * Starts child processes.
 *
 * Twisted: `IReactorProcess` (`internet/interfaces.py`, 24.7).
 */
export interface IReactorProcess {
  /**
   * Starts a child. The protocol's `makeConnection` is called in here.
   *
   * A child that cannot be started (no such program, no permission) is one that writes why on its
   * standard error and ends with code 1.
   *
   * Twisted: `spawnProcess(processProtocol, executable, args, env, path, uid, gid, usePTY, childFDs)`.
   * Differs from Twisted: `args` does not begin with the program's own name; a child has no
   * descriptors but the three, and no terminal of its own, since Deno offers neither.
   *
   * @param protocol Who is told of the child.
   * @param executable The path of the program, or its name, which is looked for along `PATH`.
   * @param options How it is started.
   * @returns The transport of the child.
   * @throws {RangeError} If `childFDs` wants to write what the child writes, or to read what it reads.
   */
  spawnProcess(
    protocol: IProcessProtocol,
    executable: string,
    options?: SpawnProcessOptions,
  ): IProcessTransport;
}

/**
 * Who is told of a child.
 *
 * The order is `makeConnection`; any number of `childDataReceived` and, for each pipe, one
 * `childConnectionLost`; somewhere among those `processExited`, once; and last `processEnded`, after
 * which nothing is called.
 *
 * Twisted: `IProcessProtocol` (`internet/interfaces.py`, 24.7).
 */
export interface IProcessProtocol {
  /**
   * The child was started. Called inside `spawnProcess`.
   *
   * @param transport The way to the child.
   */
  makeConnection(transport: IProcessTransport): void;
  /**
   * The child has written something.
   *
   * @param childFD Where: 1 or 2.
   * @param data At least one byte, the protocol's to keep.
   */
  childDataReceived(childFD: ChildFD, data: Uint8Array): void;
  /**
   * A pipe is closed, by either side.
   *
   * @param childFD Which: 0, 1 or 2.
   */
  childConnectionLost(childFD: ChildFD): void;
  /**
   * The child has ended. What it wrote may still come.
   *
   * @param reason `ProcessDone` or `ProcessTerminated`.
   */
  processExited(reason: Failure): void;
  /**
   * The child has ended and all its pipes are closed: everything that it wrote was received.
   *
   * @param reason `ProcessDone` or `ProcessTerminated`.
   */
  processEnded(reason: Failure): void;
}

/**
 * The way to a child. As a transport, a producer and a consumer it is the child's standard input and
 * output: what is written is what the child reads.
 *
 * Twisted: `IProcessTransport` (`internet/interfaces.py`, 24.7). Differs from Twisted: `getPeer()` and
 * `getHost()` answer with an address instead of failing.
 */
export interface IProcessTransport extends ITransport, IConsumer, IPushProducer {
  /** The number of the child; `null` once it has ended, or if it could not be started. */
  readonly pid: number | null;
  /**
   * Sends bytes to one of the child's descriptors.
   *
   * @param childFD Which.
   * @param data The bytes.
   * @throws {RangeError} If this side does not write that descriptor.
   */
  writeToChild(childFD: number, data: Uint8Array): void;
  /** Closes what the child reads, once all that was written is taken. */
  closeStdin(): void;
  /** Closes what the child writes. */
  closeStdout(): void;
  /** Closes what the child writes about its errors. */
  closeStderr(): void;
  /**
   * Closes one of the pipes; one that is closed is ignored.
   *
   * @param childFD Which.
   */
  closeChildFD(childFD: number): void;
  /** Closes what the child reads, as {@linkcode IProcessTransport.closeStdin} does. Not in Twisted. */
  loseWriteConnection(): void;
  /** Kills the child, and closes all pipes; what was not sent is dropped. Not in Twisted. */
  abortConnection(): void;
  /**
   * Sends a signal to the child.
   *
   * @param signal Which.
   * @throws {ProcessExitedAlready} If the child has ended.
   * @throws {RangeError} If there is no such signal.
   * @throws {SocketError} If the child may not be sent signals.
   */
  signalProcess(signal: SignalID): void;
}
