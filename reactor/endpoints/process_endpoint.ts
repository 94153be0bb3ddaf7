/**
 * A child process as something to connect to.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { fail } from "../deferred/succeed.ts";
import { ConnectionDone, ConnectionLost } from "../errors.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type {
  IProcessTransport,
  IReactorProcess,
  SpawnProcessOptions,
} from "../interfaces/reactor_process.ts";
import { ProcessDone } from "../process/errors.ts";
import { ProcessAddress } from "../process/process_address.ts";
import { ProcessProtocol } from "../process/process_protocol.ts";
import { NoProtocol } from "./errors.ts";

/** How a child is started, and where its complaints go. */
export interface ProcessEndpointOptions extends Omit<SpawnProcessOptions, "childFDs"> {
  /**
   * Takes what the child writes on its standard error.
   *
   * @default {it is dropped}
   */
  readonly errReceived?: (data: Uint8Array) => void;
}

/**
 * A program whose standard input and output are the connection.
 *
 * The connection is over when the child has ended: with `ConnectionDone` if its code was 0, otherwise
 * with `ConnectionLost`, whose `cause` says how. `loseConnection()` closes the pipes.
 *
 * Twisted: `ProcessEndpoint` (`internet/endpoints.py`, 24.7). Differs from Twisted: what the child
 * writes on its standard error goes to a function, in place of `errFlag`.
 *
 * @example A conversation with a program
 * ```ts
 * import { connectProtocol, PollReactor, ProcessEndpoint, Protocol } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * // On the machine it would be a program of the machine.
 * const sim = new Simulation();
 * const host = sim.host("local");
 * host.processes.install("upper", async (process) => {
 *   const data = await process.read();
 *   await process.write(new TextDecoder().decode(data ?? new Uint8Array()).toUpperCase());
 * });
 * const reactor = new PollReactor(host);
 * const log: string[] = [];
 *
 * class Client extends Protocol {
 *   override dataReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data));
 *   }
 *   override connectionLost(): void {
 *     reactor.stop();
 *   }
 * }
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   const client = await connectProtocol(new ProcessEndpoint(reactor, "upper"), new Client());
 *   client.transport.write(new TextEncoder().encode("hello"));
 *   await running;
 * });
 * assertEquals(log, ["HELLO"]);
 * ```
 */
export class ProcessEndpoint implements IStreamClientEndpoint {
  readonly #reactor: IReactorProcess;
  readonly #executable: string;
  readonly #options: ProcessEndpointOptions;

  /**
   * Makes an endpoint; nothing is started before {@linkcode ProcessEndpoint.connect}.
   *
   * @param reactor What starts the child.
   * @param executable The program.
   * @param options How it is started, and where its complaints go.
   */
  constructor(
    reactor: IReactorProcess,
    executable: string,
    options: ProcessEndpointOptions = {},
  ) {
    this.#reactor = reactor;
    this.#executable = executable;
    this.#options = options;
  }

  /**
   * Starts the program; see {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred of the protocol, which has it already, or the failure. A program that cannot
   * be started is a connection that is lost at once.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    const { errReceived = () => {}, ...options } = this.#options;
    try {
      const protocol = factory.buildProtocol(new ProcessAddress(this.#executable));
      if (protocol === null) return fail(new NoProtocol());
      const deferred = new Deferred<IProtocol>();
      const wrapping = new WrappedProtocol(protocol, deferred, errReceived);
      this.#reactor.spawnProcess(wrapping, this.#executable, options);
      return deferred;
    } catch (error) {
      return fail(error);
    }
  }

  /** Returns the program, for people. */
  toString(): string {
    return `<ProcessEndpoint ${this.#executable}>`;
  }
}

/** A protocol of streams as one of processes. Twisted: `_WrapIProtocol`. */
class WrappedProtocol extends ProcessProtocol {
  readonly #protocol: IProtocol;
  readonly #deferred: Deferred<IProtocol>;
  readonly #errReceived: (data: Uint8Array) => void;
  /** Whether the protocol was connected, so that it hears of the end. */
  #isConnected = false;

  constructor(
    protocol: IProtocol,
    deferred: Deferred<IProtocol>,
    errReceived: (data: Uint8Array) => void,
  ) {
    super();
    this.#protocol = protocol;
    this.#deferred = deferred;
    this.#errReceived = errReceived;
  }

  override makeConnection(transport: IProcessTransport): void {
    super.makeConnection(transport);
    try {
      this.#protocol.makeConnection(transport);
    } catch (error) {
      transport.loseConnection();
      this.#deferred.errback(error);
      return;
    }
    this.#isConnected = true;
    this.#deferred.callback(this.#protocol);
  }

  override outReceived(data: Uint8Array): void {
    this.#protocol.dataReceived(data);
  }

  override errReceived(data: Uint8Array): void {
    this.#errReceived(data);
  }

  override processEnded(reason: Failure): void {
    if (!this.#isConnected) return;
    const isDone = reason.value instanceof ProcessDone;
    this.#protocol.connectionLost(
      new Failure(
        isDone ? new ConnectionDone() : new ConnectionLost(undefined, { cause: reason.value }),
      ),
    );
  }
}
