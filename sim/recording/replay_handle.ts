/**
 * What handles of a replay have in common.
 *
 * @module
 */

import type { AnyHandle, Handle, SocketError } from "../../poller/mod.ts";
import { type DescribedError, restoreError } from "./error_text.ts";
import type { ReplayCursor } from "./replay_cursor.ts";
import type { ReplayOnce } from "./replay_once.ts";

/** What the handles of a replay share. */
export interface ReplaySite {
  /** What they answer with. */
  readonly cursor: ReplayCursor;
  /** The open ones, by id. */
  readonly handles: Map<number, AnyHandle>;
  /** Those that the poller watches. */
  readonly registered: Set<number>;
  /** What becomes of the addresses of those that are bound. */
  readonly releases: Map<number, ReplayOnce>;
}

/** A handle that answers as the one did that was recorded. */
export abstract class ReplayHandle implements Handle {
  /** The id that the handle had. */
  readonly id: number;
  /** What it shares with the others. */
  readonly site: ReplaySite;
  #isClosed = false;

  /** Made where the recording has one opened. */
  constructor(site: ReplaySite, id: number) {
    this.site = site;
    this.id = id;
    site.handles.set(id, this as unknown as AnyHandle);
  }

  /** See `Handle.closed`. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** See `Handle.fileno`. */
  fileno(): number {
    return this.#isClosed ? -1 : this.id;
  }

  /** See `Handle.close`. */
  close(): void {
    this.site.cursor.call("close", this.id);
    this.left();
  }

  /** See `Handle.abort`. */
  abort(): void {
    this.site.cursor.call("abort", this.id);
    this.left();
  }

  /** See `Handle.takeError`. */
  takeError(): SocketError | null {
    const { cursor } = this.site;
    const [answer] = cursor.answerOf(cursor.take("takeError", [this.id]));
    if (answer === undefined) return null;
    return restoreError((answer as { error: DescribedError }).error) as SocketError;
  }

  /** The handle is closed. */
  protected left(): void {
    this.#isClosed = true;
    this.site.handles.delete(this.id);
    this.site.registered.delete(this.id);
  }
}
