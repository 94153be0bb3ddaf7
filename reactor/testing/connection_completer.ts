/**
 * Attempts of a `MemoryReactor` that succeed or fail on demand.
 *
 * @module
 */

import { TCP4ClientEndpoint } from "../endpoints/tcp_client_endpoints.ts";
import { TCP4ServerEndpoint } from "../endpoints/tcp_server_endpoints.ts";
import { ConnectionRefusedError } from "../errors.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import { Factory } from "../protocols/factory.ts";
import { Protocol } from "../protocols/protocol.ts";
import type { MemoryConnector } from "./memory_connector.ts";
import type { MemoryPort } from "./memory_port.ts";
import type { MemoryReactor } from "./memory_reactor.ts";
import { MemoryReactorClock } from "./memory_reactor_clock.ts";
import { type IOPumpOptions, StepPump, Steps } from "./step_pump.ts";

/** The port of {@linkcode connectableEndpoint} (Twisted's). */
const PORT = 4321;

/**
 * Lets the attempts that were made with `connectTCP` of a `MemoryReactor` reach the ports that were
 * made with its `listenTCP`, or fail: the oldest that waits first.
 *
 * Twisted: `ConnectionCompleter` (`test/iosim.py`, 24.7). Differs from Twisted: the reactor goes on to
 * remember the attempts; connectors know that they are connected, and factories hear of the loss; a
 * port that was stopped is not reached.
 *
 * @example A client meets a server
 * ```ts
 * import { ClientFactory, ConnectionCompleter, MemoryReactor, Protocol, ServerFactory, wire } from "@twinloop/twinloop/reactor";
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
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(7, ServerFactory.forProtocol(wire.Echo));
 * reactor.connectTCP("echo.example", 7, ClientFactory.forProtocol(Asking));
 * const pump = new ConnectionCompleter(reactor).succeedOnce();
 * pump?.flush();
 * assertEquals(log, ["ping"]);
 * ```
 */
export class ConnectionCompleter {
  readonly #reactor: MemoryReactor;

  /**
   * Makes a completer.
   *
   * @param reactor Whose attempts it lets succeed or fail.
   */
  constructor(reactor: MemoryReactor) {
    this.#reactor = reactor;
  }

  /**
   * Lets the oldest attempt succeed to whose port somebody listens, whatever its host.
   *
   * @param options How the pump works.
   * @returns What carries the bytes; `null` if there is no such attempt, or a factory refuses.
   */
  succeedOnce(options: IOPumpOptions = {}): StepPump | null {
    for (const connector of this.#waiting()) {
      const port = this.#portOf(connector);
      if (port === undefined) continue;
      const steps = new Steps();
      const ends = connector.succeedWith(port, steps, options.pumpPolicy);
      return ends === null ? null : new StepPump(ends, steps, options);
    }
    return null;
  }

  /**
   * Lets the oldest attempt fail.
   *
   * @param error Why.
   * @returns Whether there was one.
   */
  failOnce(
    error: Error = new ConnectionRefusedError("Cannot connect: connection is refused"),
  ): boolean {
    for (const connector of this.#waiting()) {
      connector.fail(error);
      return true;
    }
    return false;
  }

  /** The attempts that wait, oldest first. */
  *#waiting(): Generator<MemoryConnector> {
    for (const { connector } of this.#reactor.tcpClients) {
      if (connector.state === "connecting") yield connector;
    }
  }

  /** The port that an attempt would reach. */
  #portOf(connector: MemoryConnector): MemoryPort | undefined {
    const destination = connector.getDestination();
    if (!("port" in destination)) return undefined;
    return this.#reactor.tcpServers.find(({ listeningPort }) =>
      listeningPort.listening && listeningPort.getHost().port === destination.port
    )?.listeningPort;
  }
}

/**
 * Makes an endpoint whose attempts wait until a test lets them succeed or fail.
 *
 * Twisted: `connectableEndpoint` (`test/iosim.py`, 24.7).
 *
 * @example An attempt succeeds when the test says so
 * ```ts
 * import { connectableEndpoint, connectProtocol, Protocol } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const { endpoint, completer } = connectableEndpoint();
 * const connected = connectProtocol(endpoint, new Protocol());
 * assertEquals(connected.called, false);
 * completer.succeedOnce();
 * assertEquals(connected.called, true);
 * ```
 *
 * @param serverFactory Makes the protocols of the other side. By default they do nothing.
 * @returns The endpoint, and what completes its attempts.
 */
export function connectableEndpoint(
  serverFactory: IProtocolFactory = Factory.forProtocol(Protocol),
): { endpoint: IStreamClientEndpoint; completer: ConnectionCompleter } {
  const reactor = new MemoryReactorClock();
  new TCP4ServerEndpoint(reactor, PORT).listen(serverFactory);
  return {
    endpoint: new TCP4ClientEndpoint(reactor, "0.0.0.0", PORT),
    completer: new ConnectionCompleter(reactor),
  };
}
