/**
 * A poller as the watcher of a set of descriptors.
 *
 * @module
 */

import type { Handle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import type { Poller } from "../poller/poller.ts";
import type { Watcher } from "./descriptor_set.ts";

/**
 * Makes a watcher that registers handles with a poller.
 *
 * @param poller The poller.
 * @returns The watcher.
 */
export function pollerWatcher(poller: Poller): Watcher {
  return {
    watch(handle: Handle, interest: Interest): void {
      poller.register(handle, interest);
    },
    change(handle: Handle, interest: Interest): void {
      poller.modify(handle, interest);
    },
    unwatch(handle: Handle): void {
      // Closing a handle has unregistered it.
      if (!handle.closed) poller.unregister(handle);
    },
  };
}
