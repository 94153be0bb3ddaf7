/**
 * Two protocols that exchange bytes step by step.
 *
 * @module
 */

import type { TimerCall, Timers } from "../deferred/chained.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import { IPv4Address } from "../net/address.ts";
import { LoopbackTransport } from "./loopback_transport.ts";
import { identityPumpPolicy, type PumpPolicy } from "./pump_policies.ts";

/** How many steps a flush takes at most (Twisted's value). */
const STEPS_MAX = 1000;

/** How a pump works. */
export interface IOPumpOptions {
  /** How what was written becomes calls of `dataReceived`. By default each piece is one. */
  readonly pumpPolicy?: PumpPolicy;
  /** Moved on by 0 before each step, so that what protocols have put off happens. By default none. */
  readonly clock?: {
    /** Moves time on. */
    advance(seconds: number): void;
  };
}

/**
 * Carries what two protocols write from one to the other, a step at a time: what is written in answer
 * to a step is delivered by the next one.
 *
 * Twisted: `IOPump` (`test/iosim.py`, 24.7).
 *
 * Differs from Twisted: pieces stay pieces, half-closes and aborts are carried, push producers are
 * paused, and each end hears its own reason; see {@linkcode LoopbackTransport}. There is no TLS.
 *
 * @example Step by step
 * ```ts
 * import { IOPump, Protocol, StringTransport, wire } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * class Asking extends Protocol {
 *   override connectionMade(): void {
 *     this.transport.write(new TextEncoder().encode("ping"));
 *   }
 *   override dataReceived(data: Uint8Array): void {
 *     log.push(new TextDecoder().decode(data));
 *   }
 * }
 * const pump = new IOPump(new wire.Echo(), new Asking());
 * pump.pump(); // The server hears of it, and answers.
 * assertEquals(log, []);
 * pump.pump();
 * assertEquals(log, ["ping"]);
 * assertEquals(pump.flush(), false);
 * ```
 */
export class IOPump {
  /** The transport of the server. */
  readonly serverTransport: LoopbackTransport;
  /** The transport of the client. */
  readonly clientTransport: LoopbackTransport;
  readonly #options: IOPumpOptions;
  readonly #steps = new Steps();

  /**
   * Connects two protocols, the server first.
   *
   * @param server What has accepted.
   * @param client What has connected.
   * @param options How the pump works.
   */
  constructor(server: IProtocol, client: IProtocol, options: IOPumpOptions = {}) {
    this.#options = options;
    this.serverTransport = this.#transport(server, 1);
    this.clientTransport = this.#transport(client, 2);
    LoopbackTransport.join(this.serverTransport, this.clientTransport);
  }

  /**
   * Makes one step: delivers what was written, in both directions, and what has ended.
   *
   * @returns Whether there was anything to do.
   */
  pump(): boolean {
    this.#options.clock?.advance(0);
    return this.#steps.run();
  }

  /**
   * Makes steps until there is nothing to do.
   *
   * @returns Whether there was anything to do.
   * @throws {Error} If there is no end after 1000 steps.
   */
  flush(): boolean {
    if (!this.pump()) return false;
    for (let step = 1; step < STEPS_MAX; step++) {
      if (!this.pump()) return true;
    }
    throw new Error(`Cannot flush: the protocols still talk after ${STEPS_MAX} steps`);
  }

  #transport(protocol: IProtocol, port: number): LoopbackTransport {
    return new LoopbackTransport({
      protocol,
      clock: this.#steps,
      pumpPolicy: this.#options.pumpPolicy ?? identityPumpPolicy,
      host: new IPv4Address("TCP", "127.0.0.1", port),
      onLost: () => {},
    });
  }
}

/**
 * Connects a new server and a new client.
 *
 * Twisted: `connectedServerAndClient` (`test/iosim.py`, 24.7).
 *
 * @typeParam S The server.
 * @typeParam C The client.
 * @param makeServer Makes what has accepted.
 * @param makeClient Makes what has connected.
 * @param options How the pump works.
 * @returns Both, and what carries what they write.
 */
export function connectedServerAndClient<S extends IProtocol, C extends IProtocol>(
  makeServer: () => S,
  makeClient: () => C,
  options: IOPumpOptions = {},
): { client: C; server: S; pump: IOPump } {
  const client = makeClient();
  const server = makeServer();
  return { client, server, pump: new IOPump(server, client, options) };
}

/** Calls what was put off, a step at a time. */
class Steps implements Timers {
  #waiting: (() => void)[] = [];

  callLater(_delay: number, callable: () => void): TimerCall {
    this.#waiting.push(callable);
    const active = () => this.#waiting.includes(callable);
    const cancel = () => void (this.#waiting = this.#waiting.filter((call) => call !== callable));
    return { active, cancel };
  }

  run(): boolean {
    const due = this.#waiting;
    this.#waiting = [];
    for (const call of due) call();
    return due.length > 0;
  }
}
