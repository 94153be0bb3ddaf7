/**
 * A transport that delivers when it is told to.
 *
 * @module
 */

import { Failure } from "../deferred/failure.ts";
import { ConnectionDone } from "../errors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import { StringTransport, type StringTransportOptions } from "./string_transport.ts";

/**
 * Keeps what is written until {@linkcode LoopbackRelay.clearBuffer} delivers it to another protocol.
 *
 * Twisted: `LoopbackRelay` (`protocols/loopback.py`, 24.7). Differs from Twisted: its addresses are
 * addresses.
 */
export class LoopbackRelay extends StringTransport {
  readonly #target: IProtocol;

  /**
   * Makes a relay.
   *
   * @param target What gets what is written.
   * @param options Where the transport pretends to be.
   */
  constructor(target: IProtocol, options: StringTransportOptions = {}) {
    super(options);
    this.#target = target;
  }

  /** Asks a pull producer, delivers what is there as one piece, and then the end, if it was asked for. */
  clearBuffer(): void {
    if (this.disconnected) return;
    if (this.producer !== null && this.streaming === false) this.producer.resumeProducing();
    const data = this.value();
    this.clear();
    if (data.length > 0) this.#target.dataReceived(data);
    if (!this.disconnecting) return;
    this.disconnected = true;
    this.#target.connectionLost(new Failure(new ConnectionDone()));
  }
}
