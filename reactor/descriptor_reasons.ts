/**
 * What descriptors are, and why they are disconnected.
 *
 * @module
 */

import type { Handle } from "../poller/handle.ts";
import { ConnectionFdescWentAway, ConnectionLost } from "./errors.ts";
import type {
  IEventDescriptor,
  IFileDescriptor,
  IHalfCloseableDescriptor,
} from "./interfaces/descriptors.ts";

/**
 * Tells whether a descriptor takes both directions in one call.
 *
 * @param descriptor The descriptor.
 * @returns Whether it has `handleEvents`.
 */
export function isEventDescriptor<T extends IFileDescriptor>(
  descriptor: T,
): descriptor is T & IEventDescriptor {
  return typeof (descriptor as { handleEvents?: unknown }).handleEvents === "function";
}

/**
 * Tells whether a descriptor can lose one direction and keep the other.
 *
 * @param descriptor The descriptor.
 * @returns Whether it has `readConnectionLost`.
 */
export function isHalfCloseable(
  descriptor: IFileDescriptor,
): descriptor is IHalfCloseableDescriptor {
  return typeof (descriptor as { readConnectionLost?: unknown }).readConnectionLost === "function";
}

/**
 * Takes the error of a handle, as a reason to disconnect.
 *
 * @param handle The handle.
 * @returns The reason; `null` if the handle has no error to show.
 */
export function errorReason(handle: Handle): ConnectionLost | null {
  const cause = handle.takeError();
  return cause === null ? null : new ConnectionLost(undefined, { cause });
}

/** Makes the reason for a descriptor whose `fileno()` has become -1. */
export function goneReason(): ConnectionFdescWentAway {
  return new ConnectionFdescWentAway();
}

/**
 * Asks a descriptor for its name in the log; it never throws.
 *
 * @param descriptor The descriptor.
 * @returns The name; `null` if it has none to give.
 */
export function prefixOf(descriptor: IFileDescriptor): string | null {
  try {
    const prefix: unknown = descriptor.logPrefix?.();
    return typeof prefix === "string" ? prefix : null;
  } catch {
    return null;
  }
}
