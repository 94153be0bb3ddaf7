/**
 * What a service manager hands down.
 *
 * @module
 */

/** A descriptor that the process has inherited, for `Network.adoptListener` and its neighbours. */
export interface InheritedDescriptor {
  /** The number of the descriptor. */
  readonly descriptor: number;
  /** What the one who handed it down calls it; several may have one name. */
  readonly name: string;
}
