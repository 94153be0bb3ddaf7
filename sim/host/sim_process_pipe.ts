/**
 * The end of a pipe that a simulated program holds.
 *
 * @module
 */

import { READ, SocketError, type StreamAddress, WRITE } from "../../poller/mod.ts";
import type { SimHost } from "./host.ts";
import type { SimProgramPipe } from "./sim_process.ts";
import { SimStream } from "../network/sim_stream.ts";

/** Pipes have no names. */
const UNNAMED: StreamAddress = { transport: "unix", path: null };

/**
 * A stream that no poller watches: its readiness wakes whoever waits in it, in a turn of its own.
 * What waits when the program has ended waits forever.
 */
export class ProgramStream extends SimStream implements SimProgramPipe {
  /** Called when something has changed; `null` if nobody waits. */
  #onChange: (() => void) | null = null;
  #isWoken = false;

  /** Takes note that something has changed. */
  override raise(bits: number): void {
    super.raise(bits);
    this.#wakeSoon();
  }

  /** Waits until there is something to read. */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const bytes = this.#receiveOrEnd();
      if (bytes !== undefined) return bytes === null ? null : bytes.slice();
      await this.#changed(READ);
    }
  }

  /** Waits until all bytes are taken. */
  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      rest = rest.subarray(this.send(rest));
      if (rest.length > 0) await this.#changed(WRITE);
    }
  }

  /** A pipe whose other end is closed is at its end, whatever was sent into it. */
  #receiveOrEnd(): Uint8Array | null | undefined {
    try {
      return this.receive();
    } catch (error) {
      if (error instanceof SocketError && error.code !== "EBADF") return null;
      throw error;
    }
  }

  /** Resolves in a turn of its own after the readiness has changed. */
  #changed(bits: number): Promise<void> {
    return new Promise((resolve) => {
      const previous = this.#onChange;
      this.#onChange = () => {
        previous?.();
        resolve();
      };
      // A strategy may have it send or read less than it could: it goes on at once.
      if ((this.level & bits) !== 0) this.#wakeSoon();
    });
  }

  #wakeSoon(): void {
    if (this.#onChange === null || this.#isWoken) return;
    this.#isWoken = true;
    const { host } = this;
    host.work(host.world.time.now, () => {
      this.#isWoken = false;
      const onChange = this.#onChange;
      this.#onChange = null;
      if (!this.closed) onChange?.();
    });
  }
}

/** Makes a pipe on a host: the end of the parent, which its poller watches, and the program's. */
export function openPipe(host: SimHost): readonly [parent: SimStream, program: ProgramStream] {
  const parent = new SimStream(host, UNNAMED);
  const program = new ProgramStream(host, UNNAMED);
  SimStream.join(parent, program);
  parent.established(UNNAMED, UNNAMED);
  program.established(UNNAMED, UNNAMED);
  host.network.adopt(parent);
  return [parent, program];
}
