/**
 * Two protocols that exchange bytes step by step.
 *
 * @module
 */

import type { IProtocol } from "../interfaces/protocol.ts";
import { IPv4Address } from "../net/address.ts";
import { LoopbackTransport } from "./loopback_transport.ts";
import { identityPumpPolicy } from "./pump_policies.ts";
import { type IOPumpOptions, StepPump, Steps } from "./step_pump.ts";

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
export class IOPump extends StepPump {
  /**
   * Connects two protocols, the server first.
   *
   * @param server What has accepted.
   * @param client What has connected.
   * @param options How the pump works.
   */
  constructor(server: IProtocol, client: IProtocol, options: IOPumpOptions = {}) {
    const steps = new Steps();
    const make = (protocol: IProtocol, port: number) =>
      new LoopbackTransport({
        protocol,
        clock: steps,
        pumpPolicy: options.pumpPolicy ?? identityPumpPolicy,
        host: new IPv4Address("TCP", "127.0.0.1", port),
        onLost: () => {},
      });
    const ends = { server: make(server, 1), client: make(client, 2) };
    super(ends, steps, options);
    LoopbackTransport.join(ends.server, ends.client);
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
