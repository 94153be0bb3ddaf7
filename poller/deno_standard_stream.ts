/**
 * The standard descriptors of the process as native streams.
 *
 * @module
 */

import type { NativeStream } from "./deno_native_stream.ts";

/** They have no names. */
const UNNAMED = { transport: "unix", path: "" } as Deno.UnixAddr;

/** One of Deno's three. */
interface StandardDescriptor {
  read?(buffer: Uint8Array): Promise<number | null>;
  write?(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** The input, or one of the outputs. */
export class StandardStream implements NativeStream {
  /** It has no name. */
  readonly localAddr: Deno.Addr = UNNAMED;
  /** It has no name. */
  readonly remoteAddr: Deno.Addr = UNNAMED;
  readonly #descriptor: StandardDescriptor;

  /**
   * Makes a stream.
   *
   * @param descriptor `Deno.stdin`, `Deno.stdout` or `Deno.stderr`.
   */
  constructor(descriptor: StandardDescriptor) {
    this.#descriptor = descriptor;
  }

  /** Reads at least one byte; an output never has any. */
  read(buffer: Uint8Array<ArrayBuffer>): Promise<number | null> {
    return this.#descriptor.read?.(buffer) ?? new Promise(() => {});
  }

  /** Writes some of the first bytes. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return this.#descriptor.write?.(bytes) ??
      Promise.reject(new Deno.errors.BrokenPipe("Standard input is for reading only"));
  }

  /** Closes an output; the input has nothing to end. */
  closeWrite(): Promise<void> {
    if (this.#descriptor.write !== undefined) this.close();
    return Promise.resolve();
  }

  /** Closes the descriptor for the whole process. */
  close(): void {
    try {
      this.#descriptor.close();
    } catch {
      // Somebody has closed it before.
    }
  }
}
