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
  /** The interface that link-local addresses are on. */
  readonly #scope: string;
  /** The accepted connections that nobody has taken yet. */
  readonly #accepted: NativeStream[] = [];
  /** Whether a native accept is under way. */
  #accepting = false;
  /** Ends the pause after the descriptors ran out; `undefined` while there is none. */
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** Whether the descriptors ran out and nothing was accepted since. */
  #exhausted = false;
  /** The descriptor in reserve, while a peer is turned away with it. */
  #loan: Disposable | null = null;
  /** Ends a loan that nobody came for; `undefined` while there is none. */
  #loanEnd: ReturnType<typeof setImmediate> | undefined;
  /** Whether a loan has ended, and no descriptor could be held in reserve again since. */
  #owes = false;

  /**
   * Makes a listener.
   *
   * @param site What it shares with the others of its platform.
   * @param native Deno's listener.
   * @param scope The interface that it is on if its address is link-local, as `%eth0`.
   */
  constructor(site: HandleSite, native: NativeListener, scope: string = "") {
    super(site);
    this.#native = native;
    this.localAddress = streamAddressOf(native.addr, scope);
    this.#scope = scope;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#resolveReleased = resolve;
    site.handles.set(this.id, this);
    site.reserve.retain();
  }

  /** See {@linkcode ListenerHandle.accept}. */
  accept(): StreamHandle | undefined {
    if (this.closed) throw socketError(`accept on ${formatAddress(this.localAddress)}`, "EBADF");
    const conn = this.#accepted.shift();
    if (this.#accepted.length === 0) {
      if (this.error === null) this.level &= ~READ;
      this.site.sink.taken(this);
    }
    if (conn !== undefined) return DenoStream.over(this.site, conn, this.#scope);
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
    this.site.reserve.release();
    this.#endLoan();
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
    this.#accept();
  }

  #accept(): void {
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
    if (this.#loan !== null || this.#owes) {
      conn.close();
      this.#endLoan();
      if (this.#owes) this.#reserve();
    } else {
      this.#exhausted = false;
      this.#accepted.push(conn);
      this.raise(READ);
    }
    this.arm();
  };

  readonly #onFailed = (error: unknown): void => {
    this.#accepting = false;
    if (this.closed) {
      this.#resolveReleased();
      return;
    }
    this.#endLoan();
    const code = codeOf(error);
    switch (code) {
      case "ENOTCONN":
      case "ECONNABORTED":
      case "ECONNRESET":
        // The peer gave up before it was accepted; the listener is well.
        this.arm();
        return;
      case "EMFILE":
      case "ENFILE":
        if (code === "EMFILE" && this.site.reserve.available) this.#turnAway(error);
        else this.#waitForDescriptors(error);
        return;
    }
    this.error = toSocketError(`accept on ${formatAddress(this.localAddress)}`, error);
    this.raise(READ | ERROR);
  };

  /**
   * Accepts one more with the descriptor in reserve, to close it. The system says that there are no
   * descriptors also when nobody waits; then the attempt stays under way without one, and fails again
   * when somebody comes.
   */
  #turnAway(cause: unknown): void {
    this.#reportOnce("Closing those who connect, for want of file descriptors", cause);
    this.#loan = this.site.reserve.lend();
    this.#loanEnd = setImmediate(() => this.#endLoan());
    this.#accept();
  }

  #endLoan(): void {
    if (this.#loan === null) return;
    clearImmediate(this.#loanEnd);
    this.#loan[Symbol.dispose]();
    this.#loan = null;
    // Whoever came at the last moment has the descriptor.
    this.#owes = !this.site.reserve.available;
  }

  #reserve(): void {
    this.site.reserve.reserve();
    this.#owes &&= !this.site.reserve.available;
  }

  #waitForDescriptors(cause: unknown): void {
    this.#reportOnce("Waiting for file descriptors", cause);
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#reserve();
      this.arm();
    }, EXHAUSTED_PAUSE);
  }

  #reportOnce(message: string, cause: unknown): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    const error = toSocketError(`accept on ${formatAddress(this.localAddress)}`, cause);
    this.site.report({ message, error });
  }
}
