/**
 * The connections that a stream can stand on.
 *
 * @module
 */

import type { TLSSession } from "./tls_session.ts";

/** What a stream needs of a connection; `Deno.Conn` has it. */
export interface NativeStream {
  /** The address of this end. */
  readonly localAddr: Deno.Addr;
  /** The address of the other end. */
  readonly remoteAddr: Deno.Addr;
  /** Reads at least one byte; `null` at the end of the stream. */
  read(buffer: Uint8Array<ArrayBuffer>): Promise<number | null>;
  /** Writes some of the first bytes. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number>;
  /** Ends the stream in this direction. */
  closeWrite(): Promise<void>;
  /** Closes it; what is under way is rejected. */
  close(): void;
  /** Resolves when it is closed, where `close()` has to say goodbye first. */
  readonly closed?: Promise<void>;
  /** Closes it and drops what it holds, where that differs. */
  abort?(): void;
  /** Turns Nagle's algorithm off or on, on TCP. */
  setNoDelay?(noDelay: boolean): void;
  /** Turns keep-alive probes on or off, on TCP. */
  setKeepAlive?(keepAlive: boolean): void;
  /** What TLS has agreed on, if the connection speaks it. */
  readonly tls?: TLSSession;
}

/** An attempt to connect. */
export interface PendingStream {
  /** The connection, or why there is none. */
  readonly conn: Promise<NativeStream>;
  /** Gives up. */
  abort(): void;
}

/**
 * Makes an attempt that has failed already.
 *
 * @param error Why.
 * @returns The attempt.
 */
export function refusedStream(error: unknown): PendingStream {
  return { conn: Promise.reject(error), abort() {} };
}

/**
 * Begins to connect over TCP. Names are resolved, and all their addresses tried.
 *
 * @param hostname A name or a literal without brackets.
 * @param port The port.
 * @returns The attempt.
 */
export function connectTCP(hostname: string, port: number): PendingStream {
  const controller = new AbortController();
  return {
    conn: Deno.connect({ hostname, port, signal: controller.signal } as Deno.ConnectOptions),
    abort: () => controller.abort(),
  };
}

/**
 * Begins to connect to a UNIX socket. Deno cannot give this up: it ends at once anyway.
 *
 * @param path The path of the listener's socket.
 * @returns The attempt.
 */
export function connectUNIX(path: string): PendingStream {
  return { conn: Deno.connect({ transport: "unix", path }), abort() {} };
}
