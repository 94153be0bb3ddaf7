/**
 * The address of a child process.
 *
 * @module
 */

import { ReactorAddress } from "../net/address.ts";

/**
 * The address of a child process.
 *
 * Twisted: `_ProcessAddress` (`internet/address.py`, 24.7). Differs from Twisted: it names the program.
 */
export class ProcessAddress extends ReactorAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "process";
  /** The program. */
  readonly executable: string;

  /**
   * Makes an address.
   *
   * @param executable The program.
   */
  constructor(executable: string) {
    super();
    this.executable = executable;
  }

  /** Returns the address as people write it. */
  override toString(): string {
    return `ProcessAddress('${this.executable}')`;
  }
}

/**
 * The address of a pair of pipes that have no names: the standard input and output.
 *
 * Twisted: `PipeAddress` (`internet/stdio.py`, 24.7).
 */
export class PipeAddress extends ReactorAddress {
  /** Tells the kinds of addresses apart. */
  override readonly family = "pipe";

  /** Returns the address as people write it. */
  override toString(): string {
    return "PipeAddress()";
  }
}
