/**
 * What the native handles have in common.
 *
 * @module
 */

import type { Farewells } from "./deno_farewells.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import type { ErrorReporter } from "./error_report.ts";
import type { SocketError } from "./errors.ts";
import type { AnyHandle, Handle } from "./handle.ts";
import { ERROR, type Interest, NONE } from "./interest.ts";
import type { RenewingMap } from "./renewing_map.ts";

/** What a handle tells the poller of its platform. */
export interface ReadinessSink {
  /**
   * A native operation ended and a registered handle is ready for something it waits for; the
   * caller says whether it is known to run in the empty context.
   */
  raised(handle: DenoHandle, where: "any context" | "empty context"): void;
  /** A native operation was started: it may end within the same run of microtasks. */
  started(): void;
  /** What the handle had was taken: it must be armed again, but not before the caller returns. */
  taken(handle: DenoHandle): void;
  /** The handle was closed: it is no longer watched. */
  closed(handle: DenoHandle): void;
}

/** What all handles of a platform share. */
export interface HandleSite {
  /** Where readiness goes. */
  readonly sink: ReadinessSink;
  /** The open handles, by id. */
  readonly handles: RenewingMap<number, AnyHandle>;
  /** What closed streams still do. */
  readonly farewells: Farewells;
  /** The descriptor with which listeners turn peers away when there is no other. */
  readonly reserve: DescriptorReserve;
  /** Takes what an operator should know and no caller can be told. */
  readonly report: ErrorReporter;
}

/** Handles count from 1 over the whole process, so that an id says which handle it is in any log. */
let lastId = 0;

/**
 * A handle over Deno's sockets.
 *
 * Deno's sockets tell of completion, not of readiness. A handle therefore keeps at most one native
 * read (or accept, or receive) and one native write under way, holds what they brought, and says
 * by its level what can be had from it without waiting. The poller arms it: it starts the native
 * read that its interest asks for, after the handler returned and never before, since a read
 * cannot be called back and writes into a buffer that the handler may still look at.
 */
export abstract class DenoHandle implements Handle {
  /** See {@linkcode Handle.id}. */
  readonly id: number = ++lastId;
  /** What the handle shares with the others of its platform. */
  readonly site: HandleSite;
  /** What the poller watches it for; {@linkcode NONE} while it is not registered. */
  interest: Interest = NONE;
  /** What it is ready for now. */
  level: Interest = NONE;
  /** Whether the poller watches it. */
  registered = false;
  /** Whether it is in the poller's list of ready handles. */
  queued = false;
  /** Whether it is in the poller's list of handles to arm. */
  unarmed = false;
  /** The error that was not reported yet. */
  protected error: SocketError | null = null;
  #closed = false;

  /**
   * Makes an open handle.
   *
   * @param site What it shares with the others of its platform.
   */
  constructor(site: HandleSite) {
    this.site = site;
  }

  /** See {@linkcode Handle.closed}. */
  get closed(): boolean {
    return this.#closed;
  }

  /** See {@linkcode Handle.fileno}. */
  fileno(): number {
    return this.#closed ? -1 : this.id;
  }

  /**
   * Starts the native operation that the interest asks for, unless one is under way. The poller
   * calls it, in the empty context, so that the end of the operation is in the empty context, too.
   */
  abstract arm(): void;

  /** See {@linkcode Handle.close}. */
  abstract close(): void;

  /** See {@linkcode Handle.abort}. */
  abstract abort(): void;

  /** See {@linkcode Handle.takeError}. */
  takeError(): SocketError | null {
    const error = this.error;
    this.error = null;
    this.level &= ~ERROR;
    return error;
  }

  /** Raises the level, from the end of a native operation that anybody may have started. */
  protected raise(bits: Interest): void {
    this.level |= bits;
    if (this.registered && (this.level & (this.interest | ERROR)) !== 0) {
      this.site.sink.raised(this, "any context");
    }
  }

  /** Raises the level, from the end of an operation that {@linkcode DenoHandle.arm} started. */
  protected raiseArmed(bits: Interest): void {
    this.level |= bits;
    if (this.registered && (this.level & (this.interest | ERROR)) !== 0) {
      this.site.sink.raised(this, "empty context");
    }
  }

  /** Marks the handle closed and takes it out of the poller and the network. */
  protected leave(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.level = NONE;
    this.error = null;
    this.site.sink.closed(this);
    this.site.handles.delete(this.id);
    return true;
  }
}
