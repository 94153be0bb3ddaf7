/**
 * UNIX datagram sockets on Deno.
 *
 * @module
 */

import type { NativeDatagram } from "./deno_native_datagram.ts";
import type { Reception } from "./deno_reception.ts";
import { abstractName, SocketFile } from "./deno_socket_file.ts";

/** A datagram that waits to be sent, and the promise of it. */
interface Emission {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly to: Deno.Addr;
  resolve(count: number): void;
  reject(error: unknown): void;
}

/**
 * A socket that can send while it receives.
 *
 * Deno's own cannot: a `send` during a `receive` is rejected with `Busy`, and a `receive` cannot be
 * called back. To send from another socket would show the receiver a wrong sender, and no answer
 * would arrive. So this one keeps to one operation at a time, and when something is to be sent
 * while it receives, it pokes itself: a datagram from a second, nameless socket of its own ends the
 * reception and is dropped, what waits is sent, and the reception goes on.
 *
 * A socket whose file is gone cannot be poked. What it sends goes over the second one then: nobody
 * could answer to its name anyway.
 */
export class UNIXDatagramSocket implements NativeDatagram {
  readonly #open: (path: string) => NativeDatagram;
  /** What stands at its path; abstract names are no files. */
  readonly #file: SocketFile | null;
  readonly #socket: NativeDatagram;
  /** The second socket, once it was needed. */
  #poker: NativeDatagram | null = null;
  /** Whether a poke is on its way. */
  #poked = false;
  #operation: "none" | "receiving" | "sending" = "none";
  #reception: Reception<[Uint8Array, Deno.Addr]> | null = null;
  readonly #emissions: Emission[] = [];

  /**
   * Binds a socket.
   *
   * @param path The path of its file.
   * @param open Binds one of Deno's.
   */
  constructor(path: string, open: (path: string) => NativeDatagram) {
    this.#open = open;
    this.#socket = open(path);
    this.#file = path.startsWith("\0") ? null : new SocketFile(path);
  }

  /** See {@linkcode NativeDatagram.addr}. */
  get addr(): Deno.Addr {
    return this.#socket.addr;
  }

  /** See {@linkcode NativeDatagram.receive}. */
  receive(buffer: Uint8Array<ArrayBuffer>): Promise<[Uint8Array, Deno.Addr]> {
    return new Promise((resolve, reject) => {
      this.#reception = { buffer, resolve, reject };
      this.#next();
    });
  }

  /** See {@linkcode NativeDatagram.send}. */
  send(bytes: Uint8Array<ArrayBuffer>, to: Deno.Addr): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#emissions.push({ bytes, to, resolve, reject });
      this.#next();
    });
  }

  /** See {@linkcode NativeDatagram.close}; it also removes the file, as UNIX listeners do. */
  close(): void {
    this.#file?.remove();
    this.#socket.close();
    this.#poker?.close();
  }

  #next(): void {
    if (this.#operation === "receiving" && this.#emissions.length > 0) this.#interrupt();
    if (this.#operation !== "none") return;
    const emission = this.#emissions.shift();
    if (emission !== undefined) this.#send(emission);
    else if (this.#reception !== null) this.#receive(this.#reception);
  }

  #send(emission: Emission): void {
    this.#operation = "sending";
    const ended = () => {
      this.#operation = "none";
      this.#next();
    };
    this.#socket.send(emission.bytes, emission.to).then((count) => {
      emission.resolve(count);
      ended();
    }, (error) => {
      emission.reject(error);
      ended();
    });
  }

  #receive(reception: Reception<[Uint8Array, Deno.Addr]>): void {
    this.#operation = "receiving";
    this.#socket.receive(reception.buffer).then(([bytes, from]) => {
      this.#operation = "none";
      if (this.#isPoke(from)) this.#poked = false;
      else {
        this.#reception = null;
        reception.resolve([bytes, from]);
      }
      this.#next();
    }, (error) => {
      this.#operation = "none";
      this.#reception = null;
      reception.reject(error);
      for (const emission of this.#emissions.splice(0)) emission.reject(error);
    });
  }

  #isPoke(from: Deno.Addr): boolean {
    const own = this.#poker?.addr as Deno.UnixAddr | undefined;
    return own !== undefined && (from as Deno.UnixAddr).path === own.path;
  }

  /** Has what waits be sent, although a reception is under way. */
  #interrupt(): void {
    try {
      this.#poker ??= this.#open(abstractName());
    } catch (error) {
      for (const emission of this.#emissions.splice(0)) emission.reject(error);
      return;
    }
    if (this.#file?.isGone) this.#sendAside(this.#poker);
    else this.#poke(this.#poker);
  }

  #poke(poker: NativeDatagram): void {
    if (this.#poked) return;
    this.#poked = true;
    poker.send(new Uint8Array(1), this.#socket.addr).catch(() => {
      this.#poked = false;
      this.#sendAside(poker);
    });
  }

  /** Sends what waits over the second socket. */
  #sendAside(poker: NativeDatagram): void {
    for (const { bytes, to, resolve, reject } of this.#emissions.splice(0)) {
      poker.send(bytes, to).then(resolve, reject);
    }
  }
}
