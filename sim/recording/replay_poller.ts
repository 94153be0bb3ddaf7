/**
 * The poller of a replay.
 *
 * @module
 */

import type { Handle, Interest, OnReady, Poller } from "../../poller/mod.ts";
import type { ReplayCursor } from "./replay_cursor.ts";
import type { ReplaySite } from "./replay_handle.ts";

/** Reports what was ready, when the recording comes to it. */
export class ReplayPoller implements Poller {
  readonly #site: ReplaySite;
  readonly #cursor: ReplayCursor;
  #onReady: OnReady | null = null;
  #onDone: (() => void) | null = null;

  /** Made by the replay. */
  constructor(site: ReplaySite) {
    this.#site = site;
    this.#cursor = site.cursor;
  }

  /** See `Poller.size`. */
  get size(): number {
    return this.#site.registered.size;
  }

  /** Whether a poll is under way. */
  get isPolling(): boolean {
    return this.#onDone !== null;
  }

  /** See `Poller.register`. */
  register(handle: Handle, interest: Interest): void {
    this.#cursor.call("register", handle.id, interest);
    this.#site.registered.add(handle.id);
  }

  /** See `Poller.modify`. */
  modify(handle: Handle, interest: Interest): void {
    this.#cursor.call("modify", handle.id, interest);
  }

  /** See `Poller.unregister`. */
  unregister(handle: Handle): void {
    this.#cursor.call("unregister", handle.id);
    this.#site.registered.delete(handle.id);
  }

  /** See `Poller.poll`. */
  poll(timeout: number, onReady: OnReady, onDone: () => void): void {
    this.#cursor.call("poll", Number.isFinite(timeout) ? timeout : null);
    this.#onReady = onReady;
    this.#onDone = onDone;
  }

  /** See `Poller.wake`. */
  wake(): void {
    this.#cursor.call("wake");
  }

  /** See `Poller.pause`. */
  pause(): void {
    this.#cursor.call("pause");
  }

  /** See `Poller.close`. */
  close(): void {
    this.#cursor.call("closePoller");
    this.#site.registered.clear();
    this.#onReady = this.#onDone = null;
  }

  /** Reports the batch that comes next in the recording, and ends the poll. */
  pass(): void {
    const cursor = this.#cursor;
    for (;;) {
      const entry = cursor.next;
      if (entry?.[0] !== "ready") break;
      const handle = this.#site.handles.get(entry[1] as number);
      const onReady = this.#onReady;
      if (handle === undefined || onReady === null) {
        throw cursor.broken("reports a handle that is not open, or outside of a poll");
      }
      cursor.pass();
      onReady(handle, entry[2] as Interest);
      if (cursor.over !== null) return;
    }
    if (cursor.next === null) return void cursor.end();
    // A platform may let microtasks run between two handlers: what they call comes next then.
    if (cursor.next[0] !== "done") return;
    const onDone = this.#onDone;
    if (onDone === null) throw cursor.broken("ends a poll that has not begun");
    cursor.pass();
    this.#onReady = this.#onDone = null;
    onDone();
  }
}
