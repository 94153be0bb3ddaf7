/**
 * Handlers, and the descriptors that they are for.
 *
 * @module
 */

import type { Context } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { Interest } from "../poller/interest.ts";
import type { Network } from "../poller/network.ts";

/** An object that stands for a descriptor: a `Handle` is one, and so is whatever wraps one. */
export interface FileObject {
  /** Returns the number of the descriptor, or -1 when it is closed. */
  fileno(): number;
  /** Closes the descriptor. */
  close?(): unknown;
}

/** What a loop watches: the number of a handle (`Handle.id`), or an object that has it. */
export type Descriptor = number | FileObject;

/**
 * Called when a descriptor is ready.
 *
 * @typeParam F The type of the descriptor.
 * @param fd The descriptor as it was registered.
 * @param events What it is ready for: bits of what it is watched for, and ERROR.
 */
export type Handler<F extends Descriptor = Descriptor> = (
  fd: F,
  events: Interest,
) => unknown;

/** The handlers that are called as they are. */
const contextFree = new WeakSet<Handler<never>>();

/**
 * Marks a handler that does not care in which context it is called, as one that only hands on to
 * callbacks with contexts of their own: a loop need not enter any, which is a good part of what
 * calling a handler costs.
 *
 * @typeParam F The type of the descriptor.
 * @param handler The handler.
 * @returns It.
 */
export function withoutContext<F extends Descriptor>(handler: Handler<F>): Handler<F> {
  contextFree.add(handler);
  return handler;
}

/**
 * Returns where to call a handler.
 *
 * @param handler The handler.
 * @param capture Remembers the context of the caller.
 * @returns The context.
 */
export function contextOf(handler: Handler<never>, capture: () => Context): Context {
  return contextFree.has(handler) ? callDirectly : capture();
}

function callDirectly<R>(fn: () => R): R {
  return fn();
}

/**
 * Returns the number of a descriptor.
 *
 * @param fd The number, or an object with `fileno()`.
 * @returns The number.
 * @throws {TypeError} If it is neither.
 */
export function splitDescriptor(fd: Descriptor): number {
  if (typeof fd === "number") return fd;
  if (typeof fd === "object" && fd !== null && typeof fd.fileno === "function") return fd.fileno();
  throw new TypeError("Cannot read a descriptor: it is neither a number nor has it fileno()");
}

/**
 * Closes a descriptor; one that is closed is ignored, and so is a socket's error.
 *
 * @param fd The number or the object.
 * @param network What opened the handle.
 */
export function closeDescriptor(fd: Descriptor, network: Network): void {
  try {
    const owner = typeof fd === "number" || fd.close === undefined
      ? network.handles.get(splitDescriptor(fd))
      : fd;
    owner?.close?.();
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
  }
}
