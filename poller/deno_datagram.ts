/**
 * Datagram sockets on Deno: UDP and UNIX.
 *
 * @module
 */

import { type DatagramAddress, formatAddress } from "./address.ts";
import { datagramAddressOf } from "./deno_address.ts";
import { giveBuffer, type PooledBuffer, takeBuffer } from "./deno_buffer_pool.ts";
import { socketError, toSocketError } from "./deno_errors.ts";
import { DenoHandle, type HandleSite } from "./deno_handle.ts";
import type { NativeDatagram } from "./deno_native_datagram.ts";
import { LastAddress } from "./deno_last_address.ts";
import type { SocketErrorCode } from "./errors.ts";
import type { Datagram, DatagramHandle } from "./handle.ts";
import { ERROR, READ, WRITE } from "./interest.ts";
import type { MulticastSocket } from "./multicast.ts";
import { MulticastSettings } from "./multicast_settings.ts";

/** How many datagrams are received ahead of `receive()`: what one pass can bring. */
const AHEAD_MAX = 16;

/** How many datagrams wait for the native send under way. */
const OUTBOX_MAX = 64;

/** The largest payload over a UNIX socket, and what the buffer of a reception holds. */
const DATAGRAM_MAX = 65_536;

/** The largest payload of UDP over IPv4 and over IPv6. */
const PAYLOAD_MAX_V4 = 65_507;
const PAYLOAD_MAX_V6 = 65_527;

/** A datagram that was taken and not sent yet. */
interface Outgoing {
  readonly buffer: PooledBuffer;
  readonly length: number;
  readonly to: DatagramAddress;
}

/** A datagram handle over a native socket. */
export class DenoDatagram extends DenoHandle implements DatagramHandle {
  /** See {@linkcode DatagramHandle.kind}. */
  readonly kind = "datagram";
  /** See {@linkcode DatagramHandle.localAddress}. */
  readonly localAddress: DatagramAddress;
  /** See {@linkcode DatagramHandle.released}. */
  readonly released: Promise<void>;
  /** See {@linkcode DatagramHandle.multicast}. */
  readonly multicast: MulticastSocket | null;
  #resolveReleased: () => void;
  readonly #native: NativeDatagram;
  /** What native receptions write into; each datagram is copied out of it at once. */
  #buffer: PooledBuffer | null = null;
  #receiving = false;
  #isNativeClosed = false;
  readonly #received: Datagram[] = [];
  readonly #last = new LastAddress();
  /** What was taken; the first is being sent. */
  readonly #outbox: Outgoing[] = [];

  /**
   * Makes a datagram handle.
   *
   * @param site What it shares with the others of its platform.
   * @param native The socket, bound.
   */
  constructor(site: HandleSite, native: NativeDatagram) {
    super(site);
    this.#native = native;
    this.localAddress = datagramAddressOf(native.addr);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#resolveReleased = resolve;
    const { multicast } = native;
    this.multicast = multicast === undefined ? null : new MulticastSettings(this, multicast);
    this.level = WRITE;
    site.handles.set(this.id, this);
  }

  /** See {@linkcode DatagramHandle.receive}. */
  receive(): Datagram | undefined {
    if (this.closed) throw this.#misuse("receive on", this.localAddress, "EBADF");
    const datagram = this.#received.shift();
    if (this.#received.length === 0) this.level &= ~READ;
    this.site.sink.taken(this);
    if (datagram === undefined) this.#throwError();
    return datagram;
  }

  /** See {@linkcode DatagramHandle.send}. */
  send(bytes: Uint8Array, to: DatagramAddress): boolean {
    if (this.closed) throw this.#misuse("send to", to, "EBADF");
    const obstacle = this.#obstacle(bytes, to);
    if (obstacle !== null) throw this.#misuse("send to", to, obstacle);
    this.#throwError();
    if (this.#outbox.length >= OUTBOX_MAX) return false;
    const buffer = takeBuffer(bytes.length);
    buffer.bytes.set(bytes);
    const count = this.#outbox.push({ buffer, length: bytes.length, to });
    if (count === OUTBOX_MAX) this.level &= ~WRITE;
    if (count === 1) this.#sendFirst();
    return true;
  }

  /** See {@linkcode DatagramHandle.close}. */
  close(): void {
    if (this.leave() && this.#outbox.length === 0) this.#closeNative();
  }

  /** See {@linkcode DatagramHandle.abort}. */
  abort(): void {
    const wasSending = this.closed && this.#outbox.length > 0;
    this.#outbox.splice(1); // The first is held by a native send.
    if (this.leave() || wasSending) this.#closeNative();
  }

  /** See {@linkcode DenoHandle.arm}. */
  arm(): void {
    if ((this.interest & READ) === 0 || this.#receiving || this.closed) return;
    if (this.#received.length >= AHEAD_MAX) return;
    this.#receiving = true;
    this.#buffer ??= takeBuffer(DATAGRAM_MAX);
    this.site.sink.started();
    this.#native.receive(this.#buffer.bytes).then(this.#onReceived, this.#onReceiveFailed);
  }

  readonly #onReceived = ([bytes, from]: [Uint8Array, Deno.Addr]): void => {
    this.#receiving = false;
    if (this.closed) return this.#settleRelease();
    this.#received.push({ bytes: bytes.slice(), from: this.#last.from(from) });
    this.raise(READ);
    this.arm();
  };

  readonly #onReceiveFailed = (error: unknown): void => {
    this.#receiving = false;
    if (this.closed) return this.#settleRelease();
    this.#fail("receive on", this.localAddress, error);
  };

  #sendFirst(): void {
    const { buffer, length, to } = this.#outbox[0] as Outgoing;
    this.site.sink.started();
    const bytes = buffer.first(length);
    this.#native.send(bytes, this.#last.toNative(to)).then(this.#onSent, this.#onSendFailed);
  }

  readonly #onSent = (): void => {
    const { buffer } = this.#outbox.shift() as Outgoing;
    giveBuffer(buffer);
    if (this.#outbox.length > 0) this.#sendFirst();
    else if (this.closed) this.#closeNative();
    if (!this.closed && (this.level & WRITE) === 0) this.raise(WRITE);
  };

  readonly #onSendFailed = (error: unknown): void => {
    this.#fail("send to", (this.#outbox[0] as Outgoing).to, error);
    this.#onSent();
  };

  #closeNative(): void {
    try {
      this.#native.close();
    } catch {
      // `abort` closed it while the last datagram was under way.
    }
    if (this.#native.ended === undefined) this.#onNativeClosed();
    else this.#native.ended.then(() => this.#onNativeClosed());
  }

  #onNativeClosed(): void {
    this.#isNativeClosed = true;
    this.#settleRelease();
  }

  /** The system keeps the address for as long as a native operation holds the socket. */
  #settleRelease(): void {
    if (!this.#isNativeClosed || this.#receiving || this.#outbox.length > 0) return;
    if (this.#buffer !== null) giveBuffer(this.#buffer);
    this.#buffer = null;
    this.#resolveReleased();
  }

  /** The socket goes on: a datagram that could not be sent says nothing about the next. */
  #fail(verb: string, address: DatagramAddress, cause: unknown): void {
    if (this.closed) return;
    this.error ??= toSocketError(`${verb} ${formatAddress(address)}`, cause);
    this.raise(ERROR);
  }

  #throwError(): void {
    const error = this.takeError();
    if (error !== null) throw error;
  }

  #misuse(verb: string, address: DatagramAddress, code: SocketErrorCode): Error {
    return socketError(`${verb} ${formatAddress(address)}`, code);
  }

  /** Why a datagram cannot be sent at all. */
  #obstacle(bytes: Uint8Array, to: DatagramAddress): SocketErrorCode | null {
    if (bytes.length <= PAYLOAD_MAX_V4 && this.#last.is(to)) return null;
    if (to.transport !== this.localAddress.transport) return "EAFNOSUPPORT";
    if (to.transport === "unixpacket" || this.localAddress.transport === "unixpacket") {
      return bytes.length > DATAGRAM_MAX ? "EMSGSIZE" : null;
    }
    if (!(Number.isInteger(to.port) && to.port > 0 && to.port <= 65_535)) return "EINVAL";
    const isV6 = this.localAddress.hostname.includes(":");
    const family = familyOf(to.hostname);
    if (family !== null && (family === 6) !== isV6) return "EAFNOSUPPORT";
    return bytes.length > (isV6 ? PAYLOAD_MAX_V6 : PAYLOAD_MAX_V4) ? "EMSGSIZE" : null;
  }
}

/** The family of a literal; `null` for a name. */
function familyOf(hostname: string): 4 | 6 | null {
  if (hostname.includes(":")) return 6;
  return /^[0-9.]+$/.test(hostname) ? 4 : null;
}
