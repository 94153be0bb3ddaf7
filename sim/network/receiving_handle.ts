/**
 * What streams have in common, over TLS or not: how their programs receive.
 *
 * @module
 */

import { SimHandle } from "./sim_handle.ts";

/** The most bytes that one receive returns, as on the native platform. */
export const RECEIVE_MAX = 65_536;

/** A handle from which bytes are received. */
export abstract class ReceivingHandle extends SimHandle {
  /** Tells the kinds of handles apart. */
  readonly kind = "stream";

  /** Takes what has arrived. */
  receive(): Uint8Array | null | undefined {
    const count = this.receivable();
    return typeof count === "number" ? this.take(count) : count;
  }

  /** Copies what has arrived into a buffer. */
  receiveInto(buffer: Uint8Array): number | null | undefined {
    if (buffer.length === 0) throw new RangeError("Cannot receive: buffer is empty");
    const count = this.receivable();
    if (typeof count !== "number") return count;
    const bytes = this.take(Math.min(count, buffer.length));
    buffer.set(bytes);
    return bytes.length;
  }

  /** Does nothing: the simulated network sends everything at once. */
  setNoDelay(_noDelay: boolean): void {}

  /** The number of bytes that can be received; `null` at the end, `undefined` if nothing has come. */
  protected abstract receivable(): number | null | undefined;

  /** Takes so many of them. */
  protected abstract take(count: number): Uint8Array;
}
