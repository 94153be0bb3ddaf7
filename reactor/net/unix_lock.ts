/**
 * The locks of UNIX ports.
 *
 * @module
 */

import { DenoFileLock, type FilesystemLock } from "../deferred/deno_file_lock.ts";

/**
 * Finds the lock of a port.
 *
 * @param address The path of the port.
 * @param wanted Whether it is wanted, or the lock itself.
 * @returns The lock; `null` if none is wanted.
 */
export function lockOf(
  address: string,
  wanted: boolean | FilesystemLock = false,
): FilesystemLock | null {
  if (typeof wanted === "object") return wanted;
  return wanted ? new DenoFileLock(`${address}.lock`) : null;
}

/**
 * Tells whether somebody holds a lock.
 *
 * @param lock The lock.
 * @returns True if it is held.
 */
export function isLocked(lock: FilesystemLock): boolean {
  if (!lock.lock()) return true;
  lock.unlock();
  return false;
}
