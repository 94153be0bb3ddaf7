/**
 * The standard input and output of this process as a connection.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { CannotListenError, ConnectionDone } from "../errors.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IPullProducer, IPushProducer } from "../interfaces/producers.ts";
import type { IHalfCloseableProtocol, IProtocol } from "../interfaces/protocol.ts";
import type { ChildFD } from "../interfaces/reactor_process.ts";
import type { ITransport } from "../interfaces/transport.ts";
import { reportingObserver } from "../log.ts";
import { prefixOf } from "../net/log_prefix.ts";
import { isHalfCloseable } from "../net/tcp_connection.ts";
import { type TransportReactor, TransportSite } from "../net/transport_site.ts";
import { PipeAddress } from "./process_address.ts";
import { type PipeOwner, ProcessReader, ProcessWriter } from "./process_pipe.ts";

/** The number of the input. */
const INPUT = 0;
/** The number of the output. */
const OUTPUT = 1;

/**
 * A connection of which this process has one end: what it reads is its standard input, what it writes
 * its standard output.
 *
 * The end of the input ends the connection, unless the protocol is half-closeable. Closing closes the
 * descriptors for the whole process: nothing can be printed any more.
 *
 * It is a port, too, whose only connection it is, so that a program can stop what it listens on without
 * asking what that is.
 *
 * Twisted: `StandardIO` (`internet/stdio.py`, 24.7). Differs from Twisted: there it is no port, though
 * `StandardIOEndpoint.listen()` gives it as one.
 *
 * @example A program that says back what it is told
 * ```ts
 * import { PollReactor, Protocol, StandardIO } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * class Echo extends Protocol {
 *   override dataReceived(data: Uint8Array): void {
 *     this.transport.write(data);
 *   }
 *   override connectionLost(): void {
 *     reactor.stop();
 *   }
 * }
 * const sim = new Simulation();
 * const { processes } = sim.host("host");
 * const reactor = new PollReactor(sim.host("host"));
 * new StandardIO(new Echo(), reactor);
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   await processes.terminal.stdin.write(new TextEncoder().encode("hello"));
 *   assertEquals(new TextDecoder().decode(await processes.terminal.stdout.read() ?? undefined), "hello");
 *   processes.terminal.stdin.close();
 *   await running;
 * });
 * ```
 */
export class StandardIO implements ITransport, IPushProducer, IListeningPort, PipeOwner {
  /** True from `loseConnection()` on. */
  disconnecting = false;
  /** True once the connection was lost. */
  disconnected = false;
  /** Who is told what arrives; `null` after the end. */
  #protocol: IProtocol | null;
  #reader: ProcessReader | null;
  #writer: ProcessWriter | null;
  /** Those who wait for the end. */
  readonly #stopped: Deferred<void>[] = [];

  /**
   * Opens the descriptors and gives the protocol the transport.
   *
   * @param protocol Who is told what arrives.
   * @param reactor What watches the descriptors.
   * @throws {unknown} What the protocol's `makeConnection` throws; it hears of the loss, with that
   * error, before.
   */
  constructor(protocol: IProtocol, reactor: TransportReactor) {
    const site = new TransportSite(reactor, reportingObserver(reactor.platform.report));
    const { stdin, stdout } = reactor.platform.processes.openStandardStreams();
    this.#protocol = protocol;
    this.#writer = new ProcessWriter(site, this, OUTPUT, stdout);
    // An output has nothing to read; the end of its reader shows when something is written.
    this.#writer.stopReading();
    this.#reader = new ProcessReader(site, this, INPUT, stdin);
    try {
      protocol.makeConnection(this);
    } catch (error) {
      this.#lost(Failure.from(error));
      throw error;
    }
  }

  /**
   * Writes to the standard output.
   *
   * @param data The bytes.
   */
  write(data: Uint8Array): void {
    this.#writer?.write(data);
  }

  /**
   * Writes several pieces.
   *
   * @param data The pieces, in order.
   */
  writeSequence(data: Iterable<Uint8Array>): void {
    this.#writer?.writeSequence(data);
  }

  /** Closes the output once all that was written is taken; reading goes on. */
  loseWriteConnection(): void {
    this.#writer?.loseConnection();
  }

  /** Closes both once all that was written is taken. Nothing is read any more. */
  loseConnection(): void {
    this.disconnecting = true;
    if (this.#writer === null) this.#reader?.loseConnection();
    this.#reader?.stopReading();
    this.#writer?.loseConnection();
  }

  /** Closes both, and drops what was not sent. */
  abortConnection(): void {
    this.#reader?.stopReading();
    (this.#writer ?? this.#reader)?.abort();
  }

  /**
   * Refuses: the descriptors are opened when this is made, and never again.
   *
   * @throws {CannotListenError} Always.
   */
  startListening(): never {
    throw new CannotListenError("", "stdio", "the standard streams are opened only once");
  }

  /**
   * Closes both, as {@linkcode StandardIO.loseConnection} does.
   *
   * @returns A Deferred that fires after the protocol was told; `null` if it was before.
   */
  stopListening(): Deferred<void> | null {
    if (this.disconnected) return null;
    const stopped = new Deferred<void>();
    this.#stopped.push(stopped);
    this.loseConnection();
    return stopped;
  }

  /** Returns an address without a name. */
  getPeer(): PipeAddress {
    return new PipeAddress();
  }

  /** Returns an address without a name. */
  getHost(): PipeAddress {
    return new PipeAddress();
  }

  /**
   * Registers what fills the output; see `IConsumer.registerProducer`.
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
    if (this.#writer === null) return producer.stopProducing();
    if (streaming) this.#writer.registerProducer(producer as IPushProducer, true);
    else this.#writer.registerProducer(producer as IPullProducer, false);
  }

  /** Forgets the producer. */
  unregisterProducer(): void {
    this.#writer?.unregisterProducer();
  }

  /** Stops reading. */
  pauseProducing(): void {
    this.#reader?.pauseProducing();
  }

  /** Reads again. */
  resumeProducing(): void {
    if (!this.disconnecting) this.#reader?.resumeProducing();
  }

  /** Closes both, as {@linkcode StandardIO.loseConnection} does. */
  stopProducing(): void {
    this.loseConnection();
  }

  // -- For pipes --

  /** Returns the log prefix of the protocol. */
  logPrefix(): string {
    return prefixOf(this.#protocol);
  }

  /**
   * Hands on what was read. Called by the reader.
   *
   * @param _childFD Where.
   * @param data What.
   */
  childDataReceived(_childFD: ChildFD, data: Uint8Array): void {
    this.#protocol?.dataReceived(data);
  }

  /**
   * One of the two is closed. Called by it.
   *
   * @param childFD Which.
   * @param reason Why.
   */
  childConnectionLost(childFD: ChildFD, reason: Failure): void {
    if (this.disconnected) return;
    if (childFD === INPUT) this.#reader = null;
    else this.#writer = null;
    const protocol = this.#protocol;
    const isOver = !(reason.value instanceof ConnectionDone) || this.disconnecting ||
      (this.#reader === null && this.#writer === null);
    if (isOver || protocol === null) return this.#lost(reason);
    if (isHalfCloseable(protocol)) this.#halfClose(childFD, protocol);
    else if (childFD === INPUT) this.#lost(reason);
  }

  /** Tells that one direction has ended; what the protocol throws ends the other. */
  #halfClose(childFD: ChildFD, protocol: IHalfCloseableProtocol): void {
    try {
      if (childFD === INPUT) protocol.readConnectionLost();
      else protocol.writeConnectionLost();
    } catch (error) {
      if (!this.disconnected) this.#lost(Failure.from(error));
      throw error;
    }
  }

  #lost(reason: Failure): void {
    this.disconnected = true;
    const [reader, writer, protocol] = [this.#reader, this.#writer, this.#protocol];
    this.#reader = null;
    this.#writer = null;
    this.#protocol = null;
    try {
      reader?.connectionLost(reason);
      // Stops a producer, which may throw.
      writer?.connectionLost(reason);
    } finally {
      try {
        protocol?.connectionLost(reason);
      } finally {
        for (const stopped of this.#stopped.splice(0)) stopped.callback();
      }
    }
  }
}
