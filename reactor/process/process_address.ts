/**
 * The address of a child process.
 *
 * @module
 */

/**
 * The address of a child process.
 *
 * Twisted: `_ProcessAddress` (`internet/address.py`, 24.7). Differs from Twisted: it names the program.
 */
export class ProcessAddress {
  /** Tells the kinds of addresses apart. */
  readonly family = "process";
  /** The program. */
  readonly executable: string;

  /**
   * Makes an address.
   *
   * @param executable The program.
   */
  constructor(executable: string) {
    this.executable = executable;
  }

  /**
   * Tells whether another address is of the same class and has the same values.
   *
   * @param other What to compare with.
   * @returns True if it is equal.
   */
  equals(other: unknown): boolean {
    return other instanceof ProcessAddress && other.executable === this.executable;
  }

  /** Returns the address as people write it. */
  toString(): string {
    return `ProcessAddress('${this.executable}')`;
  }
}

/**
 * The address of a pair of pipes that have no names: the standard input and output.
 *
 * Twisted: `PipeAddress` (`internet/stdio.py`, 24.7).
 */
export class PipeAddress {
  /** Tells the kinds of addresses apart. */
  readonly family = "pipe";

  /**
   * Tells whether another address is of the same class.
   *
   * @param other What to compare with.
   * @returns True if it is.
   */
  equals(other: unknown): boolean {
    return other instanceof PipeAddress;
  }

  /** Returns the address as people write it. */
  toString(): string {
    return "PipeAddress()";
  }
}
