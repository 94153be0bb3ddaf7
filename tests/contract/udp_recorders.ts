/**
 * Protocols over datagrams that write down what they are told.
 *
 * @module
 */

import { DatagramProtocol, type IPAddress } from "../../reactor/mod.ts";

/** How a recorder is made, and how its port is opened. */
export interface RecordingDatagramsSetup {
  /** Stands in the log before what happened. */
  readonly name?: string;
  /** The port; by default a free one. */
  readonly port?: number;
  /** The interface; by default 127.0.0.1. */
  readonly interface?: string;
  /** The longest payload that is delivered whole. */
  readonly maxPacketSize?: number;
  /** What the protocol does in `startProtocol`, after it was logged. */
  readonly started?: (protocol: RecordingDatagrams) => void;
  /** What the protocol does in `stopProtocol`, after it was logged. */
  readonly stopped?: () => void;
  /** What the protocol does with a datagram, after it was kept. */
  readonly received?: (protocol: RecordingDatagrams, text: string) => void;
}

/** Keeps the datagrams and their senders. */
export class RecordingDatagrams extends DatagramProtocol {
  /** The datagrams, as text. */
  readonly texts: string[] = [];
  /** The sender of each. */
  readonly senders: IPAddress[] = [];
  /** How often `connectionRefused` was called. */
  refusals = 0;
  readonly #log: string[];
  readonly #setup: RecordingDatagramsSetup;
  #isStopped = false;
  #awaited: { readonly isThere: () => boolean; readonly resolve: () => void } | null = null;

  constructor(log: string[], setup: RecordingDatagramsSetup) {
    super();
    this.#log = log;
    this.#setup = setup;
  }

  override startProtocol(): void {
    this.#log.push(`${this.#setup.name}: started`);
    this.#setup.started?.(this);
  }

  override stopProtocol(): void {
    this.#log.push(`${this.#setup.name}: stopped`);
    this.#isStopped = true;
    this.#look();
    this.#setup.stopped?.();
  }

  override datagramReceived(data: Uint8Array, address: IPAddress): void {
    const text = new TextDecoder().decode(data);
    this.texts.push(text);
    this.senders.push(address);
    this.#look();
    this.#setup.received?.(this, text);
  }

  override connectionRefused(): void {
    this.refusals++;
    this.#log.push(`${this.#setup.name}: refused`);
    this.#look();
  }

  /** Waits until so many datagrams have come. */
  has(count: number): Promise<void> {
    return this.#wait(() => this.texts.length >= count);
  }

  /** Waits until so many refusals have come. */
  isRefused(count: number): Promise<void> {
    return this.#wait(() => this.refusals >= count);
  }

  /** Waits for `stopProtocol`. */
  isStopped(): Promise<void> {
    return this.#wait(() => this.#isStopped);
  }

  /** Sends a text. */
  say(text: string, to?: IPAddress): void {
    this.transport.write(new TextEncoder().encode(text), to);
  }

  #wait(isThere: () => boolean): Promise<void> {
    if (isThere()) return Promise.resolve();
    return new Promise((resolve) => this.#awaited = { isThere, resolve });
  }

  #look(): void {
    if (this.#awaited?.isThere()) this.#awaited.resolve();
  }
}
