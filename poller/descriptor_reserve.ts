/**
 * One descriptor in reserve, so that a process that has run out of them can still turn peers away.
 *
 * A listener without descriptors can neither accept a peer nor tell it to go: the peer hangs. With
 * one in reserve it can: give the reserve back, accept, close, reserve again.
 *
 * @module
 */

import type { ErrorReporter } from "./error_report.ts";
import { SocketError } from "./errors.ts";

/** Something that holds one descriptor; closing it frees that descriptor at once. */
export interface SpareDescriptor {
  /** Frees the descriptor. */
  close(): void;
}

/**
 * A descriptor that is held for the moment at which there is no other.
 *
 * Twisted: `internet/tcp.py`, `_IFileDescriptorReservation`.
 */
export interface DescriptorReserve {
  /** Whether a descriptor is held now. */
  readonly available: boolean;
  /** Says that one more needs the reserve, and sees to it that a descriptor is held. */
  retain(): void;
  /** Says that one fewer needs it; with the last the descriptor is freed. */
  release(): void;
  /**
   * Sees to it that a descriptor is held; nothing happens if one is. That there is none to be had is
   * reported, once until one is held again, and not thrown.
   */
  reserve(): void;
  /**
   * Frees the descriptor for something that needs one for a moment.
   *
   * @returns The loan: disposing of it holds a descriptor again. A failure to do so is reported, so
   * that it hides no error of whoever had the loan.
   * @throws {SocketError} `EBADF` if none is held; not by {@linkcode NullDescriptorReserve}.
   */
  lend(): Disposable;
}

/**
 * A reserve that holds a descriptor as long as somebody needs it.
 *
 * Twisted: `internet/tcp.py`, `_FileDescriptorReservation`. Differs from Twisted: the descriptor is
 * freed when nobody listens any more.
 */
export class SharedDescriptorReserve implements DescriptorReserve {
  readonly #open: () => SpareDescriptor | null;
  readonly #report: ErrorReporter;
  #spare: SpareDescriptor | null = null;
  #users = 0;
  /** Whether it was reported that there is none to be had, and none was since. */
  #reported = false;

  /**
   * Makes a reserve that holds nothing yet.
   *
   * @param open Opens something that holds a descriptor; returns `null` where there is nothing that it
   * may open. What it throws comes out of {@linkcode SharedDescriptorReserve.reserve}, unless it is a
   * `SocketError` with the code `EMFILE`.
   * @param report Is told what no caller can be.
   */
  constructor(open: () => SpareDescriptor | null, report: ErrorReporter) {
    this.#open = open;
    this.#report = report;
  }

  /** See {@linkcode DescriptorReserve.available}. */
  get available(): boolean {
    return this.#spare !== null;
  }

  /** See {@linkcode DescriptorReserve.retain}. */
  retain(): void {
    this.reserve();
    this.#users++;
  }

  /** See {@linkcode DescriptorReserve.release}. */
  release(): void {
    if (--this.#users > 0) return;
    this.#spare?.close();
    this.#spare = null;
  }

  /** See {@linkcode DescriptorReserve.reserve}. */
  reserve(): void {
    if (this.#spare !== null) return;
    try {
      this.#spare = this.#open();
    } catch (error) {
      if (!(error instanceof SocketError && error.code === "EMFILE")) throw error;
      this.#reportOnce(error);
      return;
    }
    this.#reported = false;
  }

  /** See {@linkcode DescriptorReserve.lend}. */
  lend(): Disposable {
    if (this.#spare === null) {
      throw new SocketError("EBADF", "Cannot lend the descriptor in reserve: there is none");
    }
    this.#spare.close();
    this.#spare = null;
    let isOut = true;
    return {
      [Symbol.dispose]: () => {
        if (isOut && this.#users > 0) this.#takeBack();
        isOut = false;
      },
    };
  }

  #takeBack(): void {
    try {
      this.reserve();
    } catch (error) {
      this.#reportOnce(error);
    }
  }

  #reportOnce(error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#report({ message: "No descriptor is left to hold in reserve", error });
  }
}

/**
 * The reserve of a system that does not run out of descriptors: it never holds one, and lends nothing.
 *
 * Twisted: `internet/tcp.py`, `_NullFileDescriptorReservant`.
 */
export class NullDescriptorReserve implements DescriptorReserve {
  /** It never holds one. */
  readonly available = false;

  /** Nothing happens. */
  retain(): void {}

  /** Nothing happens. */
  release(): void {}

  /** Nothing happens. */
  reserve(): void {}

  /** Nothing is freed, and nothing is taken back. */
  lend(): Disposable {
    return { [Symbol.dispose]() {} };
  }
}
