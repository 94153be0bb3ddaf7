/**
 * One connection for one protocol.
 *
 * @module
 */

import type { TimerCall, Timers } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { IConnector } from "../interfaces/connector.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectTCPOptions, IReactorTCP } from "../interfaces/reactor_tcp.ts";
import { ClientFactory } from "./factory.ts";

/**
 * Connects a protocol and says when it is connected, for clients that need no factory.
 *
 * Twisted: `ClientCreator` (`internet/protocol.py`, 24.7).
 *
 * Differs from Twisted: {@linkcode ClientCreator.connect} takes any way to connect, and stands for
 * `connectUNIX` and `connectSSL`, too.
 *
 * @example A protocol that is refused
 * ```ts
 * import { ClientCreator, PollReactor, Protocol } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * class Greeter extends Protocol {}
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("client"));
 * const log: string[] = [];
 * new ClientCreator(reactor, Greeter).connectTCP("127.0.0.1", 79)
 *   .addErrback((failure) => log.push((failure.value as Error).name))
 *   .addBoth(() => reactor.stop());
 * await sim.run(() => reactor.run());
 * assertEquals(log, ["ConnectionRefusedError"]);
 * ```
 *
 * @typeParam P The class of the protocols.
 * @typeParam A What they are constructed with.
 */
export class ClientCreator<P extends IProtocol, A extends unknown[] = []> {
  readonly #reactor: IReactorTCP & Timers;
  readonly #protocol: new (...args: A) => P;
  readonly #args: A;

  /**
   * Makes a creator.
   *
   * @param reactor What connects.
   * @param protocol The class of the protocols.
   * @param args What to construct each with.
   */
  constructor(reactor: IReactorTCP & Timers, protocol: new (...args: A) => P, ...args: A) {
    this.#reactor = reactor;
    this.#protocol = protocol;
    this.#args = args;
  }

  /**
   * Connects over TCP.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port.
   * @param options The time-out and the local address.
   * @returns See {@linkcode ClientCreator.connect}.
   */
  connectTCP(host: string, port: number, options?: ConnectTCPOptions): Deferred<P> {
    return this.connect((factory) => this.#reactor.connectTCP(host, port, factory, options));
  }

  /**
   * Connects in any way.
   *
   * @param begin Begins to connect, with the factory that it is given.
   * @returns Fires with the protocol in the pass after its `connectionMade`, or fails with the
   * reason. Cancelling it gives the attempt up, or closes the connection if it is made.
   */
  connect(begin: (factory: IClientFactory) => IConnector): Deferred<P> {
    const deferred = new Deferred<P>(() => {
      connector.disconnect();
      factory.takeBack();
    });
    const protocol = new this.#protocol(...this.#args);
    const factory = new InstanceFactory(this.#reactor, protocol, deferred);
    const connector = begin(factory);
    return deferred;
  }
}

/** A factory for one protocol; it says what came of it, later and once. */
class InstanceFactory<P extends IProtocol> extends ClientFactory {
  readonly #timers: Timers;
  readonly #instance: P;
  readonly #deferred: Deferred<P>;
  /** The call that will fire; `null` before and after. */
  #pending: TimerCall | null = null;
  #isOver = false;

  constructor(timers: Timers, instance: P, deferred: Deferred<P>) {
    super();
    this.#timers = timers;
    this.#instance = instance;
    this.#deferred = deferred;
  }

  override buildProtocol(): P {
    this.#fireLater(() => this.#deferred.callback(this.#instance));
    return this.#instance;
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.#fireLater(() => this.#deferred.errback(reason));
  }

  override logPrefix(): string {
    return this.#instance.constructor.name;
  }

  /** Says nothing any more. */
  takeBack(): void {
    this.#isOver = true;
    if (this.#pending?.active()) this.#pending.cancel();
    this.#pending = null;
  }

  #fireLater(fire: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pending = this.#timers.callLater(0, () => {
      this.#pending = null;
      fire();
    });
  }
}
