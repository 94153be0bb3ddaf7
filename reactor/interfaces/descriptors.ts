/**
 * What a reactor watches: objects that know a descriptor and what to do when it is ready.
 *
 * A descriptor is named by the number that its `fileno()` returns: the `id` of an open handle of
 * the reactor's platform.
 *
 * @module
 */

import type { Interest } from "../../poller/interest.ts";
import type { Failure } from "../deferred/failure.ts";

/**
 * Something with a name for the log. Twisted: `ILoggingContext` (`internet/interfaces.py`, 24.7).
 */
export interface ILoggingContext {
  /** Returns what stands for this object in the log; asked only when something is logged. */
  logPrefix(): string;
}

/** Something with a descriptor. Twisted: `IFileDescriptor` (`internet/interfaces.py`, 24.7). */
export interface IFileDescriptor extends ILoggingContext {
  /**
   * Returns the number of the descriptor, or -1 once it is gone. A reactor asks when the object is
   * added and while it is registered, never after it was removed.
   */
  fileno(): number;
  /**
   * Tells that the descriptor is lost: by an error, by the peer, or because the reactor shuts down.
   * The reactor has removed it before.
   *
   * @param reason Why.
   */
  connectionLost(reason: Failure): void;
}

/**
 * What is called when bytes can be read. Twisted: `IReadDescriptor` (`internet/interfaces.py`,
 * 24.7).
 */
export interface IReadDescriptor extends IFileDescriptor {
  /**
   * Reads what there is. What is left is announced again.
   *
   * @returns Nothing to go on; an error to disconnect with that reason. What it throws is logged
   * and disconnects as well.
   */
  doRead(): Error | void;
}

/**
 * What is called when bytes can be written. Twisted: `IWriteDescriptor` (`internet/interfaces.py`,
 * 24.7).
 */
export interface IWriteDescriptor extends IFileDescriptor {
  /**
   * Writes what there is room for.
   *
   * @returns Nothing to go on; an error to disconnect with that reason. What it throws is logged
   * and disconnects as well.
   */
  doWrite(): Error | void;
}

/** Both. Twisted: `IReadWriteDescriptor` (`internet/interfaces.py`, 24.7). */
export interface IReadWriteDescriptor extends IReadDescriptor, IWriteDescriptor {}

/**
 * A descriptor that can lose one direction and keep the other. Twisted:
 * `IHalfCloseableDescriptor` (`internet/interfaces.py`, 24.7).
 */
export interface IHalfCloseableDescriptor extends IFileDescriptor {
  /**
   * Tells that the stream has ended for reading, cleanly. It replaces `connectionLost` in that one
   * case: `doRead` returned `ConnectionDone`. The reactor has removed the reader; a writer stays.
   *
   * @param reason A `ConnectionDone`.
   */
  readConnectionLost(reason: Failure): void;
  /**
   * Tells that the write side is shut. A reactor never calls it, transports do.
   *
   * @param reason Why.
   */
  writeConnectionLost(reason: Failure): void;
}

/**
 * A descriptor that wants both directions in one call, and errors too: what an `IOLoop` on top of a
 * reactor needs. A reactor calls `handleEvents` instead of `doRead` and `doWrite`, and leaves
 * errors of the handle to it: it disconnects the descriptor only if its `fileno()` is -1, or if
 * this throws or returns an error.
 *
 * No counterpart in Twisted.
 */
export interface IEventDescriptor extends IReadWriteDescriptor {
  /**
   * Handles what the descriptor is ready for.
   *
   * @param events READ only if it is registered as a reader, WRITE only if as a writer; ERROR always.
   * @returns Nothing to go on; an error to disconnect with that reason.
   */
  handleEvents(events: Interest): Error | void;
}
