/**
 * The sockets that questions leave from.
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import { SocketError } from "../poller/errors.ts";
import type { DatagramHandle } from "../poller/handle.ts";
import { type Attempt, type AttemptOptions, type Outcome, random16 } from "./attempt.ts";
import { DNSConnectionError } from "./errors.ts";
import type { ResolverLoop, Timers } from "./loop.ts";
import { localAddressFor } from "./server_address.ts";
import { UDPSocket } from "./udp_socket.ts";

/** How many random ports are tried before giving up, as in Twisted. */
const PORTS_TRIED_MAX = 1000;

/** Ports below this are the system's. */
const PORT_MIN = 1024;

/**
 * Opens sockets on random ports and closes them again. A burst of questions shares a few; a
 * question by itself has one of its own, which is closed soon after its answer.
 */
export class UDPSockets {
  readonly #loop: ResolverLoop;
  readonly #timers: Timers;
  /** The socket that takes new questions, by local address. */
  readonly #current = new Map<string, UDPSocket>();
  /** Sockets that take no new question and on which some still wait. */
  #retired: UDPSocket[] = [];

  /**
   * Opens nothing yet.
   *
   * @param loop Where the sockets run.
   * @param timers Where the questions' time-outs run.
   */
  constructor(loop: ResolverLoop, timers: Timers) {
    this.#loop = loop;
    this.#timers = timers;
  }

  /**
   * Asks a question over UDP.
   *
   * @param options The question, and who wants the answer.
   * @returns The attempt.
   */
  ask(options: AttemptOptions): Attempt {
    const local = localAddressFor(options.server);
    let socket = this.#current.get(local);
    if (socket === undefined || !socket.isFresh) {
      if (socket !== undefined) this.#retire(local, socket);
      const opened = this.#open(local, options.server);
      // The end is never reported within the call that starts an attempt.
      if (!("fileno" in opened)) {
        return this.#timers.callLater(0, () => options.done(opened));
      }
      socket = new UDPSocket(this.#loop, this.#timers, opened);
      this.#current.set(local, socket);
    }
    return socket.ask(options);
  }

  /** Closes the sockets on which nothing waits. */
  rest(): void {
    for (const [local, socket] of this.#current) {
      if (socket.pendingCount > 0) continue;
      this.#current.delete(local);
      socket.close();
    }
    this.#closeRetired();
  }

  #retire(local: string, socket: UDPSocket): void {
    this.#current.delete(local);
    this.#retired.push(socket);
    this.#closeRetired();
  }

  #closeRetired(): void {
    this.#retired = this.#retired.filter((socket) => {
      if (socket.pendingCount > 0) return true;
      socket.close();
      return false;
    });
  }

  /** Opens a socket on a random port; returns how the attempt ends if that is not possible. */
  #open(hostname: string, server: UDPAddress): DatagramHandle | Outcome {
    const { network, random } = this.#loop.platform;
    let failure: SocketError | null = null;
    for (let i = 0; i < PORTS_TRIED_MAX; i++) {
      let port = random16(random);
      while (port < PORT_MIN) port = random16(random);
      try {
        return network.bindDatagram({ transport: "udp", hostname, port });
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
}
