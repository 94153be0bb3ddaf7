/**
 * A handler as a reactor sees it.
 *
 * @module
 */

import { ERROR, type Interest, READ, WRITE } from "../poller/interest.ts";
import type { HandlerEntry } from "./handler_table.ts";

/** What a {@linkcode HandlerDescriptor} needs of its loop. */
export interface HandlerDescriptorOwner {
  /**
   * Calls a handler; it never throws.
   *
   * @param entry The handler.
   * @param events What its descriptor is ready for.
   */
  handle(entry: HandlerEntry, events: Interest): void;
  /**
   * Forgets a handler that its reactor has removed.
   *
   * @param entry The handler.
   */
  lost(entry: HandlerEntry): void;
}

/**
 * Makes a handler of an IOLoop a descriptor of a reactor (an `IEventDescriptor`): both directions
 * come in one call, and whatever happens in the handler, the reactor hears of no error and keeps it.
 *
 * Tornado: `_FD` (`platform/twisted.py`, 4.4.3). Differs from Tornado: READ and WRITE come together,
 * and errors of the handler are the IOLoop's, so they do not disconnect.
 */
export class HandlerDescriptor {
  /** The handler. */
  readonly entry: HandlerEntry;
  readonly #owner: HandlerDescriptorOwner;

  /**
   * Makes a descriptor.
   *
   * @param entry The handler.
   * @param owner The loop's part.
   */
  constructor(entry: HandlerEntry, owner: HandlerDescriptorOwner) {
    this.entry = entry;
    this.#owner = owner;
  }

  /** Returns the number that the descriptor had when it was registered. */
  fileno(): number {
    return this.entry.handle.id;
  }

  /** Returns nothing to write before log lines, as in Tornado. */
  logPrefix(): string {
    return "";
  }

  /**
   * Calls the handler, unless it was removed meanwhile or does not wait for any of that.
   *
   * @param events What the descriptor is ready for.
   */
  handleEvents(events: Interest): void {
    const wanted = events & (this.entry.interest | ERROR);
    if (!this.entry.removed && wanted !== 0) this.#owner.handle(this.entry, wanted);
  }

  /** Calls the handler with READ, for reactors that do not know `handleEvents`. */
  doRead(): void {
    this.handleEvents(READ);
  }

  /** Calls the handler with WRITE, for reactors that do not know `handleEvents`. */
  doWrite(): void {
    this.handleEvents(WRITE);
  }

  /** Calls the handler with ERROR, once, when the reactor shuts down or gives the descriptor up. */
  connectionLost(): void {
    if (this.entry.removed) return;
    this.#owner.lost(this.entry);
    this.#owner.handle(this.entry, ERROR);
  }
}
