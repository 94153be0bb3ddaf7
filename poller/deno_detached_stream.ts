/**
 * A native connection that TLS has taken over in the middle of its life.
 *
 * @module
 */

import type { NativeStream } from "./deno_native_stream.ts";

/**
 * Goes on with a connection: reads first what was received and what a native read under way will
 * bring (it cannot be called back), and writes after what was taken and not sent.
 */
export class DetachedStream implements NativeStream {
  readonly #conn: NativeStream;
  /** What was received and not read. */
  #received: Uint8Array;
  /** What the native read under way brings: true if there is more to read. */
  #reading: PromiseWithResolvers<boolean> | null = null;
  /** When what was taken is sent. */
  readonly #drained: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  /**
   * Takes a connection over.
   *
   * @param conn The connection.
   * @param received What was received and not taken.
   * @param isReading Whether a native read is under way.
   * @param isDrained Whether nothing is being sent.
   */
  constructor(conn: NativeStream, received: Uint8Array, isReading: boolean, isDrained: boolean) {
    this.#conn = conn;
    this.#received = received;
    if (isReading) {
      this.#reading = Promise.withResolvers<boolean>();
      this.#reading.promise.catch(() => {});
    }
    if (isDrained) this.#drained.resolve();
  }

  /** The address of this end. */
  get localAddr(): Deno.Addr {
    return this.#conn.localAddr;
  }

  /** The address of the other end. */
  get remoteAddr(): Deno.Addr {
    return this.#conn.remoteAddr;
  }

  /**
   * The native read that was under way has ended.
   *
   * @param count How many bytes it brought, `null` at the end of the stream.
   * @param buffer Where they are.
   */
  received(count: number | null, buffer: Uint8Array): void {
    if (count !== null) this.#received = buffer.slice(0, count);
    this.#reading?.resolve(count !== null);
  }

  /**
   * The native read that was under way has failed.
   *
   * @param error Why.
   */
  receiveFailed(error: unknown): void {
    this.#reading?.reject(error);
  }

  /** What was taken is sent, or will never be. */
  drained(): void {
    this.#drained.resolve();
  }

  /** Reads at least one byte; `null` at the end of the stream. */
  async read(buffer: Uint8Array<ArrayBuffer>): Promise<number | null> {
    if (this.#received.length === 0 && this.#reading !== null) {
      const isOpen = await this.#reading.promise;
      this.#reading = null;
      if (!isOpen) return null;
    }
    if (this.#received.length === 0) return await this.#conn.read(buffer);
    const count = Math.min(this.#received.length, buffer.length);
    buffer.set(this.#received.subarray(0, count));
    this.#received = this.#received.subarray(count);
    return count;
  }

  /** Writes some of the first bytes. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    await this.#drained.promise;
    return await this.#conn.write(bytes);
  }

  /** Ends the stream in this direction. */
  async closeWrite(): Promise<void> {
    await this.#drained.promise;
    await this.#conn.closeWrite();
  }

  /** Closes the connection. */
  close(): void {
    this.#conn.close();
  }

  /** Turns Nagle's algorithm off or on, on TCP. */
  setNoDelay(noDelay: boolean): void {
    this.#conn.setNoDelay?.(noDelay);
  }

  /** Turns keep-alive probes on or off, on TCP. */
  setKeepAlive(keepAlive: boolean): void {
    this.#conn.setKeepAlive?.(keepAlive);
  }
}
