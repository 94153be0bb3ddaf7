/**
 * What UDP ports and UNIX datagram sockets share.
 *
 * @module
 */

import type { DatagramAddress } from "../../poller/address.ts";
import { SocketError, type SocketErrorCode } from "../../poller/errors.ts";
import type { Datagram, DatagramHandle } from "../../poller/handle.ts";
import { ERROR, type Interest, READ, WRITE } from "../../poller/interest.ts";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionDone, MessageLengthError } from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IEventDescriptor, ILoggingContext } from "../interfaces/descriptors.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import { prefixOf } from "./log_prefix.ts";
import { fireAfterRelease } from "./fire_after_release.ts";
import type { TransportSite } from "./transport_site.ts";

/** How many bytes one readiness delivers at most (Twisted's `maxThroughput`). */
const THROUGHPUT_MAX = 262_144;

/** How many bytes wait for the handle at most; what comes on top is dropped, as by a full socket. */
const WAITING_BYTES_MAX = 262_144;

/** How much a waiting datagram counts beside its payload, so that empty ones are bounded, too. */
const OVERHEAD = 64;

/** The peer does not listen, or is out of reach. */
const REFUSALS: ReadonlySet<SocketErrorCode> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
]);

/** One datagram could not be sent; the socket is as good as before. */
const LOST_DATAGRAMS: ReadonlySet<SocketErrorCode> = new Set([
  "EACCES",
  "EADDRNOTAVAIL",
  "EMSGSIZE",
  "ENOTFOUND",
  "NOT_CAPABLE",
]);

/** What a port calls on a protocol, whatever its addresses are. */
interface PortProtocol extends Partial<ILoggingContext> {
  doStop(): void;
  connectionRefused(): void;
}

/** A datagram that waits for room. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly to: DatagramAddress;
}

/**
 * A socket for datagrams, the transport of its protocol.
 *
 * What `datagramReceived` throws is logged, and the next datagram is delivered. A peer that refuses
 * what was sent to it is not an error of the port. Any other error of the socket closes it.
 *
 * Twisted: `Port` (`internet/udp.py`, 24.7) and `DatagramPort` (`internet/unix.py`). Differs from
 * Twisted: datagrams for which the handle has no room now wait, up to 256 KiB of them, before more
 * are dropped; the Deferred of `stopListening` waits until the address can be bound again.
 */
export abstract class DatagramPort implements IListeningPort, IEventDescriptor {
  /** True while the port is bound. */
  connected = false;
  /** True from `stopListening()` on, until the port is closed. */
  disconnecting = false;
  /** What the port belongs to. */
  protected readonly site: TransportSite;
  /** The protocol. */
  readonly #protocol: PortProtocol;
  /** The socket; `null` before the first start. It stays, closed, after a stop. */
  #handle: DatagramHandle | null = null;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;

  /**
   * Makes a port that is not bound yet.
   *
   * @param site What it belongs to.
   * @param protocol Who is told of datagrams.
   */
  constructor(site: TransportSite, protocol: PortProtocol) {
    this.site = site;
    this.#protocol = protocol;
  }

  // -- For subclasses --

  /** Opens the socket. */
  protected abstract bind(): DatagramHandle;
  /** Calls the protocol's `makeConnection`. */
  protected abstract makeConnection(): void;
  /** Hands a datagram to the protocol. */
  protected abstract deliver(datagram: Datagram): void;
  /** Whether the transport is bound to one peer, whose refusals the protocol hears of. */
  protected abstract readonly hasPeer: boolean;
  /** What stands before "Port" in the log. */
  protected abstract readonly type: string;
  /** Returns what names the port in the log: its number or path. */
  protected abstract place(): string;
  /** Returns the address that is listened on. */
  abstract getHost(): IAddress;

  /** The socket; `null` before the first start. */
  protected get handle(): DatagramHandle | null {
    return this.#handle;
  }

  /** Sends a datagram, or keeps it until there is room. */
  protected send(bytes: Uint8Array, to: DatagramAddress): void {
    const handle = this.#handle;
    if (handle === null || !this.connected) return;
    if (this.#waiting.length === 0 && this.#offer(handle, bytes, to)) return;
    if (this.#waitingBytes + bytes.length + OVERHEAD > WAITING_BYTES_MAX) return;
    this.#waitingBytes += bytes.length + OVERHEAD;
    this.#waiting.push({ bytes: bytes.slice(), to });
    this.site.reactor.addWriter(this);
  }

  // -- IListeningPort --

  /**
   * Binds the address, gives the protocol its transport and begins to receive. It may be called
   * again after the port was closed.
   *
   * @throws {CannotListenError} If the address cannot be bound, or is bound still.
   * @throws {unknown} What the protocol's `makeConnection` throws; the port is closed.
   */
  startListening(): void {
    this.#handle = this.bind();
    this.connected = true;
    this.disconnecting = false;
    this.site.logInfo(`${prefixOf(this.#protocol)} starting on ${this.place()}`, this.logPrefix());
    this.site.transports.add(this);
    try {
      this.makeConnection();
    } catch (error) {
      this.connectionLost(Failure.from(error));
      throw error;
    }
    // Unless the protocol has stopped it.
    if (this.connected && !this.disconnecting) this.site.reactor.addReader(this);
  }

  /**
   * Ceases to receive at once, and closes the port in a later pass.
   *
   * @returns A Deferred that fires, in a pass after that, when the address can be bound again; it
   * fails if the protocol's `doStop()` throws. `null` if the port is not bound.
   */
  stopListening(): Deferred<void> | null {
    const handle = this.#handle;
    if (!this.connected || handle === null) return null;
    this.disconnecting = true;
    this.site.reactor.removeReader(this);
    const deferred = new Deferred<void>();
    this.site.reactor.callLater(0, () => this.#close(handle, deferred));
    return deferred;
  }

  /** Closes the port; the same as {@linkcode DatagramPort.stopListening}, without a Deferred. */
  loseConnection(): void {
    this.stopListening();
  }

  // -- Descriptor --

  /** Returns the number of the handle, -1 when it is closed. */
  fileno(): number {
    return this.#handle === null ? -1 : this.#handle.fileno();
  }

  /** Returns the protocol's prefix and the kind of the port, as in `Echo (UDP)`. */
  logPrefix(): string {
    return `${prefixOf(this.#protocol)} (${this.type})`;
  }

  /**
   * Receives, sends, or takes an error; called by the reactor.
   *
   * @param events What the handle is ready for.
   */
  handleEvents(events: Interest): void {
    if ((events & WRITE) !== 0) this.doWrite();
    if ((events & (READ | ERROR)) !== 0) this.doRead();
  }

  /**
   * Delivers what has arrived, up to 256 KiB; called by the reactor.
   *
   * @throws {SocketError} If the socket failed; the reactor then closes the port.
   */
  doRead(): void {
    const handle = this.#handle;
    let delivered = 0;
    while (handle !== null && delivered < THROUGHPUT_MAX) {
      // Any datagram may make the protocol stop the port, or stop and start it.
      if (this.#handle !== handle || !this.connected || this.disconnecting) return;
      let datagram: Datagram | undefined;
      try {
        datagram = handle.receive();
      } catch (error) {
        return this.#failed(error);
      }
      if (datagram === undefined) return;
      delivered += datagram.bytes.length + OVERHEAD;
      try {
        this.deliver(datagram);
      } catch (error) {
        this.site.logError("Exception in datagramReceived", error, this.logPrefix());
      }
    }
  }

  /** Sends what waits; called by the reactor when there is room. */
  doWrite(): void {
    const handle = this.#handle;
    while (handle !== null && this.connected) {
      const next = this.#waiting[0];
      if (next === undefined) break;
      if (!this.#offerWaiting(handle, next)) return;
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes.length + OVERHEAD;
    }
    this.site.reactor.removeWriter(this);
  }

  /**
   * Closes the port; called by the reactor, or by {@linkcode DatagramPort.stopListening}. What was
   * written before is still sent as far as the handle took it. A port that is not bound ignores it.
   *
   * @param _reason Why.
   * @throws {unknown} What the protocol's `doStop()` throws; the port is closed.
   */
  connectionLost(_reason: Failure): void {
    if (!this.connected) return;
    this.site.logInfo(`(${this.type} Port ${this.place()} Closed)`, this.logPrefix());
    this.site.transports.delete(this);
    this.connected = false;
    this.disconnecting = false;
    this.site.reactor.removeReader(this);
    this.site.reactor.removeWriter(this);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#handle?.close();
    this.#protocol.doStop();
  }

  /** Returns the protocol and the place, as in `<Echo on 8000>`. */
  toString(): string {
    const place = this.connected ? `on ${this.place()}` : "(not listening)";
    return `<${this.#protocol.constructor.name} ${place}>`;
  }

  /** Offers a datagram to the handle. Returns false if there is no room now. */
  #offer(handle: DatagramHandle, bytes: Uint8Array, to: DatagramAddress): boolean {
    for (;;) {
      try {
        return handle.send(bytes, to);
      } catch (error) {
        // The error of an earlier datagram comes first, once; then this one has its turn.
        if (error instanceof SocketError && error.code === "EMSGSIZE") {
          throw new MessageLengthError(error.message, { cause: error });
        }
        if (!isLost(error)) throw error;
        this.#failed(error);
      }
    }
  }

  /** Offers a datagram that waited: if it is too long, whoever wrote it is not there to hear it. */
  #offerWaiting(handle: DatagramHandle, { bytes, to }: Waiting): boolean {
    try {
      return this.#offer(handle, bytes, to);
    } catch (error) {
      if (!(error instanceof MessageLengthError)) throw error;
      this.site.logError("Cannot send a datagram", error, this.logPrefix());
      return true;
    }
  }

  /** Takes an error that the port survives; throws any other. */
  #failed(error: unknown): void {
    if (!isLost(error)) throw error;
    if (!REFUSALS.has(error.code)) {
      return this.site.logError("Cannot send a datagram", error, this.logPrefix());
    }
    if (!this.hasPeer) return;
    this.site.reactor.callLater(0, () => {
      if (this.connected && !this.disconnecting) this.refused();
    });
  }

  /** Tells the protocol that its peer does not listen. */
  protected refused(): void {
    try {
      this.#protocol.connectionRefused();
    } catch (error) {
      this.site.logError("Exception in connectionRefused", error, this.logPrefix());
    }
  }

  /** Closes the port and fires the Deferred of `stopListening` once the address is free. */
  #close(handle: DatagramHandle, deferred: Deferred<void>): void {
    let failure: Failure | null = null;
    try {
      // Unless it was closed and started again meanwhile.
      if (this.#handle === handle) this.connectionLost(new Failure(new ConnectionDone()));
    } catch (error) {
      failure = Failure.from(error);
    }
    fireAfterRelease(handle, this.site.reactor, deferred, failure);
  }
}

function isLost(error: unknown): error is SocketError {
  return error instanceof SocketError &&
    (REFUSALS.has(error.code) || LOST_DATAGRAMS.has(error.code));
}
