/**
 * The handlers of a loop, found by number and by object.
 *
 * @module
 */

import type { Context } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { AnyHandle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import type { Network } from "../poller/network.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import { HandlerExistsError, HandlerNotFoundError } from "./errors.ts";
import { type Descriptor, type Handler, splitDescriptor } from "./handler.ts";

/** A handler and what it is for. */
export class HandlerEntry {
  /** The descriptor as it was registered: the number or the object. */
  readonly fd: Descriptor;
  /** What has the number. */
  readonly handle: AnyHandle;
  /** The handler. */
  readonly callback: Handler;
  /** Where to call it. */
  readonly context: Context;
  /** The stack of the call that added it; `null` if none was captured. */
  readonly origin: Error | null;
  /** What the descriptor is watched for, without ERROR. */
  interest: Interest;
  /** The poll during whose batch it was added: events of that batch are not its own. */
  readonly addedIn: number;
  /** True once it was taken out of the table. */
  removed = false;

  /**
   * Made by {@linkcode HandlerTable.add}.
   *
   * @param handle What has the number.
   * @param options All the rest.
   */
  constructor(handle: AnyHandle, options: NewHandler) {
    this.handle = handle;
    this.fd = options.fd;
    this.callback = options.handler;
    this.context = options.context;
    this.origin = options.origin;
    this.interest = options.interest;
    this.addedIn = options.addedIn;
  }
}

/** What `addHandler` was given, and where and when. */
export interface NewHandler {
  /** The descriptor. */
  readonly fd: Descriptor;
  /** The handler. */
  readonly handler: Handler;
  /** What to wait for. */
  readonly interest: Interest;
  /** Where to call the handler. */
  readonly context: Context;
  /** The stack of the call that adds it; `null` if none was captured. */
  readonly origin: Error | null;
  /** The poll whose batch is under way, or -1. */
  readonly addedIn: number;
}

/**
 * The handlers of a loop. A number or an object has one handler at most, and the number of an
 * object is the one that it had when it was added, whatever becomes of it.
 */
export class HandlerTable {
  readonly #network: Network;
  /** By `Handle.id`; in the order in which they were added. */
  readonly #byNumber = new RenewingMap<number, HandlerEntry>();
  /** By the object that was registered. */
  readonly #byObject = new RenewingMap<object, HandlerEntry>();

  /**
   * Makes an empty table.
   *
   * @param network What opens the handles.
   */
  constructor(network: Network) {
    this.#network = network;
  }

  /** How many handlers there are. */
  get size(): number {
    return this.#byNumber.size;
  }

  /**
   * Adds a handler.
   *
   * @param options The handler.
   * @returns Its entry.
   * @throws {HandlerExistsError} If the number or the object has one.
   * @throws {SocketError} `EBADF` if no open handle has the number.
   */
  add(options: NewHandler): HandlerEntry {
    const { fd } = options;
    const isKnownObject = typeof fd === "object" && this.#byObject.has(fd);
    const number = isKnownObject ? -1 : splitDescriptor(fd);
    if (isKnownObject || this.#byNumber.has(number)) {
      const name = isKnownObject ? "the object" : `descriptor ${number}`;
      throw new HandlerExistsError(`Cannot add a handler: ${name} has one already`);
    }
    const handle = this.#network.handles.get(number);
    if (handle === undefined) {
      throw new SocketError("EBADF", `Cannot add a handler: descriptor ${number} is not open`);
    }
    const entry = new HandlerEntry(handle, options);
    this.#byNumber.set(number, entry);
    if (typeof fd === "object") this.#byObject.set(fd, entry);
    return entry;
  }

  /**
   * Finds a handler.
   *
   * @param number The number.
   * @returns Its entry, or `undefined`.
   */
  get(number: number): HandlerEntry | undefined {
    return this.#byNumber.get(number);
  }

  /**
   * Replaces what a handler waits for.
   *
   * @param fd The number or the object.
   * @param interest What to wait for.
   * @returns Its entry.
   * @throws {HandlerNotFoundError} If there is none.
   * @throws {SocketError} `EBADF` if the handle is closed.
   */
  update(fd: Descriptor, interest: Interest): HandlerEntry {
    const entry = this.#find(fd);
    if (entry === undefined) {
      throw new HandlerNotFoundError("Cannot update a handler: the descriptor has none");
    }
    if (entry.handle.closed) {
      const number = entry.handle.id;
      throw new SocketError("EBADF", `Cannot update a handler: descriptor ${number} is closed`);
    }
    entry.interest = interest;
    return entry;
  }

  /**
   * Removes a handler.
   *
   * @param fd The number or the object.
   * @returns Its entry, or `undefined` if there is none.
   */
  remove(fd: Descriptor): HandlerEntry | undefined {
    const entry = this.#find(fd);
    if (entry === undefined) return undefined;
    entry.removed = true;
    this.#byNumber.delete(entry.handle.id);
    if (typeof entry.fd === "object") this.#byObject.delete(entry.fd);
    return entry;
  }

  /** Yields the handlers in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<HandlerEntry> {
    return this.#byNumber.values();
  }

  #find(fd: Descriptor): HandlerEntry | undefined {
    if (typeof fd === "object" && fd !== null) {
      const entry = this.#byObject.get(fd);
      if (entry !== undefined) return entry;
    }
    return this.#byNumber.get(splitDescriptor(fd));
  }
}
