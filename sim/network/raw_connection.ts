/**
 * A connection that TLS has taken over.
 *
 * @module
 */

import { SimStream } from "./sim_stream.ts";

/** A connected stream without a program: its readiness is told to TLS, which always does all it can. */
export class RawConnection extends SimStream {
  readonly #onChange: () => void;

  /**
   * Takes a connection over.
   *
   * @param stream The stream that had it; it is closed.
   * @param onChange Called whenever there may be something to do.
   */
  constructor(stream: SimStream, onChange: () => void) {
    super(stream.host, stream.remoteAddress);
    this.#onChange = onChange;
    stream.handOver(this);
  }

  /** Takes note that something has changed. */
  override raise(bits: number): void {
    super.raise(bits);
    this.#onChange();
  }

  /** Everything that is possible: how much of it the program gets is decided above. */
  protected override chooseSize(_label: string, most: number): number {
    return most;
  }
}
