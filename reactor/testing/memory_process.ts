/**
 * A child process that a test plays.
 *
 * @module
 */

import { Failure } from "../deferred/failure.ts";
import type {
  ChildFD,
  IProcessProtocol,
  IProcessTransport,
  SignalID,
  SpawnProcessOptions,
} from "../interfaces/reactor_process.ts";
import { ProcessDone, ProcessExitedAlready, ProcessTerminated } from "../process/errors.ts";
import { ProcessAddress } from "../process/process_address.ts";
import { toSignalName } from "../process/signal_names.ts";
import { StringTransport } from "./string_transport.ts";

/** The number of the first child. */
const FIRST_PID = 1000;

/**
 * A child of a `MemoryReactor`: what is written to it is kept, and a test writes and ends in its name.
 *
 * Not in Twisted.
 */
export class MemoryProcess extends StringTransport implements IProcessTransport {
  /** The signals that were sent to the child, oldest first. */
  readonly signals: string[] = [];
  readonly #protocol: IProcessProtocol;
  readonly #pid: number;
  /** The pipes that are open. */
  readonly #pipes: Set<number>;
  /** How many pipes are open, or closed and the protocol was not told yet. */
  #pipesLeft: number;
  readonly #callSoon: (callback: () => void) => void;
  /** How the child ended; `null` while it runs. */
  #reason: Failure | null = null;
  #hasEnded = false;

  /**
   * Makes a child.
   *
   * @param protocol Who is told of it.
   * @param executable The program.
   * @param options How it is started.
   * @param site How many children the reactor had before, and what calls a function later.
   */
  constructor(
    protocol: IProcessProtocol,
    executable: string,
    { childFDs = { 0: "w", 1: "r", 2: "r" } }: SpawnProcessOptions,
    site: { readonly index: number; readonly callSoon: (callback: () => void) => void },
  ) {
    const address = new ProcessAddress(executable);
    super({ hostAddress: address, peerAddress: address });
    this.#protocol = protocol;
    this.#pid = FIRST_PID + site.index;
    const kinds = Object.entries(childFDs).filter(([, kind]) => kind === "r" || kind === "w");
    this.#pipes = new Set(kinds.map(([childFD]) => Number(childFD)));
    this.#pipesLeft = this.#pipes.size;
    this.#callSoon = site.callSoon;
  }

  /** The number of the child; `null` once it has ended. */
  get pid(): number | null {
    return this.#reason === null ? this.#pid : null;
  }

  /** Keeps bytes for the child; see `IProcessTransport.writeToChild`. */
  writeToChild(childFD: number, data: Uint8Array): void {
    if (childFD !== 0 || !this.#pipes.has(0)) {
      throw new RangeError(
        `Cannot write to a child: its descriptor ${childFD} is not one to write`,
      );
    }
    this.write(data);
  }

  /** Keeps several pieces; ignored once what the child reads is closed. */
  override writeSequence(data: Iterable<Uint8Array>): void {
    super.writeSequence(this.#pipes.has(0) ? data : []);
  }

  /** Closes what the child reads. */
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

  /** Closes a pipe, of which the protocol hears later; one that is closed is ignored. */
  closeChildFD(childFD: number): void {
    if (this.#pipes.delete(childFD)) this.#callSoon(() => this.#closed(childFD as ChildFD));
  }

  /** Closes all pipes. The child goes on. */
  override loseConnection(): void {
    super.loseConnection();
    for (const childFD of [0, 2, 1]) this.closeChildFD(childFD);
  }

  /** Closes what the child reads. */
  override loseWriteConnection(): void {
    super.loseWriteConnection();
    this.closeStdin();
  }

  /** Kills the child, and closes all pipes. */
  override abortConnection(): void {
    super.abortConnection();
    if (this.#reason === null) this.signalProcess("KILL");
    this.loseConnection();
  }

  /**
   * Remembers a signal; the child takes no notice of it.
   *
   * @param signal Which.
   * @throws {ProcessExitedAlready} If the child has ended.
   * @throws {RangeError} If there is no such signal.
   */
  signalProcess(signal: SignalID): void {
    const name = toSignalName(signal);
    if (this.#reason !== null) {
      throw new ProcessExitedAlready(`Cannot signal ${this.getPeer()}: it has ended`);
    }
    this.signals.push(name);
  }

  // -- For the test --

  /**
   * Writes in the name of the child; ignored once that pipe is closed.
   *
   * @param childFD Where: 1 or 2.
   * @param data At least one byte.
   */
  receive(childFD: 1 | 2, data: Uint8Array): void {
    if (this.#pipes.has(childFD)) this.#protocol.childDataReceived(childFD, data.slice());
  }

  /**
   * Ends the child; its pipes stay until they are closed.
   *
   * @param how The exit code, or the name of the signal that has ended it.
   * @throws {ProcessExitedAlready} If it has ended.
   */
  exit(how: number | string): void {
    if (this.#reason !== null) {
      throw new ProcessExitedAlready(`Cannot end ${this.getPeer()}: it has ended`);
    }
    this.#reason = new Failure(toReason(how));
    this.#protocol.processExited(this.#reason);
    this.#endIfOver();
  }

  /**
   * Ends the child with all its pipes, as most children end.
   *
   * @param how The exit code, or the name of the signal that has ended it.
   */
  end(how: number | string): void {
    this.exit(how);
    for (const childFD of [0, 1, 2] as const) {
      if (this.#pipes.delete(childFD)) this.#closed(childFD);
    }
  }

  #closed(childFD: ChildFD): void {
    this.#pipesLeft--;
    this.#protocol.childConnectionLost(childFD);
    this.#endIfOver();
  }

  #endIfOver(): void {
    if (this.#reason === null || this.#pipesLeft > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#protocol.processEnded(this.#reason);
  }
}

function toReason(how: number | string): ProcessDone | ProcessTerminated {
  if (typeof how === "string") return new ProcessTerminated(null, how);
  return how === 0 ? new ProcessDone() : new ProcessTerminated(how, null);
}
