/**
 * The base class of protocols.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { ILoggingContext } from "../interfaces/descriptors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ITCPTransport } from "../interfaces/transport.ts";

/**
 * One end of a conversation: subclass it and override the methods for what you want to hear.
 *
 * The order is `connectionMade`, any number of `dataReceived`, `connectionLost`. Nothing is called
 * inside a call of the transport, except `connectionLost` by a `loseConnection()` after the write
 * side was shut. What a method throws is logged and closes the connection with that error.
 *
 * A protocol that also has `readConnectionLost` and `writeConnectionLost` is half-closeable
 * (`IHalfCloseableProtocol`): it goes on when its peer has nothing more to say.
 *
 * Twisted: `Protocol` (`internet/protocol.py`, 24.7).
 *
 * @example A protocol that says back what it hears
 * ```ts
 * import { Protocol } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * class Echo extends Protocol {
 *   override dataReceived(data: Uint8Array): void {
 *     this.transport.write(data);
 *   }
 * }
 * assertEquals(new Echo().logPrefix(), "Echo");
 * ```
 */
export class Protocol implements IProtocol, ILoggingContext {
  /** True from {@linkcode Protocol.makeConnection} on; it stays true after the connection was lost. */
  connected = false;
  /** The factory that made this; `null` if something else did. */
  factory: IProtocolFactory | null = null;
  /**
   * The transport. There is none before `connectionMade`; it stays after `connectionLost`, and
   * ignores what is written to it.
   */
  declare transport: ITCPTransport;

  /**
   * Whether `dataReceived` gets a view of the transport's own buffer, valid only until it returns.
   *
   * Set it to true in a protocol that is done with the bytes by then: it has parsed them, copied
   * what it needs, or written them to a transport. That saves one copy of everything received,
   * and a second one where a large piece is written on as it came, which counts for bulk data. A
   * borrowed view that is kept will show other bytes later; what was written of one must not be
   * changed any more.
   *
   * @default {false}
   */
  get borrowsData(): boolean {
    return false;
  }

  /**
   * Takes the transport and calls {@linkcode Protocol.connectionMade}. Called by ports and
   * connectors.
   *
   * @param transport The transport.
   */
  makeConnection(transport: ITCPTransport): void {
    this.connected = true;
    this.transport = transport;
    this.connectionMade();
  }

  /** The connection is there and can be written to. Does nothing; override it. */
  connectionMade(): void {}

  /**
   * Bytes have arrived, in pieces of any size. Does nothing; override it.
   *
   * @param _data At least one byte. It is the protocol's to keep, unless
   * {@linkcode Protocol.borrowsData}; a small piece shares its `buffer` with others.
   */
  dataReceived(_data: Uint8Array): void {}

  /**
   * The connection is over; nothing is called afterwards. Does nothing; override it.
   *
   * @param _reason Why: a `ConnectionDone` after a clean end, a `ConnectionLost` after any other,
   * or what the protocol has thrown.
   */
  connectionLost(_reason: Failure): void {}

  /** Returns the name of the class, for the log. */
  logPrefix(): string {
    return this.constructor.name;
  }
}
