/**
 * The randomness of the seam.
 *
 * @module
 */

/**
 * The only source of randomness (jitter, DNS identifiers and ports).
 *
 * `DenoPlatform` draws from the system's cryptographic generator; a host of a simulation from a
 * stream that its seed decides.
 */
export interface RandomSource {
  /** Returns a number that is at least 0 and less than 1. */
  next(): number;
  /**
   * Fills a buffer with random bytes.
   *
   * @param buffer The buffer to fill, whole.
   */
  fill(buffer: Uint8Array): void;
}
