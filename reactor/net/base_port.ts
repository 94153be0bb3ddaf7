/**
 * Listening ports of streams.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { type CannotListenError, ConnectionDone } from "../errors.ts";
import type { IReadDescriptor } from "../interfaces/descriptors.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IPAddress, UNIXAddress } from "./address.ts";
import { fireAfterRelease } from "./fire_after_release.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import type { TCPConnection } from "./tcp_connection.ts";

/** How many connections the first readiness accepts at most; adapted to what comes (Twisted: 100). */
const ACCEPTS_AT_FIRST = 100;

/** How many more the next readiness accepts when one has used up its share (Twisted: 20). */
const ACCEPTS_MORE = 20;

/**
 * Accepts connections and gives each a protocol of its factory.
 *
 * A subclass knows where to listen. What `buildProtocol` or `connectionMade` throws is logged; the
 * connection is closed and the others are accepted in the next pass.
 *
 * Twisted: `BasePort` (`internet/base.py`, 24.7) and `Port` (`internet/tcp.py`). Differs from Twisted: a connection whose
 * `connectionMade` throws is closed with that error instead of being left open; the Deferred of
 * `stopListening` waits until the address can be bound again.
 */
export abstract class BasePort implements IListeningPort, IReadDescriptor {
  /** Makes the protocols. */
  readonly factory: IProtocolFactory;
  /** True while the port is bound. */
  connected = false;
  /** True from `stopListening()` on, until the port is closed. */
  disconnecting = false;

  /** What the port belongs to. */
  protected readonly tcp: ReactorTCP;
  /** The listener; `null` before the first start. It stays, closed, after a stop. */
  #handle: ListenerHandle | null = null;
  #numberAccepts = ACCEPTS_AT_FIRST;
  #sessions = 0;

  /**
   * Makes a port that does not listen yet.
   *
   * @param tcp What it belongs to.
   * @param factory Makes the protocols.
   */
  constructor(tcp: ReactorTCP, factory: IProtocolFactory) {
    this.tcp = tcp;
    this.factory = factory;
  }

  // -- For subclasses --

  /** Opens the listener. */
  protected abstract bind(): ListenerHandle;
  /** Gives back what {@linkcode BasePort.bind} took beside the listener, which is closed. */
  protected released(): void {}
  /** Says that it cannot be listened. */
  protected abstract cannotListen(error: SocketError): CannotListenError;
  /** Returns who has connected. */
  protected abstract peerOf(stream: StreamHandle): IPAddress | UNIXAddress;
  /** Makes the transport of a connection; it reads. */
  protected abstract serve(
    stream: StreamHandle,
    protocol: IProtocol,
    session: number,
  ): TCPConnection;
  /** What stands before "Port" in the log. */
  protected abstract get type(): string;
  /** Returns what names the port in the log: its number or path. */
  protected abstract place(): string;
  /** Returns the address that is listened on; it stays after the port was closed. */
  abstract getHost(): IPAddress | UNIXAddress;

  /** The listener; `null` before the first start. */
  protected get handle(): ListenerHandle | null {
    return this.#handle;
  }

  /**
   * Binds the address and begins to accept; `factory.doStart()` is called in between. It may be
   * called again after the port was closed.
   *
   * @throws {CannotListenError} If the address cannot be listened on, or the port is still bound.
   * @throws {unknown} What else {@linkcode BasePort.bind} throws, and what `factory.doStart()`
   * throws; nothing is bound then.
   */
  startListening(): void {
    if (this.connected) {
      const error = new SocketError("EADDRINUSE", `Cannot bind ${this}: it is bound already`);
      throw this.cannotListen(error);
    }
    this.#handle = this.#open();
    this.connected = true;
    this.disconnecting = false;
    this.#numberAccepts = ACCEPTS_AT_FIRST;
    this.tcp.transports.add(this);
    this.tcp.logInfo(`${this.logPrefix()} starting on ${this.place()}`, this.logPrefix());
    try {
      this.factory.doStart();
    } catch (error) {
      this.#release();
      throw error;
    }
    // Unless the factory has stopped it.
    if (this.connected && !this.disconnecting) this.tcp.reactor.addReader(this);
  }

  /**
   * Ceases to accept at once, and closes the port in a later pass.
   *
   * @returns A Deferred that fires, in a pass after that, when the address can be bound again; it
   * fails if `factory.doStop()` throws. `null` if the port does not listen.
   */
  stopListening(): Deferred<void> | null {
    const handle = this.#handle;
    if (!this.connected || handle === null) return null;
    this.disconnecting = true;
    this.tcp.reactor.removeReader(this);
    const deferred = new Deferred<void>();
    this.tcp.reactor.callLater(0, () => this.#close(handle, deferred));
    return deferred;
  }

  /**
   * Ceases to accept; the same as {@linkcode BasePort.stopListening}.
   *
   * @returns As there.
   */
  loseConnection(): Deferred<void> | null {
    return this.stopListening();
  }

  /** Returns the number of the listener, -1 when it is closed. */
  fileno(): number {
    return this.#handle === null ? -1 : this.#handle.fileno();
  }

  /** Returns the log prefix of the factory. */
  logPrefix(): string {
    return prefixOf(this.factory);
  }

  /**
   * Accepts what waits, within bounds; called by the reactor.
   *
   * The bound adapts: it becomes what one readiness brought, and grows when that used it up.
   *
   * @throws {SocketError} If the listener is broken: the reactor logs it and closes the port.
   */
  doRead(): void {
    const bound = this.#numberAccepts;
    for (let accepted = 0; accepted < bound; accepted++) {
      // The port may be stopped by any of the protocols and factories called below.
      const handle = this.#handle;
      if (this.disconnecting || handle === null || !this.connected) return;
      const stream = handle.accept();
      if (stream === undefined) {
        this.#numberAccepts = Math.max(1, accepted);
        return;
      }
      if (!this.#serve(stream)) return;
    }
    this.#numberAccepts = bound + ACCEPTS_MORE;
  }

  /**
   * Closes the port; called by the reactor, or by {@linkcode BasePort.stopListening}. A port that is
   * not bound ignores it.
   *
   * @param _reason Why.
   * @throws {unknown} What `factory.doStop()` throws; the port is closed and can be started again.
   */
  connectionLost(_reason: Failure): void {
    if (!this.connected) return;
    this.#release();
    this.factory.doStop();
  }

  /** Returns the factory and the port, as in `<EchoFactory on 8000>`. */
  toString(): string {
    const place = this.connected ? `on ${this.place()}` : "(not listening)";
    return `<${this.factory.constructor.name} ${place}>`;
  }

  #release(): void {
    if (!this.connected) return;
    this.tcp.logInfo(`(${this.type} Port ${this.place()} Closed)`, this.logPrefix());
    this.tcp.transports.delete(this);
    this.connected = false;
    this.disconnecting = false;
    this.tcp.reactor.removeReader(this);
    this.#handle?.close();
    this.released();
  }

  #open(): ListenerHandle {
    try {
      return this.bind();
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      throw this.cannotListen(error);
    }
  }

  /** Gives a connection a protocol. Returns false if an error was logged, which ends the batch. */
  #serve(stream: StreamHandle): boolean {
    let transport: TCPConnection | null = null;
    try {
      const protocol = this.factory.buildProtocol(this.peerOf(stream));
      if (protocol === null) {
        stream.close();
        return true;
      }
      transport = this.serve(stream, protocol, this.#sessions++);
      protocol.makeConnection(transport);
      return true;
    } catch (error) {
      this.tcp.logError("Exception in a new connection", error, `${this}`);
      if (transport === null) stream.close();
      else this.#drop(transport, Failure.from(error));
      return false;
    }
  }

  #drop(transport: TCPConnection, reason: Failure): void {
    try {
      transport.connectionLost(reason);
    } catch (error) {
      this.tcp.logError("Exception in connectionLost", error, transport.logPrefix());
    }
  }

  /** Closes the port and fires the Deferred of `stopListening` once the address is free. */
  #close(handle: ListenerHandle, deferred: Deferred<void>): void {
    let failure: Failure | null = null;
    try {
      // Unless it was closed and started again meanwhile.
      if (this.#handle === handle) this.connectionLost(new Failure(new ConnectionDone()));
    } catch (error) {
      failure = Failure.from(error);
    }
    fireAfterRelease(handle, this.tcp.reactor, deferred, failure);
  }
}
