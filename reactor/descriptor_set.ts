/**
 * The readers and writers of a reactor, and what happens when one is ready.
 *
 * @module
 */

import { AlreadyRegisteredError, SocketError } from "../poller/errors.ts";
import type { AnyHandle, Handle } from "../poller/handle.ts";
import { ERROR, NONE, READ, WRITE } from "../poller/interest.ts";
import type { Interest } from "../poller/interest.ts";
import type { Network } from "../poller/network.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import { Failure } from "./deferred/failure.ts";
import {
  errorReason,
  goneReason,
  isEventDescriptor,
  isHalfCloseable,
  prefixOf,
} from "./descriptor_reasons.ts";
import { ConnectionDone, ConnectionLost } from "./errors.ts";
import type {
  IEventDescriptor,
  IFileDescriptor,
  IReadDescriptor,
  IWriteDescriptor,
} from "./interfaces/descriptors.ts";
import type { LogObserver } from "./log.ts";

/** What watches handles for a {@linkcode DescriptorSet}: a poller, or an IOLoop. */
export interface Watcher {
  /**
   * Begins to watch a handle.
   *
   * @param handle An open handle.
   * @param interest What for.
   */
  watch(handle: Handle, interest: Interest): void;
  /**
   * Replaces what a handle is watched for.
   *
   * @param handle A watched handle; open.
   * @param interest What for, whole.
   */
  change(handle: Handle, interest: Interest): void;
  /**
   * Ceases to watch a handle.
   *
   * @param handle A watched handle; it may be closed.
   */
  unwatch(handle: Handle): void;
}

/** The objects that are registered for a handle; one may be all three. */
interface Slot {
  readonly handle: AnyHandle;
  reader: IReadDescriptor | null;
  writer: IWriteDescriptor | null;
  /** What wants to hear of errors, also if it is neither of the others. */
  watcher: IEventDescriptor | null;
  /** The batch during which it was made: its events belong to what was there before; or -1. */
  addedIn: number;
}

/**
 * Knows who reads and who writes which handle, keeps the watcher's interest in step, and calls
 * `doRead`, `doWrite` and `connectionLost` by Twisted's rules:
 *
 * - `doRead` before `doWrite`; `doWrite` only if the writer is still there after `doRead`.
 * - A returned error disconnects with that reason; a thrown one is logged and disconnects as well.
 * - `ConnectionDone` from `doRead` ends only the reading of a half-closeable descriptor.
 * - An error of the handle waits while there is something to read. Then it is left to the
 *   descriptor's own calls where one is due, and otherwise disconnects: a reader whose handle has no
 *   error to show with `ConnectionDone`, everything else with `ConnectionLost`.
 * - A descriptor whose `fileno()` has become -1 is dropped with `ConnectionFdescWentAway`.
 *
 * Twisted: `_PollLikeMixin._doReadOrWrite` and `_disconnectSelectable` (`internet/posixbase.py`,
 * 24.7).
 */
export class DescriptorSet {
  readonly #watcher: Watcher;
  readonly #network: Network;
  readonly #log: LogObserver;
  /** By the number of the handle. */
  readonly #slots = new RenewingMap<number, Slot>();
  /** The number that each reader had when it was added. */
  readonly #readers = new RenewingMap<IReadDescriptor, Slot>();
  /** The number that each writer had when it was added. */
  readonly #writers = new RenewingMap<IWriteDescriptor, Slot>();
  /** The number that each event descriptor had when it was added. */
  readonly #watchers = new RenewingMap<IEventDescriptor, Slot>();
  /** How many batches there were; used only if somebody tells where they begin and end. */
  #batch = 0;
  #isInBatch = false;

  /**
   * Makes an empty set.
   *
   * @param watcher What watches the handles.
   * @param network Where handles are found by their number.
   * @param log Takes the errors of descriptors.
   */
  constructor(watcher: Watcher, network: Network, log: LogObserver) {
    this.#watcher = watcher;
    this.#network = network;
    this.#log = log;
  }

  /** The readers, in the order in which they were added; a list of the caller's own. */
  get readers(): IReadDescriptor[] {
    return [...this.#readers.keys()];
  }

  /** The writers, in the order in which they were added; a list of the caller's own. */
  get writers(): IWriteDescriptor[] {
    return [...this.#writers.keys()];
  }

  /**
   * Adds a reader; see `IReactorFDSet.addReader`.
   *
   * @param reader The reader.
   * @throws {AlreadyRegisteredError} If another object reads its handle.
   * @throws {SocketError} `EBADF` if its number is not that of an open handle.
   */
  addReader(reader: IReadDescriptor): void {
    if (this.#readers.has(reader)) return;
    const slot = this.#slotFor(reader, "reader");
    this.#watch(slot, interestOf(slot) | READ);
    slot.reader = reader;
    this.#readers.set(reader, slot);
  }

  /**
   * Adds a writer; see `IReactorFDSet.addWriter`.
   *
   * @param writer The writer.
   * @throws {AlreadyRegisteredError} If another object writes its handle.
   * @throws {SocketError} `EBADF` if its number is not that of an open handle.
   */
  addWriter(writer: IWriteDescriptor): void {
    if (this.#writers.has(writer)) return;
    const slot = this.#slotFor(writer, "writer");
    this.#watch(slot, interestOf(slot) | WRITE);
    slot.writer = writer;
    this.#writers.set(writer, slot);
  }

  /**
   * Removes a reader; one that is not there is ignored.
   *
   * @param reader The reader.
   */
  removeReader(reader: IReadDescriptor): void {
    const slot = this.#readers.get(reader);
    if (slot === undefined) return;
    this.#readers.delete(reader);
    this.#watch(slot, interestOf(slot) & ~READ);
    slot.reader = null;
  }

  /**
   * Removes a writer; one that is not there is ignored.
   *
   * @param writer The writer.
   */
  removeWriter(writer: IWriteDescriptor): void {
    const slot = this.#writers.get(writer);
    if (slot === undefined) return;
    this.#writers.delete(writer);
    this.#watch(slot, interestOf(slot) & ~WRITE);
    slot.writer = null;
  }

  /**
   * Adds an event descriptor; see `IReactorEventSet.addEventDescriptor`.
   *
   * @param watcher The descriptor.
   * @throws {AlreadyRegisteredError} If another one was added for its handle.
   * @throws {SocketError} `EBADF` if its number is not that of an open handle.
   */
  addEventDescriptor(watcher: IEventDescriptor): void {
    if (this.#watchers.has(watcher)) return;
    const slot = this.#slotFor(watcher, "watcher");
    if (!this.#slots.has(slot.handle.id)) {
      this.#begin(slot, NONE);
    }
    slot.watcher = watcher;
    this.#watchers.set(watcher, slot);
  }

  /**
   * Removes an event descriptor; one that is not there is ignored.
   *
   * @param watcher The descriptor.
   */
  removeEventDescriptor(watcher: IEventDescriptor): void {
    const slot = this.#watchers.get(watcher);
    if (slot === undefined) return;
    this.#watchers.delete(watcher);
    slot.watcher = null;
    if (interestOf(slot) === NONE) this.#watch(slot, NONE);
  }

  /**
   * Removes everything.
   *
   * @returns Each object once, readers first.
   */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    const watchers = [...this.#watchers.keys()];
    const removed = new Set([...this.readers, ...this.writers, ...watchers]);
    for (const reader of this.readers) this.removeReader(reader);
    for (const writer of this.writers) this.removeWriter(writer);
    for (const watcher of watchers) this.removeEventDescriptor(watcher);
    return [...removed];
  }

  /** Removes everything and tells each that its connection is lost. */
  disconnectAll(): void {
    for (const descriptor of this.removeAll()) {
      this.#lose(descriptor, new Failure(new ConnectionLost()));
    }
  }

  /** Tells that a batch of events is being dispatched: what is added now has no part in it. */
  beginBatch(): void {
    this.#isInBatch = true;
  }

  /** Tells that the batch is over. */
  endBatch(): void {
    if (this.#isInBatch) this.#batch++;
    this.#isInBatch = false;
  }

  /**
   * Handles what a handle is ready for.
   *
   * @param number The handle's number.
   * @param events What it is ready for.
   */
  dispatch(number: number, events: Interest): void {
    const slot = this.#slots.get(number);
    if (slot === undefined || slot.addedIn === this.#batch) return;
    const { reader, writer, watcher } = slot;
    if (watcher !== null && watcher !== reader as unknown && watcher !== writer as unknown) {
      this.#events(watcher, events & ERROR);
    }
    // The watcher's code may have removed or replaced the reader.
    if (reader !== null && slot.reader === reader) {
      if (!isEventDescriptor(reader)) this.#read(slot, reader, events);
      else if (reader === writer as unknown) return this.#events(reader, events);
      else this.#events(reader, events & ~WRITE);
    }
    // The reader's code may have removed or replaced the writer.
    if (writer === null || slot.writer !== writer) return;
    if (isEventDescriptor(writer)) this.#events(writer, events & ~READ);
    else this.#write(slot, writer, events);
  }

  #read(slot: Slot, reader: IReadDescriptor, events: Interest): void {
    if ((events & READ) !== 0) {
      let reason: Error | void;
      try {
        if (reader.fileno() === -1) return this.#disconnect(reader, goneReason());
        reason = reader.doRead();
      } catch (error) {
        return this.#disconnectThrown(reader, "doRead", error);
      }
      if (reason) this.#disconnect(reader, reason, true);
    } else if ((events & ERROR) !== 0 && !((events & WRITE) !== 0 && slot.writer !== null)) {
      this.#disconnect(reader, errorReason(slot.handle) ?? new ConnectionDone(), true);
    }
  }

  #write(slot: Slot, writer: IWriteDescriptor, events: Interest): void {
    if ((events & WRITE) !== 0) {
      let reason: Error | void;
      try {
        if (writer.fileno() === -1) return this.#disconnect(writer, goneReason());
        reason = writer.doWrite();
      } catch (error) {
        return this.#disconnectThrown(writer, "doWrite", error);
      }
      if (reason) this.#disconnect(writer, reason);
    } else if ((events & ERROR) !== 0 && (events & READ) === 0) {
      this.#disconnect(writer, errorReason(slot.handle) ?? new ConnectionLost());
    }
  }

  #events(
    descriptor: IFileDescriptor & { handleEvents(events: Interest): Error | void },
    events: Interest,
  ): void {
    if (events === NONE) return;
    let reason: Error | void;
    try {
      if (descriptor.fileno() === -1) return this.#disconnect(descriptor, goneReason());
      reason = descriptor.handleEvents(events);
    } catch (error) {
      return this.#disconnectThrown(descriptor, "handleEvents", error);
    }
    if (reason) this.#disconnect(descriptor, reason);
  }

  #disconnectThrown(descriptor: IFileDescriptor, method: string, error: unknown): void {
    this.#logError(descriptor, method, error);
    this.#disconnect(descriptor, error);
  }

  #disconnect(descriptor: IFileDescriptor, reason: unknown, isRead = false): void {
    this.removeReader(descriptor as IReadDescriptor);
    const failure = new Failure(reason);
    if (isRead && reason instanceof ConnectionDone && isHalfCloseable(descriptor)) {
      try {
        descriptor.readConnectionLost(failure);
      } catch (error) {
        this.#logError(descriptor, "readConnectionLost", error);
      }
      return;
    }
    this.removeWriter(descriptor as IWriteDescriptor);
    this.removeEventDescriptor(descriptor as IEventDescriptor);
    this.#lose(descriptor, failure);
  }

  #lose(descriptor: IFileDescriptor, reason: Failure): void {
    try {
      descriptor.connectionLost(reason);
    } catch (error) {
      this.#logError(descriptor, "connectionLost", error);
    }
  }

  #logError(descriptor: IFileDescriptor, method: string, error: unknown): void {
    const system = prefixOf(descriptor);
    this.#log({ level: "error", message: `Exception in ${method}`, error, system });
  }

  /** Finds or makes the slot of a descriptor whose side of it must be free. */
  #slotFor(descriptor: IFileDescriptor, side: "reader" | "writer" | "watcher"): Slot {
    const number = descriptor.fileno();
    const handle = this.#network.handles.get(number);
    if (handle === undefined) {
      throw new SocketError("EBADF", `Cannot add a ${side}: descriptor ${number} is not open`);
    }
    const slot = this.#slots.get(number) ?? {
      handle,
      reader: null,
      writer: null,
      watcher: null,
      addedIn: -1,
    };
    if (slot[side] !== null) {
      throw new AlreadyRegisteredError(
        `Cannot add a ${side}: descriptor ${number} has another one already`,
      );
    }
    return slot;
  }

  #begin(slot: Slot, interest: Interest): void {
    this.#watcher.watch(slot.handle, interest);
    this.#slots.set(slot.handle.id, slot);
    if (this.#isInBatch) slot.addedIn = this.#batch;
  }

  /** Tells the watcher what a slot is about to want. If it throws, nothing has changed. */
  #watch(slot: Slot, interest: Interest): void {
    const { handle } = slot;
    if (interest === NONE && slot.watcher === null) {
      this.#slots.delete(handle.id);
      this.#watcher.unwatch(handle);
    } else if (!this.#slots.has(handle.id)) {
      this.#begin(slot, interest);
    } else if (!handle.closed) {
      this.#watcher.change(handle, interest);
    }
  }
}

function interestOf(slot: Slot): Interest {
  return (slot.reader === null ? NONE : READ) | (slot.writer === null ? NONE : WRITE);
}
