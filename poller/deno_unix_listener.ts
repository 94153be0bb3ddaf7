/**
 * UNIX listeners on Deno.
 *
 * @module
 */

import type { NativeListener } from "./deno_listener.ts";
import type { NativeStream } from "./deno_native_stream.ts";
import { SocketFile } from "./deno_socket_file.ts";

/**
 * A listener that leaves alone the file of another that has replaced its own. Deno removes what
 * stands at the path when a listener closes, whoever made it.
 */
export class UNIXListener implements NativeListener {
  readonly #native: Deno.UnixListener;
  readonly #file: SocketFile;
  /** Whether an accept is under way: Deno holds the listener, and its file, until it has ended. */
  #accepting = false;
  /** Puts the other's file back after Deno has removed it. */
  #restore: (() => void) | null = null;

  /**
   * Listens.
   *
   * @param path Where.
   * @throws {Error} What Deno throws.
   */
  constructor(path: string) {
    this.#native = Deno.listen({ transport: "unix", path });
    this.#file = new SocketFile(path);
  }

  /** See {@linkcode NativeListener.addr}. */
  get addr(): Deno.Addr {
    return this.#native.addr;
  }

  /** See {@linkcode NativeListener.accept}. */
  async accept(): Promise<NativeStream> {
    this.#accepting = true;
    try {
      return await this.#native.accept();
    } finally {
      this.#accepting = false;
      this.#restoreFile();
    }
  }

  /** See {@linkcode NativeListener.close}. */
  close(): void {
    this.#restore = this.#file.keepReplacement();
    this.#native.close();
    if (!this.#accepting) this.#restoreFile();
  }

  #restoreFile(): void {
    this.#restore?.();
    this.#restore = null;
  }
}
