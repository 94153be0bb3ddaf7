/**
 * Protocols and factories that write down what they are told.
 *
 * @module
 */

import { assertEquals, assertExists } from "@std/assert";
import {
  ClientFactory,
  type Failure,
  type IAddress,
  type IConnector,
  type IProtocol,
  Protocol,
  ServerFactory,
  type TCPConnector,
  type TCPPort,
} from "../../reactor/mod.ts";

/** How recorders are made. */
export interface RecordingSetup {
  /** Stands in the log before what happened. */
  readonly name?: string;
  /** How many connections may wait to be accepted. */
  readonly backlog?: number;
  /** Whether the protocols go on when one direction has ended. */
  readonly halfCloseable?: boolean;
  /** What a protocol does in `connectionMade`, after it was logged. */
  readonly made?: (protocol: Recorder) => void;
  /** What a protocol does with data, after it was kept. */
  readonly data?: (protocol: Recorder, data: Uint8Array) => void;
  /** What a protocol does in `connectionLost`, after it was logged. */
  readonly lost?: (protocol: Recorder) => void;
  /** What a protocol does in `readConnectionLost`, after it was logged. */
  readonly readLost?: (protocol: Recorder) => void;
  /** What a protocol does in `writeConnectionLost`, after it was logged. */
  readonly writeLost?: (protocol: Recorder) => void;
  /** Replaces `buildProtocol`: returns null to refuse. */
  readonly build?: (make: () => Recorder, address: IAddress) => IProtocol | null;
  /** What a client factory does in `startedConnecting`. */
  readonly started?: (connector: IConnector) => void;
  /** What a client factory does in `clientConnectionFailed`, after it was logged. */
  readonly failed?: (connector: IConnector) => void;
  /** What a client factory does in `clientConnectionLost`, after it was logged. */
  readonly clientLost?: (connector: IConnector) => void;
  /** What a factory does in `stopFactory`, after it was logged. */
  readonly stopped?: () => void;
}

/** Something that tests wait for, one after the other. */
class Arrivals<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A protocol that writes down what it is told. */
export class Recorder extends Protocol {
  /** How many bytes were received. */
  size = 0;
  /** How often `dataReceived` was called. */
  chunks = 0;
  /** Why the connection was lost; `null` before. */
  reason: Failure | null = null;
  /** How often `connectionLost` was called. */
  losses = 0;
  /** The factory's share. */
  readonly setup: RecordingSetup;
  readonly #log: string[];
  /** What was received, as it came: a protocol may keep it. */
  readonly #kept: Uint8Array[] = [];
  readonly #losses = new Arrivals<Failure>();
  readonly #secured = Promise.withResolvers<void>();
  #awaited: { count: number; resolve: () => void } | null = null;

  constructor(log: string[], setup: RecordingSetup) {
    super();
    this.#log = log;
    this.setup = setup;
  }

  override connectionMade(): void {
    this.#say("made");
    this.setup.made?.(this);
  }

  override dataReceived(data: Uint8Array): void {
    this.chunks++;
    this.size += data.length;
    this.#kept.push(data);
    if (this.#awaited !== null && this.size >= this.#awaited.count) {
      this.#awaited.resolve();
    }
    this.setup.data?.(this, data);
  }

  override connectionLost(reason: Failure): void {
    this.losses++;
    this.reason = reason;
    this.#say(`lost ${(reason.value as Error).name}`);
    this.#losses.push(reason);
    this.setup.lost?.(this);
  }

  /** Remembers that the handshake is over. */
  handshakeCompleted(): void {
    this.#secured.resolve();
  }

  /** Fulfilled when a TLS handshake has succeeded. */
  get secured(): Promise<void> {
    return this.#secured.promise;
  }

  /** Waits for the loss of the connection. */
  lost(): Promise<Failure> {
    return this.reason === null ? this.#losses.next() : Promise.resolve(this.reason);
  }

  /** Waits until so many bytes have come. */
  has(count: number): Promise<void> {
    if (this.size >= count) return Promise.resolve();
    return new Promise((resolve) => this.#awaited = { count, resolve });
  }

  /** Writes a text. */
  say(text: string): void {
    this.transport.write(new TextEncoder().encode(text));
  }

  /** All that was received, in order. */
  get received(): Uint8Array {
    const all = new Uint8Array(this.size);
    let start = 0;
    for (const data of this.#kept) {
      all.set(data, start);
      start += data.length;
    }
    return all;
  }

  /** What was received, as text. */
  get text(): string {
    return new TextDecoder().decode(this.received);
  }

  #say(what: string): void {
    if (this.setup.name !== "") this.#log.push(`${this.setup.name}: ${what}`);
  }
}

/** A recorder that goes on when one direction has ended. */
export class HalfCloseableRecorder extends Recorder {
  readonly #log: string[];

  constructor(log: string[], setup: RecordingSetup) {
    super(log, setup);
    this.#log = log;
  }

  readConnectionLost(): void {
    this.#log.push(`${this.setup.name}: read side lost`);
    this.setup.readLost?.(this);
  }

  writeConnectionLost(): void {
    this.#log.push(`${this.setup.name}: write side lost`);
    this.setup.writeLost?.(this);
  }
}

function makeRecorder(log: string[], setup: RecordingSetup): Recorder {
  return setup.halfCloseable ? new HalfCloseableRecorder(log, setup) : new Recorder(log, setup);
}

/** The protocols that a factory has made. */
class Made {
  /** The protocols, oldest first. */
  readonly protocols: Recorder[] = [];
  /** The addresses that `buildProtocol` was given. */
  readonly addresses: IAddress[] = [];
  /** The protocols that are connected. */
  readonly connected = new Arrivals<Recorder>();
  readonly #log: string[];
  readonly #setup: RecordingSetup;

  constructor(log: string[], setup: RecordingSetup) {
    this.#log = log;
    this.#setup = setup;
  }

  build(address: IAddress): IProtocol | null {
    this.addresses.push(address);
    const { build } = this.#setup;
    return build === undefined ? this.#make() : build(() => this.#make(), address);
  }

  #make(): Recorder {
    const { made } = this.#setup;
    const protocol = makeRecorder(this.#log, {
      ...this.#setup,
      made: (recorder) => {
        this.connected.push(recorder);
        made?.(recorder);
      },
    });
    this.protocols.push(protocol);
    return protocol;
  }
}

/** A server's factory: keeps its protocols. */
export class RecordingServers extends ServerFactory {
  /** Where it listens. */
  declare port: TCPPort;
  readonly #log: string[];
  readonly #setup: RecordingSetup;
  readonly #made: Made;

  constructor(log: string[], setup: RecordingSetup) {
    super();
    this.#log = log;
    this.#setup = setup;
    this.#made = new Made(log, setup);
  }

  /** The protocols, oldest first. */
  get protocols(): readonly Recorder[] {
    return this.#made.protocols;
  }

  /** The addresses that `buildProtocol` was given. */
  get addresses(): readonly IAddress[] {
    return this.#made.addresses;
  }

  override buildProtocol(address: IAddress): IProtocol | null {
    return this.#made.build(address);
  }

  override startFactory(): void {
    this.#log.push(`${this.#setup.name}: factory started`);
  }

  override stopFactory(): void {
    this.#log.push(`${this.#setup.name}: factory stopped`);
    this.#setup.stopped?.();
  }

  /** Waits for the next protocol that is connected. */
  next(): Promise<Recorder> {
    return this.#made.connected.next();
  }

  /** Stops listening, and waits for it. */
  async stop(): Promise<void> {
    const deferred = this.port.stopListening();
    assertExists(deferred);
    await deferred;
  }
}

/** A client's factory: keeps its protocols and writes down what it is told. */
export class RecordingClients extends ClientFactory {
  /** The connectors that the factory was told of, in order. */
  readonly connectors: IConnector[] = [];
  /** What connects. */
  declare connector: TCPConnector;
  readonly #log: string[];
  readonly #setup: RecordingSetup;
  readonly #made: Made;
  readonly #ends = new Arrivals<Failure>();

  constructor(log: string[], setup: RecordingSetup) {
    super();
    this.#log = log;
    this.#setup = setup;
    this.#made = new Made(log, setup);
  }

  /** The protocols, oldest first. */
  get protocols(): readonly Recorder[] {
    return this.#made.protocols;
  }

  /** The addresses that `buildProtocol` was given. */
  get addresses(): readonly IAddress[] {
    return this.#made.addresses;
  }

  override buildProtocol(address: IAddress): IProtocol | null {
    return this.#made.build(address);
  }

  override startFactory(): void {
    this.#log.push(`${this.#setup.name}: factory started`);
  }

  override stopFactory(): void {
    this.#log.push(`${this.#setup.name}: factory stopped`);
    this.#setup.stopped?.();
  }

  override startedConnecting(connector: IConnector): void {
    this.connectors.push(connector);
    this.#log.push(`${this.#setup.name}: started connecting`);
    this.#setup.started?.(connector);
  }

  override clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.#ended(connector, reason, "failed");
    this.#setup.failed?.(connector);
  }

  override clientConnectionLost(connector: IConnector, reason: Failure): void {
    this.#ended(connector, reason, "connection lost");
    this.#setup.clientLost?.(connector);
  }

  /** Waits for the next protocol that is connected. */
  next(): Promise<Recorder> {
    return this.#made.connected.next();
  }

  /** Waits for the next attempt that fails, or connection that is lost. */
  end(): Promise<Failure> {
    return this.#ends.next();
  }

  #ended(connector: IConnector, reason: Failure, what: string): void {
    assertEquals(connector.state, "disconnected");
    this.connectors.push(connector);
    this.#log.push(`${this.#setup.name}: ${what} ${(reason.value as Error).name}`);
    this.#ends.push(reason);
  }
}
