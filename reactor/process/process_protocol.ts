/**
 * The base class of protocols of child processes.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type {
  ChildFD,
  IProcessProtocol,
  IProcessTransport,
} from "../interfaces/reactor_process.ts";

/**
 * Who is told of a child: subclass it and override the methods for what you want to hear.
 *
 * The order is `connectionMade`; any number of `outReceived` and `errReceived` and, for each pipe, one
 * of `inConnectionLost`, `outConnectionLost` and `errConnectionLost`; somewhere among those
 * `processExited`; and last `processEnded`. What a method throws is logged.
 *
 * Twisted: `ProcessProtocol` (`internet/protocol.py`, 24.7).
 *
 * @example What a child has said, and how it ended
 * ```ts
 * import { type Failure, PollReactor, ProcessProtocol } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * // On the machine it would be a program of the machine.
 * const sim = new Simulation();
 * const host = sim.host("local");
 * host.processes.install("greet", async (process) => {
 *   await process.write(`hello ${process.args[0]}`);
 * });
 * const reactor = new PollReactor(host);
 * const log: string[] = [];
 *
 * class Greeting extends ProcessProtocol {
 *   override outReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data));
 *   }
 *   override processEnded(reason: Failure): void {
 *     log.push(String((reason.value as Error).name));
 *     reactor.stop();
 *   }
 * }
 * reactor.spawnProcess(new Greeting(), "greet", { args: ["world"] });
 * await sim.run(() => reactor.run());
 * assertEquals(log, ["hello world", "ProcessDone"]);
 * ```
 */
export class ProcessProtocol implements IProcessProtocol {
  /** The way to the child. There is none before `connectionMade`. */
  declare transport: IProcessTransport;

  /**
   * Takes the transport and calls {@linkcode ProcessProtocol.connectionMade}.
   *
   * @param transport The way to the child.
   */
  makeConnection(transport: IProcessTransport): void {
    this.transport = transport;
    this.connectionMade();
  }

  /** The child was started and can be written to. Does nothing; override it. */
  connectionMade(): void {}

  /**
   * The child has written something: calls {@linkcode ProcessProtocol.outReceived} or
   * {@linkcode ProcessProtocol.errReceived}.
   *
   * @param childFD Where.
   * @param data At least one byte, the protocol's to keep.
   */
  childDataReceived(childFD: ChildFD, data: Uint8Array): void {
    if (childFD === 1) this.outReceived(data);
    else if (childFD === 2) this.errReceived(data);
  }

  /**
   * The child has written on its standard output. Does nothing; override it.
   *
   * @param _data At least one byte, the protocol's to keep.
   */
  outReceived(_data: Uint8Array): void {}

  /**
   * The child has written on its standard error. Does nothing; override it.
   *
   * @param _data At least one byte, the protocol's to keep.
   */
  errReceived(_data: Uint8Array): void {}

  /**
   * A pipe is closed: calls the method of that pipe.
   *
   * @param childFD Which.
   */
  childConnectionLost(childFD: ChildFD): void {
    if (childFD === 0) this.inConnectionLost();
    else if (childFD === 1) this.outConnectionLost();
    else this.errConnectionLost();
  }

  /** The child's standard input is closed. Does nothing; override it. */
  inConnectionLost(): void {}

  /** The child's standard output is closed. Does nothing; override it. */
  outConnectionLost(): void {}

  /** The child's standard error is closed. Does nothing; override it. */
  errConnectionLost(): void {}

  /**
   * The child has ended; what it wrote may still come. Does nothing; override it.
   *
   * @param _reason `ProcessDone` or `ProcessTerminated`.
   */
  processExited(_reason: Failure): void {}

  /**
   * The child has ended and all its pipes are closed. Does nothing; override it.
   *
   * @param _reason `ProcessDone` or `ProcessTerminated`.
   */
  processEnded(_reason: Failure): void {}

  /** Returns the name of the class, for the log. */
  logPrefix(): string {
    return this.constructor.name;
  }
}
