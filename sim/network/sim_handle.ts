/**
 * What all simulated handles have in common.
 *
 * @module
 */

import { ERROR, type Handle, READ, type SocketError, WRITE } from "../../poller/mod.ts";
import type { SimHost } from "../host/host.ts";

/** The interest of a handle that is not registered. */
export const UNREGISTERED = -1;

/**
 * A handle, and the state that its host's poller keeps for it. The readiness is a level: bits are
 * raised and lowered as the state of the handle changes, and the poller compares them with the
 * interest when it reports.
 */
export abstract class SimHandle implements Handle {
  /** The handle's number. */
  readonly id: number;
  /** The host that opened the handle. */
  readonly host: SimHost;
  /** What the handle is called in traces: `stream#3`. */
  readonly label: string;
  /** The stack in which the handle was made, if stacks are kept. */
  readonly origin: string | undefined;
  /** What it is registered for, without ERROR; {@linkcode UNREGISTERED} if it is not. */
  interest: number = UNREGISTERED;
  /** What it is ready for. */
  level = 0;
  /** Whether it is in the poller's list of handles that may be ready. */
  queued = false;
  /** The error that was not reported yet. */
  protected error: SocketError | null = null;
  #closed = false;

  /** Opens the handle. */
  constructor(host: SimHost, kind: string) {
    this.host = host;
    this.id = host.nextHandleId();
    this.label = `${kind}#${this.id}`;
    this.origin = host.world.keepsOrigins ? new Error(this.label).stack : undefined;
  }

  /** True from `close()` or `abort()` on. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The bits to report now: those of the interest, and ERROR. */
  get events(): number {
    return this.interest === UNREGISTERED ? 0 : this.level & (this.interest | ERROR);
  }

  /** Returns the handle's number while it is open and -1 afterwards. */
  fileno(): number {
    return this.#closed ? -1 : this.id;
  }

  /** Closes the handle. */
  abstract close(): void;

  /** Closes the handle at once. */
  abstract abort(): void;

  /** Closes the handle without a word to anybody, as its host has crashed. */
  abstract vanish(): void;

  /** Takes the error that was not reported yet. */
  takeError(): SocketError | null {
    const error = this.error;
    if (error === null) return null;
    this.error = null;
    this.lower(ERROR);
    this.errorTaken();
    return error;
  }

  /** Sets bits of the readiness. */
  raise(bits: number): void {
    this.level |= bits;
    if (this.events !== 0) this.host.poller.note(this);
  }

  /** Clears bits of the readiness. */
  lower(bits: number): void {
    this.level &= ~bits;
  }

  /** Has the handle fail: the error is to be reported, and everything is ready to report it. */
  protected fail(error: SocketError): void {
    this.error = error;
    this.raise(READ | WRITE | ERROR);
  }

  /** Called after the error was reported. */
  protected errorTaken(): void {}

  /** Throws the error that was not reported yet, if there is one. */
  protected throwError(): void {
    if (this.error !== null) throw this.takeError();
  }

  /** Marks the handle as closed and takes it from the poller; returns false if it was closed. */
  protected markClosed(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.host.poller.forget(this);
    this.host.network.release(this.id);
    this.host.record("close", this.label, "");
    return true;
  }
}
