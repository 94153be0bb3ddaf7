/**
 * Waiting for a lock that processes share.
 *
 * @module
 */

import { getReactor } from "../default_reactor.ts";
import type { TimerCall, Timers } from "./chained.ts";
import { Deferred } from "./deferred.ts";
import { DenoFileLock, type FilesystemLock } from "./deno_file_lock.ts";
import { AlreadyTryingToLockError, NotAcquiredError, TimeoutError } from "./errors.ts";
import { fail } from "./succeed.ts";

/** How long to wait between two tries, in seconds. Twisted's. */
const INTERVAL_SECONDS = 1;

/**
 * A lock on a file that is waited for: it is tried once a second.
 *
 * Twisted: `DeferredFilesystemLock` (`internet/defer.py`, 24.7).
 *
 * @example
 * ```ts
 * import { DeferredFilesystemLock } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * let isFree = false;
 * const lock = new DeferredFilesystemLock({ lock: () => isFree, unlock: () => {} }, clock);
 * const locked = lock.deferUntilLocked();
 * isFree = true;
 * clock.advance(1);
 * assertEquals([locked.called, lock.locked], [true, true]);
 * ```
 */
export class DeferredFilesystemLock {
  readonly #lock: FilesystemLock;
  #scheduler: Timers | null;
  #locked = false;
  /** True while `deferUntilLocked()` tries. */
  #trying = false;

  /**
   * Makes a lock that is not held.
   *
   * @param lock The lock, or the path of the file to lock.
   * @param scheduler What calls later; the default reactor unless one is given.
   */
  constructor(lock: FilesystemLock | string, scheduler?: Timers) {
    this.#lock = typeof lock === "string" ? new DenoFileLock(lock) : lock;
    this.#scheduler = scheduler ?? null;
  }

  /** Whether the lock is held. */
  get locked(): boolean {
    return this.#locked;
  }

  /** What calls later: the one given, or else the default reactor. */
  get scheduler(): Timers {
    return this.#scheduler ??= getReactor();
  }

  /**
   * Takes the lock as soon as it is free.
   *
   * @param timeout After how many seconds to give up; never, if it is left out.
   * @returns A Deferred that fires when the lock is held. It fails with {@linkcode TimeoutError} when the
   * time is over, and with {@linkcode AlreadyTryingToLockError} if an earlier call still tries. Cancelling
   * it ends the tries.
   */
  deferUntilLocked(timeout?: number): Deferred<void> {
    if (this.#trying) {
      return fail(new AlreadyTryingToLockError("Cannot wait for the lock: it is waited for"));
    }
    let nextTry: TimerCall | null = null;
    let timer: TimerCall | null = null;
    const end = (): void => {
      this.#trying = false;
      if (nextTry?.active()) nextTry.cancel();
      if (timer?.active()) timer.cancel();
    };
    const deferred = new Deferred<void>(end);
    const tryNow = (): void => {
      try {
        if (!this.#lock.lock()) {
          // It may be this object that holds it, for an earlier caller.
          nextTry = this.scheduler.callLater(INTERVAL_SECONDS, tryNow);
          return;
        }
      } catch (error) {
        end();
        return deferred.errback(error);
      }
      this.#locked = true;
      end();
      deferred.callback();
    };
    if (timeout !== undefined) {
      timer = this.scheduler.callLater(timeout, () => {
        end();
        deferred.errback(new TimeoutError(timeout));
      });
    }
    this.#trying = true;
    tryNow();
    return deferred;
  }

  /**
   * Gives the lock back.
   *
   * @throws {NotAcquiredError} If it is not held.
   */
  unlock(): void {
    if (!this.#locked) throw new NotAcquiredError("Cannot unlock: the lock is not held");
    this.#locked = false;
    this.#lock.unlock();
  }
}
