/**
 * The connections that questions over TCP share.
 *
 * @module
 */

import { formatAddress } from "../poller/address.ts";
import { SocketError } from "../poller/errors.ts";
import { type Attempt, type AttemptOptions, socketFailure } from "./attempt.ts";
import type { ResolverLoop, Timers } from "./loop.ts";
import { TCPChannel } from "./tcp_channel.ts";

/** Opens at most one connection to a server that takes new questions. */
export class TCPChannels {
  readonly #loop: ResolverLoop;
  readonly #timers: Timers;
  /** Those that take new questions, by server. */
  readonly #channels = new Map<string, TCPChannel>();

  /**
   * Opens nothing yet.
   *
   * @param loop Where the connections run.
   * @param timers Where the questions' time-outs run.
   */
  constructor(loop: ResolverLoop, timers: Timers) {
    this.#loop = loop;
    this.#timers = timers;
  }

  /** How many connections take new questions. */
  get size(): number {
    return this.#channels.size;
  }

  /**
   * Asks a question over TCP.
   *
   * @param options The question, and who wants the answer.
   * @param whenIdle Whether a connection that is opened for it closes as soon as nothing waits on
   * it, or stays until {@linkcode TCPChannels.rest}.
   * @returns The attempt.
   */
  ask(options: AttemptOptions, whenIdle: "close" | "stay"): Attempt {
    const key = formatAddress(options.server);
    const known = this.#channels.get(key);
    if (known !== undefined && !known.isFull) return known.ask(options);
    known?.retire();
    try {
      const channel = new TCPChannel(this.#loop, this.#timers, {
        server: options.server,
        whenIdle,
        onClosed: () => {
          if (this.#channels.get(key) === channel) this.#channels.delete(key);
        },
      });
      this.#channels.set(key, channel);
      return channel.ask(options);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      // The end is never reported within the call that starts an attempt.
      const outcome = socketFailure(options.server, error);
      return this.#timers.callLater(0, () => options.done(outcome));
    }
  }

  /** Closes the connections on which nothing waits. */
  rest(): void {
    for (const channel of [...this.#channels.values()]) channel.rest();
  }
}
