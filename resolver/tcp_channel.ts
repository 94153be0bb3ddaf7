/**
 * Questions to one server over TCP (RFC 7766), on one connection at a time.
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import { SocketError } from "../poller/errors.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import {
  type Attempt,
  type AttemptOptions,
  isAnswerTo,
  malformedFailure,
  type Outcome,
  random16,
  socketFailure,
} from "./attempt.ts";
import { DNSConnectionError, DNSMalformedError } from "./errors.ts";
import type { Cancellable, ResolverLoop, Timers } from "./loop.ts";
import type { Message } from "./message.ts";
import { TCPConnection } from "./tcp_connection.ts";
import { decodeMessage, encodeQuery } from "./wire.ts";

/** A connection that brings more wrong answers than this is given up. */
const WRONG_ANSWERS_MAX = 64;

/** How many questions wait on a channel at most: identifiers must stay easy to find. */
const PENDING_MAX = 4096;

/**
 * How many questions are sent ahead of their answers. Servers work on fewer of a connection at once
 * (BIND on 23, unbound on 32); all that were sent ahead are sent again when the connection ends.
 */
const AHEAD_MAX = 256;

/** A question that waits for its answer. */
interface Pending extends Attempt {
  readonly options: AttemptOptions;
  readonly id: number;
  /** `null` once it fired or was cancelled. */
  timer: Cancellable | null;
  /** Whether it was sent on the connection that stands now. */
  isSent: boolean;
}

/** How a channel is made. */
export interface TCPChannelOptions {
  /** The server. */
  readonly server: UDPAddress;
  /** Whether it closes as soon as nothing waits on it, or stays until it is put to rest. */
  readonly whenIdle: "close" | "stay";
  /** Called when the channel takes no more questions; more than once, perhaps. */
  readonly onClosed: () => void;
}

/**
 * A way to a server. It connects for the first question, carries those that are asked while it is
 * open, and closes when none is left: at once, or when it is put to rest.
 *
 * A server may end a connection whenever it likes, also with questions on their way: dnsmasq does
 * after a hundred answers. They are asked again on a new one, each within the time that it still
 * has. A connection that ends without having answered any is a failure, so a server never has more
 * connections than it gives answers, and one.
 */
export class TCPChannel {
  readonly #loop: ResolverLoop;
  readonly #timers: Timers;
  readonly #server: UDPAddress;
  readonly #onClosed: () => void;
  /** `null` once closed. */
  #connection: TCPConnection | null;
  /** All questions, in the order in which they were asked. */
  readonly #pending = new RenewingMap<number, Pending>();
  /** Those that are still to be sent, among some that no longer wait. */
  #unsent: Pending[] = [];
  /** How many were sent on the connection and still wait. */
  #ahead = 0;
  /** How many the connection has answered. */
  #answers = 0;
  /** How many answers on the connection were none. */
  #wrongAnswers = 0;
  /** Whether it goes when nothing waits on it any more. */
  #closesWhenIdle: boolean;

  /**
   * Begins to connect.
   *
   * @param loop Where it runs.
   * @param timers Where its questions' time-outs run.
   * @param options The server, and how the channel ends.
   * @throws {SocketError} If the attempt cannot even begin.
   */
  constructor(loop: ResolverLoop, timers: Timers, options: TCPChannelOptions) {
    this.#loop = loop;
    this.#timers = timers;
    this.#server = options.server;
    this.#onClosed = options.onClosed;
    this.#closesWhenIdle = options.whenIdle === "close";
    this.#connection = this.#connect();
  }

  /** Whether so many questions wait that the channel may take no other. */
  get isFull(): boolean {
    return this.#pending.size >= PENDING_MAX;
  }

  /**
   * Asks a question.
   *
   * @param options The question, and who wants the answer.
   * @returns The attempt; cancelling it leaves the others alone.
   */
  ask(options: AttemptOptions): Attempt {
    let id = random16(this.#loop.platform.random);
    while (this.#pending.has(id)) id = (id + 1) & 0xffff;
    const pending: Pending = {
      options,
      id,
      timer: this.#timers.callLater(options.seconds, () => {
        pending.timer = null;
        // A retry never goes where a question timed out.
        this.retire();
        this.#settle(pending, { kind: "timeout" });
      }),
      isSent: false,
      cancel: () => this.#remove(pending),
    };
    this.#pending.set(id, pending);
    this.#unsent.push(pending);
    this.#sendMore();
    return pending;
  }

  /** Takes no more questions, and closes when nothing waits any more. */
  retire(): void {
    this.#closesWhenIdle = true;
    this.#onClosed();
    this.rest();
  }

  /** Closes the connection if nothing waits on it. */
  rest(): void {
    if (this.#pending.size === 0) this.#close();
  }

  #connect(): TCPConnection {
    return new TCPConnection(this.#loop, {
      server: this.#server,
      onPacket: (packet) => this.#onPacket(packet),
      onEnd: (error) => this.#onEnd(error),
    });
  }

  #sendMore(): void {
    while (this.#ahead < AHEAD_MAX) {
      const pending = this.#unsent.shift();
      if (pending === undefined) return;
      if (pending.timer === null) continue;
      pending.isSent = true;
      this.#ahead++;
      const { id, options: { query, edns } } = pending;
      this.#connection?.send(encodeQuery(query, { id, edns }));
    }
  }

  #remove(pending: Pending): void {
    pending.timer?.cancel();
    pending.timer = null;
    if (this.#pending.get(pending.id) !== pending) return;
    this.#pending.delete(pending.id);
    if (pending.isSent) this.#ahead--;
    this.#sendMore();
    if (this.#closesWhenIdle) this.rest();
  }

  #settle(pending: Pending, outcome: Outcome): void {
    this.#remove(pending);
    pending.options.done(outcome);
  }

  #close(): void {
    if (this.#connection === null) return;
    this.#connection.close();
    this.#connection = null;
    this.#onClosed();
  }

  /** Ends the channel; the questions that waited hear why, those asked by their listeners do not. */
  #fail(outcome: Outcome): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    this.#close();
    for (const pending of waiting) {
      // One that a listener before it cancelled has no timer any more.
      if (pending.timer !== null) this.#settle(pending, outcome);
    }
  }

  #onEnd(error: SocketError | null): void {
    if (this.#pending.size === 0) return this.#close();
    if (this.#answers > 0) return this.#askAgain();
    if (error !== null) return this.#fail(socketFailure(this.#server, error));
    const message = `Cannot ask server ${formatAddress(this.#server)}: it closed the connection`;
    this.#fail({ kind: "failure", error: new DNSConnectionError(message) });
  }

  #askAgain(): void {
    this.#answers = 0;
    this.#wrongAnswers = 0;
    this.#ahead = 0;
    try {
      this.#connection = this.#connect();
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      return this.#fail(socketFailure(this.#server, error));
    }
    this.#unsent = [...this.#pending.values()];
    for (const pending of this.#unsent) pending.isSent = false;
    this.#sendMore();
  }

  #onPacket(packet: Uint8Array): void {
    let message: Message;
    try {
      message = decodeMessage(packet);
    } catch (error) {
      return this.#fail(malformedFailure(this.#server, error));
    }
    const pending = this.#pending.get(message.id);
    if (pending !== undefined && isAnswerTo(message, pending.options.query)) {
      this.#answers++;
      return this.#settle(pending, { kind: "message", message, transport: "tcp" });
    }
    if (++this.#wrongAnswers <= WRONG_ANSWERS_MAX) return;
    const text = `Cannot use server ${formatAddress(this.#server)}: it answers what nobody asked`;
    this.#fail({ kind: "failure", error: new DNSMalformedError(text) });
  }
}
