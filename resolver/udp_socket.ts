/**
 * A socket on a random port, for a few questions.
 *
 * @module
 */

import { emptyContext } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { Datagram, DatagramHandle } from "../poller/handle.ts";
import { type Interest, READ, WRITE } from "../poller/interest.ts";
import {
  type Attempt,
  type AttemptOptions,
  isAnswerTo,
  malformedFailure,
  type Outcome,
  random16,
  socketFailure,
} from "./attempt.ts";
import { canonicalAddress } from "./ip_address.ts";
import type { Cancellable, ResolverLoop, Timers } from "./loop.ts";
import type { Message } from "./message.ts";
import { decodeMessage, encodeQuery } from "./wire.ts";

/** How many datagrams are taken for one READ, so that a flood does not hold up the loop. */
const DATAGRAMS_PER_EVENT = 64;

/**
 * How many wrong answers a socket bears before its questions turn to TCP, where an address cannot be
 * forged so easily. A guesser of identifiers gets so many guesses out of 65,536.
 */
const WRONG_ANSWERS_MAX = 64;

/** How many questions a socket carries in its life: a port should not be there to be found out. */
const QUESTIONS_MAX = 32;

/** How many seconds after it was opened a socket takes its last question. */
const AGE_MAX = 1;

/** A question that waits for its answer. */
interface Pending extends Attempt {
  readonly options: AttemptOptions;
  readonly id: number;
  readonly packet: Uint8Array;
  readonly timer: Cancellable;
}

/** A socket and the questions that wait on it. */
export class UDPSocket {
  readonly #loop: ResolverLoop;
  readonly #timers: Timers;
  readonly #handle: DatagramHandle;
  readonly #openedAt: number;
  readonly #pending = new Map<number, Pending>();
  /** Packets that there was no room for yet. */
  #unsent: Pending[] = [];
  /** What the loop watches the socket for; 0 while nothing waits. */
  #watched: Interest = 0;
  #questions = 0;
  #wrongAnswers = 0;
  /** Set once the socket has met a time-out or an error. */
  #isSpent = false;

  /**
   * Takes a socket over.
   *
   * @param loop Where it runs.
   * @param timers Where its questions' time-outs run.
   * @param handle The socket, bound.
   */
  constructor(loop: ResolverLoop, timers: Timers, handle: DatagramHandle) {
    this.#loop = loop;
    this.#timers = timers;
    this.#handle = handle;
    this.#openedAt = loop.platform.clock.now();
  }

  /** How many questions wait for an answer. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether the socket may take another question. A retry never goes where a question timed out. */
  get isFresh(): boolean {
    return !this.#isSpent && this.#questions < QUESTIONS_MAX &&
      this.#loop.platform.clock.now() - this.#openedAt < AGE_MAX;
  }

  /**
   * Asks a question.
   *
   * @param options The question, and who wants the answer.
   * @returns The attempt.
   */
  ask(options: AttemptOptions): Attempt {
    const { random } = this.#loop.platform;
    let id = random16(random);
    while (this.#pending.has(id)) id = random16(random);
    this.#questions++;
    const pending: Pending = {
      options,
      id,
      packet: encodeQuery(options.query, { id, edns: options.edns }),
      timer: this.#timers.callLater(options.seconds, () => {
        this.#isSpent = true;
        this.#settle(pending, { kind: "timeout" });
      }),
      cancel: () => this.#remove(pending),
    };
    this.#pending.set(id, pending);
    if (this.#unsent.length > 0 || !this.#isSent(pending)) this.#unsent.push(pending);
    this.#watch();
    return pending;
  }

  /** Closes the socket. Nothing may wait on it. */
  close(): void {
    this.#isSpent = true;
    this.#watch();
    this.#handle.close();
  }

  #remove(pending: Pending): void {
    pending.timer.cancel();
    this.#pending.delete(pending.id);
    if (this.#unsent.length > 0) this.#unsent = this.#unsent.filter((each) => each !== pending);
    if (this.#pending.size === 0) this.#watch();
  }

  #settle(pending: Pending, outcome: Outcome): void {
    this.#remove(pending);
    pending.options.done(outcome);
  }

  /** Ends everything that waits. */
  #settleAll(outcome: (pending: Pending) => Outcome): void {
    this.#isSpent = true;
    for (const pending of [...this.#pending.values()]) {
      // One that a listener before it cancelled is gone already.
      if (this.#pending.has(pending.id)) this.#settle(pending, outcome(pending));
    }
  }

  #watch(): void {
    const wanted = this.#pending.size === 0 ? 0 : this.#unsent.length > 0 ? READ | WRITE : READ;
    if (wanted === this.#watched) return;
    const watched = this.#watched;
    this.#watched = wanted;
    if (wanted === 0) this.#loop.removeHandler(this.#handle);
    else if (watched !== 0) this.#loop.updateHandler(this.#handle, wanted);
    else emptyContext(() => this.#loop.addHandler(this.#handle, this.#onReady, wanted));
  }

  /** Sends a query if there is room; an error is left for the handler, which meets it again. */
  #isSent({ packet, options }: Pending): boolean {
    try {
      return this.#handle.send(packet, options.server);
    } catch (error) {
      if (error instanceof SocketError) return false;
      throw error;
    }
  }

  readonly #onReady = (_: unknown, events: Interest): void => {
    try {
      if ((events & WRITE) !== 0) this.#flush();
      for (let i = 0; i < DATAGRAMS_PER_EVENT && this.#watched !== 0; i++) {
        const datagram = this.#handle.receive();
        if (datagram === undefined) break;
        this.#onDatagram(datagram);
      }
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      this.#settleAll(({ options }) => socketFailure(options.server, error));
    }
  };

  #flush(): void {
    for (let pending = this.#unsent[0]; pending !== undefined; pending = this.#unsent[0]) {
      try {
        if (!this.#handle.send(pending.packet, pending.options.server)) break;
        this.#unsent.shift();
      } catch (error) {
        if (!(error instanceof SocketError)) throw error;
        this.#settle(pending, socketFailure(pending.options.server, error));
      }
    }
    this.#watch();
  }

  #onDatagram(datagram: Datagram): void {
    const { bytes } = datagram;
    const pending = this.#pending.get(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
    const isPlausible = pending !== undefined && bytes.length >= 12 &&
      (bytes[2] as number) >= 0x80 && isFrom(datagram, pending);
    const outcome = isPlausible ? read(bytes, pending.options) : null;
    if (outcome !== null) this.#settle(pending as Pending, outcome);
    else if (++this.#wrongAnswers > WRONG_ANSWERS_MAX) {
      this.#settleAll(() => ({ kind: "needs TCP" }));
    }
  }
}

/** What a datagram with the right identifier and sender comes to; `null` if it is wrong all the same. */
function read(bytes: Uint8Array, { query, server, edns }: AttemptOptions): Outcome | null {
  if (edns && isBareRefusal(bytes)) return { kind: "needs plain query" };
  let message: Message;
  try {
    message = decodeMessage(bytes);
  } catch (error) {
    return malformedFailure(server, error);
  }
  if (!isAnswerTo(message, query)) return null;
  if (message.isTruncated) return { kind: "needs TCP" };
  return { kind: "message", message, transport: "udp" };
}

function isFrom({ from }: Datagram, { options: { server } }: Pending): boolean {
  if (from.transport !== "udp" || from.port !== server.port) return false;
  return from.hostname === server.hostname || canonicalAddress(from.hostname) === server.hostname;
}

/** FORMERR or NOTIMP without a question: how some servers say that they do not know EDNS(0). */
function isBareRefusal(bytes: Uint8Array): boolean {
  const rcode = (bytes[3] as number) & 0xf;
  return bytes.length === 12 && (rcode === 1 || rcode === 4);
}
