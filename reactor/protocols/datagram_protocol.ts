/**
 * The base class of protocols over datagrams.
 *
 * @module
 */

import type { ILoggingContext } from "../interfaces/descriptors.ts";
import type { IDatagramProtocol, IUDPTransport } from "../interfaces/reactor_udp.ts";
import type { IPAddress } from "../net/address.ts";

/**
 * Sends and receives datagrams: subclass it and override the methods for what you want to hear.
 *
 * Several ports may use one protocol: {@linkcode DatagramProtocol.startProtocol} is called for the
 * first, {@linkcode DatagramProtocol.stopProtocol} when the last has stopped.
 *
 * Twisted: `DatagramProtocol` and `AbstractDatagramProtocol` (`internet/protocol.py`, 24.7).
 * Differs from Twisted: it does not write to a log by itself; its ports do.
 *
 * @typeParam T The transport: {@linkcode IUDPTransport} unless said otherwise.
 * @typeParam A The address of a sender.
 *
 * @example A protocol that sends back what it gets
 * ```ts
 * import { DatagramProtocol, type IPAddress, PollReactor } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * class Echo extends DatagramProtocol {
 *   override datagramReceived(data: Uint8Array, address: IPAddress): void {
 *     this.transport.write(data, address);
 *   }
 * }
 *
 * class Client extends DatagramProtocol {
 *   readonly received: string[] = [];
 *   override startProtocol(): void {
 *     this.transport.connect("127.0.0.1", 7);
 *     this.transport.write(new TextEncoder().encode("hello"));
 *   }
 *   override datagramReceived(data: Uint8Array): void {
 *     this.received.push(new TextDecoder().decode(data));
 *     reactor.stop();
 *   }
 * }
 *
 * const simulation = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(simulation.host("host"));
 * const client = new Client();
 * reactor.listenUDP(7, new Echo(), { interface: "127.0.0.1" });
 * reactor.listenUDP(0, client, { interface: "127.0.0.1" });
 * await simulation.run(() => reactor.run());
 * assertEquals(client.received, ["hello"]);
 * ```
 */
export class DatagramProtocol<T = IUDPTransport, A = IPAddress>
  implements IDatagramProtocol<T, A>, ILoggingContext {
  /** How many ports use the protocol. */
  numPorts = 0;
  /** The port opened last. There is none before `startProtocol`; it stays after the end. */
  declare transport: T;

  /**
   * Takes a transport; the first calls {@linkcode DatagramProtocol.startProtocol}. Called by ports.
   *
   * @param transport The transport.
   */
  makeConnection(transport: T): void {
    this.transport = transport;
    if (this.numPorts++ === 0) this.startProtocol();
  }

  /** A port was closed; the last calls {@linkcode DatagramProtocol.stopProtocol}. Called by ports. */
  doStop(): void {
    if (this.numPorts === 0) return;
    if (--this.numPorts === 0) this.stopProtocol();
  }

  /** The transport is there and can be written to. Does nothing; override it. */
  startProtocol(): void {}

  /** The last port was closed. Does nothing; override it. */
  stopProtocol(): void {}

  /**
   * A datagram has arrived. Does nothing; override it.
   *
   * @param _data The payload, the protocol's to keep; it may be empty.
   * @param _address The sender.
   */
  datagramReceived(_data: Uint8Array, _address: A): void {}

  /** The peer of a connected transport does not listen. Does nothing; override it. */
  connectionRefused(): void {}

  /** Returns the name of the class, for the log. */
  logPrefix(): string {
    return this.constructor.name;
  }
}
