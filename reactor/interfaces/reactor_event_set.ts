/**
 * Descriptors that are watched without reading or writing.
 *
 * @module
 */

import type { IEventDescriptor } from "./descriptors.ts";

/**
 * Watches descriptors for errors, whether or not they are readers or writers too: what an `IOLoop` on
 * top of a reactor needs for handlers that wait for nothing else.
 *
 * No counterpart in Twisted.
 */
export interface IReactorEventSet {
  /**
   * Calls `descriptor.handleEvents(ERROR)` when its handle fails. A descriptor that is a reader or
   * writer as well gets all its events in one call. Adding the same object again does nothing.
   *
   * @param descriptor The descriptor; its `fileno()` is asked now and remembered.
   * @throws {AlreadyRegisteredError} If another object was added for this handle.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addEventDescriptor(descriptor: IEventDescriptor): void;
  /**
   * Ceases to watch for errors; it stays a reader or writer if it is one. One that was not added is
   * ignored. `removeAll()` removes it, too.
   *
   * @param descriptor The descriptor.
   */
  removeEventDescriptor(descriptor: IEventDescriptor): void;
}
