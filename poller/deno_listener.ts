/**
 * Listeners on Deno: TCP and UNIX.
 *
 * @module
 */

import { formatAddress, type StreamAddress } from "./address.ts";
import { streamAddressOf } from "./deno_address.ts";
import { codeOf, socketError, toSocketError } from "./deno_errors.ts";
import { DenoHandle, type HandleSite } from "./deno_handle.ts";
import type { NativeStream } from "./deno_native_stream.ts";
import { DenoStream } from "./deno_stream.ts";
import type { ListenerHandle, StreamHandle } from "./handle.ts";
import { ERROR, READ } from "./interest.ts";

/** How many connections are accepted ahead of `accept()`: what one pass can bring. */
const AHEAD_MAX = 32;

/**
 * How long to wait, in milliseconds, before accepting again when the process has run out of
 * descriptors: Deno fails each attempt at once, so that to go on would be a busy loop.
 */
const EXHAUSTED_PAUSE = 100;

/** The part of `Deno.Listener` that is needed. */
export interface NativeListener {
  /** The address that is listened on. */
  readonly addr: Deno.Addr;
  /** Accepts one connection. */
  accept(): Promise<NativeStream>;
  /** Closes it; a pending `accept` is rejected. */
  close(): void;
}

/** A listener over one of Deno's. */
export class DenoListener extends DenoHandle implements ListenerHandle {
  /** See {@linkcode ListenerHandle.kind}. */
  readonly kind = "listener";
  /** See {@linkcode ListenerHandle.localAddress}. */
  readonly localAddress: StreamAddress;
  /** See {@linkcode ListenerHandle.released}. */
  readonly released: Promise<void>;
  #resolveReleased: () => void;
  readonly #native: NativeListener;
  /** The accepted connections that nobody has taken yet. */
  readonly #accepted: NativeStream[] = [];
  /** Whether a native accept is under way. */
  #accepting = false;
  /** Ends the pause after the descriptors ran out; `undefined` while there is none. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** Whether the descriptors ran out and nothing was accepted since. */
  #exhausted = false;

  /**
   * Makes a listener.
   *
   * @param site What it shares with the others of its platform.
   * @param native Deno's listener.
   */
  constructor(site: HandleSite, native: NativeListener) {
    super(site);
    this.#native = native;
    this.localAddress = streamAddressOf(native.addr);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#resolveReleased = resolve;
    site.handles.set(this.id, this);
  }

  /** See {@linkcode ListenerHandle.accept}. */
  accept(): StreamHandle | undefined {
    if (this.closed) throw socketError(`accept on ${formatAddress(this.localAddress)}`, "EBADF");
    const conn = this.#accepted.shift();
    if (this.#accepted.length === 0) {
      if (this.error === null) this.level &= ~READ;
      this.site.sink.taken(this);
    }
    if (conn !== undefined) return DenoStream.over(this.site, conn);
    const error = this.takeError();
    if (error === null) return undefined;
    this.level &= ~READ;
    throw error;
  }

  /** See {@linkcode ListenerHandle.close}. */
  close(): void {
    if (!this.leave()) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#native.close();
    for (const conn of this.#accepted.splice(0)) conn.close();
    if (!this.#accepting) this.#resolveReleased();
  }

  /** See {@linkcode ListenerHandle.abort}. */
  abort(): void {
    this.close();
  }

  /** See {@linkcode DenoHandle.arm}. */
  arm(): void {
    if ((this.interest & READ) === 0 || this.#accepting || this.#pause !== undefined) return;
    if (this.closed || this.error !== null || this.#accepted.length >= AHEAD_MAX) return;
    this.#accepting = true;
    this.site.sink.started();
    this.#native.accept().then(this.#onAccepted, this.#onFailed);
  }

  readonly #onAccepted = (conn: NativeStream): void => {
    this.#accepting = false;
    if (this.closed) {
      conn.close();
      this.#resolveReleased();
      return;
    }
    this.#exhausted = false;
    this.#accepted.push(conn);
    this.raise(READ);
    this.arm();
  };

  readonly #onFailed = (error: unknown): void => {
    this.#accepting = false;
    if (this.closed) {
      this.#resolveReleased();
      return;
    }
    switch (codeOf(error)) {
      case "ENOTCONN":
      case "ECONNABORTED":
      case "ECONNRESET":
        // The peer gave up before it was accepted; the listener is well.
        this.arm();
        return;
      case "EMFILE":
      case "ENFILE":
        this.#waitForDescriptors(error);
        return;
    }
    this.error = toSocketError(`accept on ${formatAddress(this.localAddress)}`, error);
    this.raise(READ | ERROR);
  };

  #waitForDescriptors(cause: unknown): void {
    if (!this.#exhausted) {
      const error = toSocketError(`accept on ${formatAddress(this.localAddress)}`, cause);
      this.site.report({ message: "Waiting for file descriptors", error });
    }
    this.#exhausted = true;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.arm();
    }, EXHAUSTED_PAUSE);
  }
}
