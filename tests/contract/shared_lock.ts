/**
 * Locks where there are no files.
 *
 * @module
 */

import type { FilesystemLock } from "../../reactor/mod.ts";

/** Returns what makes locks of one path, of which one at a time is held. */
export function sharedLocks(): () => FilesystemLock {
  let holder: FilesystemLock | null = null;
  return () => {
    const lock: FilesystemLock = {
      lock() {
        if (holder !== null) return false;
        holder = lock;
        return true;
      },
      unlock() {
        if (holder === lock) holder = null;
      },
    };
    return lock;
  };
}
