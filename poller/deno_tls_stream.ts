/**
 * A TLS connection of `node:tls` in the shape of Deno's.
 *
 * Deno's TLS socket neither ceases to read below when nobody takes what it has, nor gives out what
 * it held back then. So it is always let flow, and it is the connection below that is not read while
 * enough waits here.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { NativeStream } from "./deno_native_stream.ts";
import type { Reception } from "./deno_reception.ts";
import { isErrorOfTLS, toTLSError } from "./deno_tls_errors.ts";
import type { TLSSession } from "./tls_session.ts";

/** How much is read from below at a time: a record and some. */
const READ_SIZE = 32_768;

/** How many bytes may wait to be read before the connection below is left alone. */
const WAITING_MAX = 65_536;

/** How long, in milliseconds, what came last is looked at after the end of the stream below. */
export const END_GRACE = 20;

/** A connection as `node:tls` wants it, which can be left alone for a while. */
export class Underlay {
  /** The connection. */
  readonly duplex: Duplex;
  readonly #below: NativeStream;
  #isPaused = false;
  /** What was asked for while paused; `null` if nothing was. */
  #postponed: (() => void) | null = null;
  /** Whether something is to be written still when the connection is destroyed. */
  #lingers = false;
  readonly #closed = Promise.withResolvers<void>();

  /**
   * Makes a connection look as `node:tls` wants it.
   *
   * @param DuplexClass The class, loaded.
   * @param below The connection.
   */
  constructor(DuplexClass: typeof Duplex, below: NativeStream) {
    this.#below = below;
    const buffer = new Uint8Array(READ_SIZE);
    const readBelow = (): void => {
      below.read(buffer).then(
        (count) => void this.duplex.push(count === null ? null : buffer.slice(0, count)),
        (error) => void this.duplex.destroy(error),
      );
    };
    this.duplex = new DuplexClass({
      read: () => {
        if (this.#isPaused) this.#postponed = readBelow;
        else readBelow();
      },
      write(chunk: Buffer, _encoding, done) {
        writeAll(below, chunk as unknown as Uint8Array<ArrayBuffer>).then(() => done(), done);
      },
      final(done) {
        below.closeWrite().then(() => done(), done);
      },
      destroy: (error, done) => {
        this.close();
        done(error);
      },
    });
    const { duplex } = this;
    const destroy = duplex.destroy.bind(duplex);
    duplex.destroy = (error) => {
      if (!this.#lingers || error) return destroy(error);
      this.#lingers = false;
      setTimeout(() => duplex.end(() => destroy()), 0);
      return duplex;
    };
  }

  /**
   * Has the connection wait for a goodbye. When both sides have said theirs, `node:tls` destroys
   * what is below, a moment before it writes its own.
   */
  linger(): void {
    this.#lingers = true;
  }

  /** Resolves when the connection is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Closes the connection at once. */
  close(): void {
    this.#closed.resolve();
    try {
      this.#below.close();
    } catch {
      // It was closed before.
    }
  }

  /** Ceases to read. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Reads again. */
  resume(): void {
    this.#isPaused = false;
    const postponed = this.#postponed;
    this.#postponed = null;
    postponed?.();
  }
}

/** A TLS connection after its handshake. */
export class TLSStream implements NativeStream {
  /** The address of this end. */
  readonly localAddr: Deno.Addr;
  /** The address of the other end. */
  readonly remoteAddr: Deno.Addr;
  /** See {@linkcode NativeStream.tls}. */
  readonly tls: TLSSession;
  readonly #operation: string;
  readonly #socket: TLSSocket;
  readonly #underlay: Underlay;
  readonly #below: NativeStream;
  /** What has come and was not read, in order. */
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #reception: Reception<number | null> | null = null;
  #isEnded = false;
  /** Why the connection was lost; reported once, by whichever operation comes first. */
  #error: unknown = null;
  #late: ReturnType<typeof setTimeout> | undefined;

  /**
   * Wraps a connection in the event that ends its handshake.
   *
   * @param operation What was done, for messages.
   * @param socket The connection.
   * @param underlay What it stands on.
   * @param below The connection below, which has the addresses and takes the options.
   */
  constructor(operation: string, socket: TLSSocket, underlay: Underlay, below: NativeStream) {
    this.localAddr = below.localAddr;
    this.remoteAddr = below.remoteAddr;
    this.#operation = operation;
    this.#socket = socket;
    this.#underlay = underlay;
    this.#below = below;
    const raw = socket.getPeerCertificate()?.raw;
    const session = {
      alpnProtocol: socket.alpnProtocol || null,
      peerCertificate: raw === undefined ? null : new Uint8Array(raw),
      isTruncated: false,
    };
    this.tls = session;
    // The peer may go on sending after our goodbye, and we after its.
    socket.allowHalfOpen = true;
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    const truncate = (): void => {
      if (!this.#isEnded) session.isTruncated = true;
      this.#end();
    };
    // A goodbye ends the stream before the stream below is seen to end; without one it is the end
    // below that ends it.
    const push = socket.push.bind(socket);
    socket.push = (chunk, encoding) => {
      if (chunk === null && underlay.duplex.readableEnded) session.isTruncated = true;
      return push(chunk, encoding);
    };
    underlay.duplex.on("end", () => {
      if (!this.#isEnded) this.#late ??= setTimeout(truncate, END_GRACE);
    });
    socket.on("end", () => this.#end());
    socket.on("error", (error) => this.#error = error);
    socket.on("close", truncate);
  }

  /** Reads at least one byte; `null` at the end of the stream. */
  read(buffer: Uint8Array<ArrayBuffer>): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#reception = { buffer, resolve, reject };
      this.#serve();
    });
  }

  /** Writes all of the bytes, and waits until there is room for more. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const { duplex } = this.#underlay;
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => {
        if (error) {
          if (this.#error === error) this.#error = null;
          return reject(this.#explain(error));
        }
        if (!duplex.writableNeedDrain) return resolve(bytes.length);
        const go = (): void => {
          duplex.off("drain", go).off("close", go);
          resolve(bytes.length);
        };
        duplex.on("drain", go).on("close", go);
      });
    });
  }

  /** Says goodbye, and sends nothing more. */
  closeWrite(): Promise<void> {
    this.#underlay.linger();
    return new Promise((resolve) => void this.#socket.end(resolve));
  }

  /** Says goodbye, so that the peer does not take the end for an attack, and closes. */
  close(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    this.#chunks.length = this.#length = 0;
    this.#underlay.linger();
    socket.end(() => void socket.destroy());
  }

  /** See {@linkcode NativeStream.closed}. */
  get closed(): Promise<void> {
    return this.#underlay.closed;
  }

  /** Closes without a goodbye. */
  abort(): void {
    this.#socket.destroy();
    this.#underlay.close();
  }

  /** Turns Nagle's algorithm off or on, on TCP. */
  setNoDelay(noDelay: boolean): void {
    this.#below.setNoDelay?.(noDelay);
  }

  /** Turns keep-alive probes on or off, on TCP. */
  setKeepAlive(keepAlive: boolean): void {
    this.#below.setKeepAlive?.(keepAlive);
  }

  #onData(chunk: Buffer): void {
    this.#chunks.push(chunk as unknown as Uint8Array);
    this.#length += chunk.length;
    if (this.#length > WAITING_MAX) this.#underlay.pause();
    this.#serve();
  }

  #end(): void {
    clearTimeout(this.#late);
    this.#isEnded = true;
    this.#serve();
  }

  /** Gives a waiting reception what there is, if there is anything. */
  #serve(): void {
    const reception = this.#reception;
    if (reception === null) return;
    const [chunk] = this.#chunks;
    if (chunk !== undefined) {
      this.#reception = null;
      reception.resolve(this.#take(chunk, reception.buffer));
      if (this.#length <= WAITING_MAX) this.#underlay.resume();
    } else if (this.#isEnded) {
      const error = this.#error;
      this.#error = this.#reception = null;
      if (error === null) reception.resolve(null);
      else reception.reject(this.#explain(error));
    }
  }

  #take(chunk: Uint8Array, buffer: Uint8Array): number {
    const count = Math.min(chunk.length, buffer.length);
    buffer.set(chunk.subarray(0, count));
    this.#length -= count;
    if (count === chunk.length) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(count);
    return count;
  }

  /** Tells errors of TLS from those of the connection. */
  #explain(error: unknown): unknown {
    return isErrorOfTLS(error) ? toTLSError(this.#operation, error) : error;
  }
}

async function writeAll(below: NativeStream, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  // `node:tls` uses its buffers again; a native write holds what it is given.
  const copy = bytes.slice();
  for (let done = 0; done < copy.length;) done += await below.write(copy.subarray(done));
}
