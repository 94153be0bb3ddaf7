/**
 * One question to one server over UDP, on a socket of its own.
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import { SocketError } from "../poller/errors.ts";
import type { Datagram, DatagramHandle } from "../poller/handle.ts";
import { type Interest, READ, WRITE } from "../poller/interest.ts";
import {
  type Attempt,
  type AttemptOptions,
  isAnswerTo,
  type Outcome,
  random16,
  socketFailure,
} from "./attempt.ts";
import { DNSConnectionError, DNSMalformedError } from "./errors.ts";
import { canonicalAddress } from "./ip_address.ts";
import type { Cancellable, ResolverLoop } from "./loop.ts";
import type { Message } from "./message.ts";
import { localAddressFor } from "./server_address.ts";
import { decodeMessage, encodeQuery } from "./wire.ts";

/** How many random ports are tried before giving up, as in Twisted. */
const PORTS_TRIED_MAX = 1000;

/** Ports below this are the system's. */
const PORT_MIN = 1024;

/** How many datagrams are taken for one READ, so that a flood does not hold up the loop. */
const DATAGRAMS_PER_EVENT = 16;

/**
 * How many wrong answers one question bears before it turns to TCP, where an address cannot be
 * forged so easily. A guesser of identifiers gets so many guesses out of 65,536.
 */
const WRONG_ANSWERS_MAX = 64;

/**
 * Asks a server over UDP.
 *
 * @param options The question, the server, and who wants the answer.
 * @returns The attempt.
 */
export function startUDPAttempt(options: AttemptOptions): Attempt {
  return new UDPAttempt(options);
}

class UDPAttempt implements Attempt {
  readonly #options: AttemptOptions;
  readonly #id: number;
  readonly #packet: Uint8Array;
  /** `null` once the attempt has ended, and if no socket could be opened. */
  #socket: DatagramHandle | null = null;
  /** Runs until the attempt has ended; `null` afterwards. */
  #timer: Cancellable | null = null;
  #wrongAnswers = 0;

  constructor(options: AttemptOptions) {
    const { loop, query, edns, server } = options;
    this.#options = options;
    this.#id = random16(loop);
    this.#packet = encodeQuery(query, { id: this.#id, edns });
    const socket = openSocket(loop, server);
    if (!("fileno" in socket)) {
      // The end is never reported within the call that starts an attempt.
      this.#timer = loop.callLater(0, () => this.#end(socket));
      return;
    }
    this.#socket = socket;
    this.#timer = loop.callLater(options.seconds, () => this.#end({ kind: "timeout" }));
    loop.addHandler(socket, (_, events) => this.#onReady(events), this.#isSent() ? READ : WRITE);
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#socket === null) return;
    this.#options.loop.removeHandler(this.#socket);
    this.#socket.close();
    this.#socket = null;
  }

  #end(outcome: Outcome): void {
    if (outcome.kind === "timeout" || this.#socket === null) this.#timer = null;
    this.cancel();
    this.#options.done(outcome);
  }

  /** Sends the query if there is room; an error is left for the handler to meet again. */
  #isSent(): boolean {
    try {
      return this.#socket?.send(this.#packet, this.#options.server) ?? false;
    } catch (error) {
      if (error instanceof SocketError) return false;
      throw error;
    }
  }

  #onReady(events: Interest): void {
    const socket = this.#socket;
    if (socket === null) return;
    try {
      if ((events & WRITE) !== 0) {
        if (!socket.send(this.#packet, this.#options.server)) return;
        this.#options.loop.updateHandler(socket, READ);
      }
      for (let i = 0; i < DATAGRAMS_PER_EVENT && this.#socket !== null; i++) {
        const datagram = socket.receive();
        if (datagram === undefined) break;
        this.#onDatagram(datagram);
      }
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      this.#end(socketFailure(this.#options.server, error));
    }
  }

  #onDatagram(datagram: Datagram): void {
    const { server, query, edns } = this.#options;
    const { bytes } = datagram;
    if (!isFrom(datagram, server) || !hasID(bytes, this.#id)) return this.#onWrongAnswer();
    if (edns && isBareRefusal(bytes)) return this.#end({ kind: "needs plain query" });
    let message: Message;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      const failure = `Cannot use the answer of server ${formatAddress(server)}: it is malformed`;
      return this.#end({
        kind: "failure",
        error: new DNSMalformedError(failure, { cause: error }),
      });
    }
    if (!isAnswerTo(message, query)) return this.#onWrongAnswer();
    if (message.isTruncated) return this.#end({ kind: "needs TCP" });
    this.#end({ kind: "message", message, transport: "udp" });
  }

  #onWrongAnswer(): void {
    if (++this.#wrongAnswers > WRONG_ANSWERS_MAX) this.#end({ kind: "needs TCP" });
  }
}

/** Opens a socket on a random port; returns how the attempt ends if that is not possible. */
function openSocket(loop: ResolverLoop, server: UDPAddress): DatagramHandle | Outcome {
  const hostname = localAddressFor(server);
  let failure: SocketError | null = null;
  for (let i = 0; i < PORTS_TRIED_MAX; i++) {
    let port = random16(loop);
    while (port < PORT_MIN) port = random16(loop);
    try {
      return loop.platform.network.bindDatagram({ transport: "udp", hostname, port });
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      failure = error;
      if (error.code === "ENOTSUP") return { kind: "needs TCP" };
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") break;
    }
  }
  const message = `Cannot ask server ${formatAddress(server)}: no socket is available`;
  return { kind: "failure", error: new DNSConnectionError(message, { cause: failure }) };
}

function isFrom({ from }: Datagram, server: UDPAddress): boolean {
  if (from.transport !== "udp" || from.port !== server.port) return false;
  return from.hostname === server.hostname || canonicalAddress(from.hostname) === server.hostname;
}

function hasID(bytes: Uint8Array, id: number): boolean {
  return bytes.length >= 12 && bytes[0] === id >> 8 && bytes[1] === (id & 0xff) &&
    (bytes[2] as number) >= 0x80;
}

/** FORMERR or NOTIMP without a question: how some servers say that they do not know EDNS(0). */
function isBareRefusal(bytes: Uint8Array): boolean {
  const rcode = (bytes[3] as number) & 0xf;
  return bytes.length === 12 && (rcode === 1 || rcode === 4);
}
