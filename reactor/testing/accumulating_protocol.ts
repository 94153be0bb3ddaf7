/**
 * Protocols for tests.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { LineReceiver } from "../protocols/line_receiver.ts";
import { Protocol } from "../protocols/protocol.ts";

/**
 * A protocol that keeps what it is told.
 *
 * Twisted: `AccumulatingProtocol` (`internet/testing.py`, 24.7). Differs from Twisted: the Deferreds are
 * its own, not the factory's.
 */
export class AccumulatingProtocol extends Protocol {
  /** Whether the connection was made. */
  made = false;
  /** Whether the connection was lost. */
  closed = false;
  /** Why the connection was lost; `null` before. */
  closedReason: Failure | null = null;
  /** Fires with the protocol when the connection is made. */
  readonly whenMade: Deferred<this> = new Deferred();
  /** Fires with the protocol when the connection is lost. */
  readonly whenClosed: Deferred<this> = new Deferred();
  readonly #pieces: Uint8Array[] = [];

  /** What was received, as one array. */
  get data(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#pieces.flatMap((piece) => [...piece]));
  }

  /** Notes that the connection is made. */
  override connectionMade(): void {
    this.made = true;
    this.whenMade.callback(this);
  }

  /** Keeps bytes. */
  override dataReceived(data: Uint8Array): void {
    this.#pieces.push(data.slice());
  }

  /** Keeps the reason. */
  override connectionLost(reason: Failure): void {
    this.closed = true;
    this.closedReason = reason;
    this.whenClosed.callback(this);
  }
}

/**
 * A protocol that sends lines, at once or after the first line that it receives, and keeps what it
 * receives.
 *
 * Twisted: `LineSendingProtocol` (`internet/testing.py`, 24.7).
 */
export class LineSendingProtocol extends LineReceiver {
  /** The lines that were received. */
  readonly response: Uint8Array[] = [];
  /** Why the connection was lost; `null` before. */
  lostReason: Failure | null = null;
  readonly #lines: readonly Uint8Array[];
  /** Whether the lines are still to be sent. */
  #waits = true;
  readonly #start: "at once" | "after a line";

  /**
   * Makes a protocol.
   *
   * @param lines What to send.
   * @param start When.
   */
  constructor(lines: Iterable<Uint8Array>, start: "at once" | "after a line" = "at once") {
    super();
    this.#lines = [...lines];
    this.#start = start;
  }

  /** Sends the lines, if it is to begin. */
  override connectionMade(): void {
    if (this.#start === "at once") this.#send();
  }

  /** Keeps a line; after the first one it sends its own, if it was to wait. */
  override lineReceived(line: Uint8Array): void {
    this.#send();
    this.response.push(line.slice());
  }

  /** Keeps the reason. */
  override connectionLost(reason: Failure): void {
    this.lostReason = reason;
  }

  #send(): void {
    if (!this.#waits) return;
    this.#waits = false;
    for (const line of this.#lines) this.sendLine(line);
  }
}
