/**
 * The transport of a child process.
 *
 * @module
 */

import type { ChildProcess, ExitStatus, SpawnOptions } from "../../poller/processes.ts";
import { Failure } from "../deferred/failure.ts";
import type { IPullProducer, IPushProducer } from "../interfaces/producers.ts";
import type {
  ChildFD,
  ChildFDKind,
  IProcessProtocol,
  IProcessTransport,
  SignalID,
  SpawnProcessOptions,
} from "../interfaces/reactor_process.ts";
import { prefixOf } from "../net/log_prefix.ts";
import type { TransportSite } from "../net/transport_site.ts";
import { ProcessDone, ProcessExitedAlready, ProcessTerminated } from "./errors.ts";
import { ProcessAddress } from "./process_address.ts";
import { type PipeOwner, ProcessReader, ProcessWriter } from "./process_pipe.ts";
import { toSignalName } from "./signal_names.ts";

/** What a child's descriptors are, unless said otherwise. */
const CHILD_FDS: Readonly<Record<ChildFD, ChildFDKind>> = { 0: "w", 1: "r", 2: "r" };

/** The exit code of a child that could not be started. */
const NOT_STARTED = 1;

/**
 * A child process, as its protocol sees it.
 *
 * Twisted: `Process` (`internet/process.py`, 24.7). Differs from Twisted: see
 * {@linkcode IReactorProcess.spawnProcess}.
 */
export class Process implements IProcessTransport, PipeOwner {
  readonly #site: TransportSite;
  readonly #protocol: IProcessProtocol;
  readonly #executable: string;
  /** The pipes that are open. */
  readonly #pipes = new Map<number, ProcessReader | ProcessWriter>();
  #child: ChildProcess | null = null;
  /** How the child ended; `null` until that is known here. */
  #reason: Failure | null = null;
  #hasEnded = false;

  /**
   * Starts a child and gives its protocol the transport.
   *
   * @param site What its pipes share with the other transports of the reactor.
   * @param protocol Who is told of the child.
   * @param executable The program.
   * @param options How it is started.
   */
  constructor(
    site: TransportSite,
    protocol: IProcessProtocol,
    executable: string,
    options: SpawnProcessOptions,
  ) {
    this.#site = site;
    this.#protocol = protocol;
    this.#executable = executable;
    const spawnOptions = toSpawnOptions(executable, options);
    let failure: { readonly error: unknown } | null = null;
    try {
      this.#start(site.reactor.platform.processes.spawn(spawnOptions));
    } catch (error) {
      failure = { error };
    }
    this.#tell("makeConnection", () => protocol.makeConnection(this));
    if (failure !== null) this.#failToStart(failure.error, spawnOptions);
  }

  /** The number of the child; `null` once it has ended, or if it could not be started. */
  get pid(): number | null {
    return this.#reason === null ? this.#child?.pid ?? null : null;
  }

  // -- Writing --

  /**
   * Sends bytes to the child's standard input. Ignored when that is closed.
   *
   * @param data The bytes.
   */
  write(data: Uint8Array): void {
    this.#pipes.get(0)?.write(data);
  }

  /**
   * Sends several pieces to the child's standard input.
   *
   * @param data The pieces, in order.
   */
  writeSequence(data: Iterable<Uint8Array>): void {
    this.#pipes.get(0)?.writeSequence(data);
  }

  /**
   * Sends bytes to one of the child's descriptors.
   *
   * @param childFD Which.
   * @param data The bytes.
   * @throws {RangeError} If this side does not write that descriptor, or it is closed.
   */
  writeToChild(childFD: number, data: Uint8Array): void {
    const pipe = this.#pipes.get(childFD);
    if (pipe instanceof ProcessWriter) return pipe.write(data);
    throw new RangeError(`Cannot write to a child: its descriptor ${childFD} is not one to write`);
  }

  /**
   * Registers what fills the child's standard input; see `IConsumer.registerProducer`.
   *
   * @param producer The producer.
   * @param streaming True for a push producer.
   * @throws {Error} If one is registered already.
   */
  registerProducer(producer: IPushProducer, streaming: true): void;
  /**
   * Registers a pull producer; see the other form.
   *
   * @param producer The producer.
   * @param streaming False.
   * @throws {Error} If one is registered already.
   */
  registerProducer(producer: IPullProducer, streaming: false): void;
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    const pipe = this.#pipes.get(0);
    if (pipe === undefined) return producer.stopProducing();
    if (streaming) pipe.registerProducer(producer as IPushProducer, true);
    else pipe.registerProducer(producer as IPullProducer, false);
  }

  /** Forgets the producer. A `closeStdin()` that waited for it goes on. */
  unregisterProducer(): void {
    this.#pipes.get(0)?.unregisterProducer();
  }

  // -- Reading --

  /** Stops reading what the child writes: in time it cannot write any more. */
  pauseProducing(): void {
    for (const pipe of this.#readers()) pipe.stopReading();
  }

  /** Reads again. */
  resumeProducing(): void {
    for (const pipe of this.#readers()) pipe.resumeProducing();
  }

  /** Closes all pipes, as {@linkcode Process.loseConnection} does. */
  stopProducing(): void {
    this.loseConnection();
  }

  // -- Ending --

  /** Closes what the child reads, once all that was written is taken. */
  closeStdin(): void {
    this.closeChildFD(0);
  }

  /** Closes what the child writes. */
  closeStdout(): void {
    this.closeChildFD(1);
  }

  /** Closes what the child writes about its errors. */
  closeStderr(): void {
    this.closeChildFD(2);
  }

  /**
   * Closes one of the pipes; one that is closed is ignored.
   *
   * @param childFD Which.
   */
  closeChildFD(childFD: number): void {
    this.#pipes.get(childFD)?.loseConnection();
  }

  /** Closes all pipes. The child goes on, and most end then. */
  loseConnection(): void {
    this.closeStdin();
    this.closeStderr();
    this.closeStdout();
  }

  /** Closes what the child reads, as the write side of a connection. */
  loseWriteConnection(): void {
    this.closeStdin();
  }

  /**
   * Kills the child, and closes all pipes; what was not sent is dropped.
   *
   * @throws {SocketError} If the child may not be sent signals; the pipes are closed all the same.
   */
  abortConnection(): void {
    for (const pipe of this.#pipes.values()) pipe.abort();
    if (this.#reason === null) this.#child?.kill("SIGKILL");
  }

  /**
   * Sends a signal to the child.
   *
   * @param signal Its name, with or without `SIG`, or its number.
   * @throws {ProcessExitedAlready} If the child has ended.
   * @throws {RangeError} If there is no such signal.
   * @throws {SocketError} If the child may not be sent signals.
   */
  signalProcess(signal: SignalID): void {
    const name = toSignalName(signal);
    if (this.#reason !== null || this.#child === null || !this.#child.kill(name)) {
      throw new ProcessExitedAlready(`Cannot signal ${this.#executable}: it has ended`);
    }
  }

  // -- About --

  /** Returns the address of the child. */
  getPeer(): ProcessAddress {
    return new ProcessAddress(this.#executable);
  }

  /** Returns the address of this end, which is that of the child. */
  getHost(): ProcessAddress {
    return this.getPeer();
  }

  /** Returns the log prefix of the protocol. */
  logPrefix(): string {
    return prefixOf(this.#protocol);
  }

  // -- For pipes --

  /**
   * Hands on what the child wrote. Called by a pipe.
   *
   * @param childFD Where.
   * @param data What.
   */
  childDataReceived(childFD: ChildFD, data: Uint8Array): void {
    this.#protocol.childDataReceived(childFD, data);
  }

  /**
   * Tells that a pipe is closed. Called by the pipe.
   *
   * @param childFD Which.
   */
  childConnectionLost(childFD: ChildFD): void {
    this.#pipes.delete(childFD);
    this.#tell("childConnectionLost", () => this.#protocol.childConnectionLost(childFD));
    this.#endIfOver();
  }

  #start(child: ChildProcess): void {
    this.#child = child;
    const { stdin, stdout, stderr } = child;
    if (stdin !== null) this.#pipes.set(0, new ProcessWriter(this.#site, this, 0, stdin));
    if (stdout !== null) this.#pipes.set(1, new ProcessReader(this.#site, this, 1, stdout));
    if (stderr !== null) this.#pipes.set(2, new ProcessReader(this.#site, this, 2, stderr));
    child.addExitListener((status) => {
      this.#site.reactor.callFromThread(() => this.#onExit(toReason(status)));
    });
  }

  /** Makes of an error what the original makes of it: a child that says why and ends. */
  #failToStart(error: unknown, { stdin, stdout, stderr }: SpawnOptions): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.#site.reactor.callFromThread(() => {
      if (stderr === "piped") {
        const data = new TextEncoder().encode(`${text}\n`);
        this.#tell("childDataReceived", () => this.#protocol.childDataReceived(2, data));
      }
      const kinds = [[0, stdin], [1, stdout], [2, stderr]] as const;
      for (const [childFD, kind] of kinds) if (kind === "piped") this.childConnectionLost(childFD);
      this.#onExit(new ProcessTerminated(NOT_STARTED, null));
    });
  }

  #onExit(reason: Error): void {
    const failure = new Failure(reason);
    this.#reason = failure;
    this.#tell("processExited", () => this.#protocol.processExited(failure));
    this.#endIfOver();
  }

  #endIfOver(): void {
    const reason = this.#reason;
    if (reason === null || this.#pipes.size > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tell("processEnded", () => this.#protocol.processEnded(reason));
  }

  #readers(): ProcessReader[] {
    return [...this.#pipes.values()].filter((pipe) => pipe instanceof ProcessReader);
  }

  /** Calls a method of the protocol; what it throws is logged. */
  #tell(method: keyof IProcessProtocol, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#site.logError(`Exception in ${method}`, error, this.logPrefix());
    }
  }
}

function toReason({ code, signal }: ExitStatus): ProcessDone | ProcessTerminated {
  if (signal !== null) return new ProcessTerminated(null, signal);
  return code === 0 ? new ProcessDone() : new ProcessTerminated(code, null);
}

function toSpawnOptions(executable: string, options: SpawnProcessOptions): SpawnOptions {
  const { args = [], env = {}, path, uid, gid, childFDs = CHILD_FDS } = options;
  return {
    executable,
    args,
    stdin: toStdio(childFDs, 0),
    stdout: toStdio(childFDs, 1),
    stderr: toStdio(childFDs, 2),
    ...(env === null ? {} : { env }),
    ...(path === undefined ? {} : { cwd: path }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}

function toStdio(
  childFDs: NonNullable<SpawnProcessOptions["childFDs"]>,
  childFD: ChildFD,
): "piped" | "null" | "inherit" {
  const kind = childFDs[childFD] ?? "null";
  if (kind === "null" || kind === "inherit") return kind;
  if (kind === CHILD_FDS[childFD]) return "piped";
  const verb = childFD === 0 ? "read" : "write";
  throw new RangeError(
    `Cannot start a process: descriptor ${childFD} is for the child to ${verb}, not "${kind}"`,
  );
}
