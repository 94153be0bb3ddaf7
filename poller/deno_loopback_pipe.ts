/**
 * A connection of the process to itself.
 *
 * @module
 */

import { isGranted } from "./deno_permissions.ts";
import { abstractName } from "./deno_socket_file.ts";

/** A byte sent through it comes back only after the native loop looked at its descriptors. */
export class LoopbackPipe {
  #near: Deno.Conn | null = null;
  #far: Deno.Conn | null = null;
  #closed = false;
  readonly #byte = new Uint8Array(1);
  readonly #buffer = new Uint8Array(64);

  /**
   * Begins to open a pipe: an abstract UNIX pair where the system and the permissions have it,
   * else a TCP pair on the loopback interface. It never prompts for a permission; without any the
   * pipe never gets ready.
   *
   * @returns The pipe; use it once {@linkcode LoopbackPipe.isReady}.
   */
  static open(): LoopbackPipe {
    const pipe = new LoopbackPipe();
    pipe.#connect().catch(() => pipe.close());
    return pipe;
  }

  /** Whether {@linkcode LoopbackPipe.turn} can be called. */
  get isReady(): boolean {
    return this.#far !== null;
  }

  /**
   * Sends a byte to itself.
   *
   * @param onTurn Called when it came back, or if the pipe broke.
   */
  turn(onTurn: () => void): void {
    const near = this.#near as Deno.Conn;
    const far = this.#far as Deno.Conn;
    far.read(this.#buffer).then(onTurn, onTurn);
    near.write(this.#byte).catch(() => this.close());
  }

  /** Closes both ends. */
  close(): void {
    this.#closed = true;
    closeQuietly(this.#near);
    closeQuietly(this.#far);
    this.#near = this.#far = null;
  }

  async #connect(): Promise<void> {
    const listener = listenOnLoopback();
    if (listener === null) return;
    try {
      const accepted = listener.accept();
      accepted.catch(() => {});
      const near = await connect(listener.addr);
      this.#near = near;
      const far = await this.#acceptFrom(listener, accepted, near);
      if (this.#closed) closeQuietly(far);
      else this.#far = far;
    } finally {
      listener.close();
      if (this.#closed) this.close();
    }
  }

  /** Accepts our own end and nobody else's: on TCP any local process may have come first. */
  async #acceptFrom(
    listener: Deno.Listener,
    first: Promise<Deno.Conn>,
    near: Deno.Conn,
  ): Promise<Deno.Conn> {
    let far = await first;
    const wanted = near.localAddr;
    while (wanted.transport === "tcp") {
      const peer = far.remoteAddr;
      if (peer.transport === "tcp" && peer.port === wanted.port) break;
      closeQuietly(far);
      far = await listener.accept();
    }
    return far;
  }
}

/**
 * Opens a listener that nobody else knows of, if that needs no prompt.
 *
 * @returns The listener; `null` without a permission that it needs.
 * @throws {Error} What Deno throws.
 */
export function listenOnLoopback(): Deno.Listener | null {
  if (Deno.build.os === "linux" && isGranted({ name: "net" })) {
    return Deno.listen({ transport: "unix", path: abstractName() }) as unknown as Deno.Listener;
  }
  if (!isGranted({ name: "net", host: "127.0.0.1" })) return null;
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

/** Connects to a listener of our own. */
async function connect(address: Deno.Addr): Promise<Deno.Conn> {
  if (address.transport === "unix") {
    return await Deno.connect({ transport: "unix", path: (address as Deno.UnixAddr).path });
  }
  const { hostname, port } = address as Deno.NetAddr;
  const conn = await Deno.connect({ hostname, port });
  conn.setNoDelay(true);
  return conn;
}

function closeQuietly(conn: Deno.Conn | null): void {
  try {
    conn?.close();
  } catch {
    // It was closed before.
  }
}
