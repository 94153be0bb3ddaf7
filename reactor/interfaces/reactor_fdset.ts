/**
 * The descriptors that a reactor watches.
 *
 * @module
 */

import type { IReadDescriptor, IWriteDescriptor } from "./descriptors.ts";

/**
 * Watches descriptors. Readiness is level-triggered: what a descriptor leaves unread is announced
 * again in the next pass.
 *
 * Twisted: `IReactorFDSet` (`internet/interfaces.py`, 24.7).
 */
export interface IReactorFDSet {
  /**
   * Calls `reader.doRead()` whenever its descriptor can be read. Adding the same object again
   * does nothing.
   *
   * @param reader The descriptor; its `fileno()` is asked now and remembered.
   * @throws {AlreadyRegisteredError} If another object reads this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addReader(reader: IReadDescriptor): void;
  /**
   * Calls `writer.doWrite()` whenever its descriptor can be written. Adding the same object again
   * does nothing.
   *
   * @param writer The descriptor; its `fileno()` is asked now and remembered.
   * @throws {AlreadyRegisteredError} If another object writes this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addWriter(writer: IWriteDescriptor): void;
  /**
   * Ceases to read. Nothing more is called for it, also if an event is already in the batch under
   * way. One that was not added is ignored.
   *
   * @param reader The descriptor.
   */
  removeReader(reader: IReadDescriptor): void;
  /**
   * Ceases to write. Nothing more is called for it, also if an event is already in the batch under
   * way. One that was not added is ignored.
   *
   * @param writer The descriptor.
   */
  removeWriter(writer: IWriteDescriptor): void;
  /**
   * Removes all readers and writers without telling them.
   *
   * @returns Each object once, readers first, in the order in which they were added.
   */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[];
  /** Returns the readers, as a list of the caller's own. */
  getReaders(): IReadDescriptor[];
  /** Returns the writers, as a list of the caller's own. */
  getWriters(): IWriteDescriptor[];
}
