/**
 * Questions to one server over one TCP connection (RFC 7766).
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import { emptyContext } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { StreamHandle } from "../poller/handle.ts";
import { READ, WRITE } from "../poller/interest.ts";
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
import { FrameReader, FrameWriter } from "./tcp_frames.ts";
import type { Cancellable, ResolverLoop, Timers } from "./loop.ts";
import type { Message } from "./message.ts";
import { decodeMessage, encodeQuery } from "./wire.ts";

/** A connection that brings more wrong answers than this is given up. */
const WRONG_ANSWERS_MAX = 64;

/** How many questions wait on a connection at most: identifiers must stay easy to find. */
const PENDING_MAX = 4096;

/** A question that waits for its answer. */
interface Pending extends Attempt {
  readonly options: AttemptOptions;
  readonly id: number;
  /** `null` once it fired or was cancelled. */
  timer: Cancellable | null;
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
 * A connection to a server. It opens for the first question, carries those that are asked while it
 * is open, and closes when none is left: at once, or when it is put to rest.
 */
export class TCPChannel {
  readonly #loop: ResolverLoop;
  readonly #timers: Timers;
  readonly #server: UDPAddress;
  readonly #onClosed: () => void;
  /** `null` once closed. */
  #stream: StreamHandle | null = null;
  #isConnected = false;
  /** Questions that were not sent yet. */
  readonly #outgoing = new FrameWriter();
  /** Whether they are about to be sent. */
  #isFlushing = false;
  readonly #frames = new FrameReader();
  readonly #pending = new RenewingMap<number, Pending>();
  #answers = 0;
  /** Whether it goes when nothing waits on it any more. */
  #closesWhenIdle: boolean;
  #wrongAnswers = 0;

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
    const { hostname, port } = options.server;
    this.#stream = emptyContext(() => {
      const stream = loop.platform.network.connect({ transport: "tcp", hostname, port });
      try {
        loop.addHandler(stream, () => this.#onReady(), WRITE);
      } catch (error) {
        stream.close();
        throw error;
      }
      return stream;
    });
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
      cancel: () => this.#remove(pending),
    };
    this.#pending.set(id, pending);
    this.#outgoing.add(encodeQuery(options.query, { id, edns: options.edns }));
    this.#flushSoon();
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

  /**
   * Sends one microtask later: what waited for the answers of a pass asks its next questions one
   * after the other, and they go out together.
   */
  #flushSoon(): void {
    if (this.#isFlushing || !this.#isConnected) return;
    this.#isFlushing = true;
    Promise.resolve().then(() => {
      this.#isFlushing = false;
      if (this.#stream === null) return;
      try {
        this.#flush(this.#stream);
      } catch (error) {
        // It is left for the handler, which meets it again.
        if (!(error instanceof SocketError)) throw error;
      }
      if (this.#outgoing.length > 0) this.#watch();
    });
  }

  #remove(pending: Pending): void {
    pending.timer?.cancel();
    pending.timer = null;
    if (this.#pending.get(pending.id) !== pending) return;
    this.#pending.delete(pending.id);
    if (this.#closesWhenIdle) this.rest();
  }

  #settle(pending: Pending, outcome: Outcome): void {
    this.#remove(pending);
    pending.options.done(outcome);
  }

  #close(): void {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    this.#loop.removeHandler(stream);
    stream.close();
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

  #onReady(): void {
    if (this.#stream === null) return;
    try {
      if (!this.#isConnected && !this.#finishConnect(this.#stream)) return;
      this.#flush(this.#stream);
      this.#receive(this.#stream);
      if (this.#stream !== null) this.#watch();
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      // A server that ends a connection while questions are on their way resets it.
      const wasGood = this.#answers > 0;
      this.#fail(wasGood ? { kind: "connection ended" } : socketFailure(this.#server, error));
    }
  }

  #finishConnect(stream: StreamHandle): boolean {
    const error = stream.takeError();
    if (error !== null) throw error;
    this.#isConnected = !stream.connecting;
    return this.#isConnected;
  }

  #watch(): void {
    if (this.#stream === null) return;
    this.#loop.updateHandler(this.#stream, this.#outgoing.length > 0 ? READ | WRITE : READ);
  }

  #flush(stream: StreamHandle): void {
    if (this.#outgoing.length > 0) this.#outgoing.drop(stream.send(this.#outgoing.bytes));
  }

  #receive(stream: StreamHandle): void {
    const bytes = stream.receive();
    if (bytes === undefined) return;
    if (bytes === null) {
      if (this.#answers > 0) return this.#fail({ kind: "connection ended" });
      const message = `Cannot ask server ${formatAddress(this.#server)}: it closed the connection`;
      return this.#fail({ kind: "failure", error: new DNSConnectionError(message) });
    }
    this.#frames.push(bytes);
    for (let packet = this.#frames.next(); packet !== null; packet = this.#frames.next()) {
      this.#onPacket(packet);
      if (this.#stream === null) return;
    }
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
