/**
 * What caused what in a run, and where in the program.
 *
 * @module
 */

import { captureStack } from "../poller/stack.ts";

/** The causes of events, by their causal names. */
export class Causes {
  /** The events that scheduled events, both by their names. */
  readonly parents: Map<number, number> = new Map();
  readonly #wanted = new Set<number>();
  readonly #stacks = new Map<number, string>();

  /** Takes note of an event that another has scheduled. */
  add(name: number, parent: number): void {
    this.parents.set(name, parent);
    if (this.#wanted.has(name)) this.#stacks.set(name, captureStack());
  }

  /** Has the stack kept in which an event will be scheduled. */
  wantStack(name: number): void {
    this.#wanted.add(name);
  }

  /** The stack in which an event was scheduled, if it was kept. */
  stackOf(name: number): string | undefined {
    return this.#stacks.get(name);
  }
}
