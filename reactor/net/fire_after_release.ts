/**
 * How a port tells that it has stopped.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";

/**
 * Fires the Deferred of `stopListening()` in a pass of the reactor after the address is free again.
 *
 * If the reactor cannot make a pass any more, because the loop below it was closed meanwhile, the
 * Deferred fires at once: whoever waits for it must not wait forever.
 *
 * @param handle What was closed.
 * @param reactor The port's reactor.
 * @param deferred What to fire.
 * @param failure What it fails with; `null` if the port stopped as it should.
 */
export function fireAfterRelease(
  handle: { readonly released: Promise<void> },
  reactor: IReactorTime,
  deferred: Deferred<void>,
  failure: Failure | null,
): void {
  function fire(): void {
    if (failure === null) deferred.callback(undefined);
    else deferred.errback(failure);
  }
  handle.released.then(() => {
    try {
      reactor.callLater(0, fire);
    } catch {
      fire();
    }
  });
}
