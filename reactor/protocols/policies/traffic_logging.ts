/**
 * Connections whose traffic is written down.
 *
 * @module
 */

import type { Failure } from "../../deferred/failure.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import type { IProtocolFactory } from "../../interfaces/protocol_factory.ts";
import type { ITCPTransport } from "../../interfaces/transport.ts";
import { type IWrappingFactory, ProtocolWrapper } from "./protocol_wrapper.ts";
import { WrappingFactory } from "./wrapping_factory.ts";

/** Takes a line of a traffic log. */
export type TrafficLog = (line: string) => void;

/**
 * Writes down what each connection sends and receives, in a log of its own.
 *
 * Twisted: `TrafficLoggingFactory` (`protocols/policies.py`, 24.7). Differs from Twisted: a function
 * opens the logs, where Twisted opens files.
 */
export class TrafficLoggingFactory extends WrappingFactory {
  /** How many logs were opened since the last {@linkcode TrafficLoggingFactory.resetCounter}. */
  #counter = 0;
  readonly #open: (counter: number) => TrafficLog;

  /**
   * Makes a factory.
   *
   * @param wrappedFactory The factory of the protocols.
   * @param open Opens the log of a connection; it is given the connection's number, from 1 on.
   */
  constructor(wrappedFactory: IProtocolFactory, open: (counter: number) => TrafficLog) {
    super(wrappedFactory);
    this.#open = open;
  }

  /** Wraps a protocol so that its traffic is written down. */
  override wrap(protocol: IProtocol): TrafficLoggingProtocol {
    return new TrafficLoggingProtocol(this, protocol, this.#open(++this.#counter));
  }

  /** Begins to count at 1 again. */
  resetCounter(): void {
    this.#counter = 0;
  }
}

/** A wrapper that writes down its traffic. Twisted: `TrafficLoggingProtocol`. */
export class TrafficLoggingProtocol extends ProtocolWrapper {
  readonly #log: TrafficLog;

  /**
   * Wraps a protocol.
   *
   * @param factory What makes the wrapper.
   * @param wrappedProtocol What to wrap.
   * @param log Takes the lines.
   */
  constructor(factory: IWrappingFactory, wrappedProtocol: IProtocol, log: TrafficLog) {
    super(factory, wrappedProtocol);
    this.#log = log;
  }

  /** Writes down the beginning. */
  override makeConnection(transport: ITCPTransport): void {
    this.#log("*");
    super.makeConnection(transport);
  }

  /** Writes down what is sent. */
  override write(data: Uint8Array): void {
    this.#log(`S ${quote(data)}`);
    super.write(data);
  }

  /** Writes down what is sent. */
  override writeSequence(data: Iterable<Uint8Array>): void {
    const pieces = [...data];
    this.#log(`SV ${pieces.map(quote).join(" ")}`);
    super.writeSequence(pieces);
  }

  /** Writes down what has come. */
  override dataReceived(data: Uint8Array): void {
    this.#log(`C ${quote(data)}`);
    super.dataReceived(data);
  }

  /** Writes down the end. */
  override connectionLost(reason: Failure): void {
    this.#log(`C ${reason}`);
    super.connectionLost(reason);
  }
}

/** Writes bytes so that each can be told, the printable ones as they are. */
function quote(data: Uint8Array): string {
  return JSON.stringify(String.fromCharCode(...data.subarray(0, SHOWN_MAX))) +
    (data.length > SHOWN_MAX ? ` and ${data.length - SHOWN_MAX} bytes` : "");
}

/** How many bytes of a piece are written down. */
const SHOWN_MAX = 4_096;
