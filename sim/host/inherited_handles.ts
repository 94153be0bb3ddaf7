/**
 * What a program has inherited from the one that started it.
 *
 * @module
 */

import { type AnyHandle, type InheritedDescriptor, SocketError } from "../../poller/mod.ts";
import type { SimHandle } from "../network/sim_handle.ts";

/** A simulated handle of any kind. */
type Inherited = AnyHandle & SimHandle;

/** The handles that a program has inherited and not taken over yet. */
export class InheritedHandles<H extends Inherited> {
  readonly #handles = new Map<number, H>();

  readonly #descriptors: InheritedDescriptor[] = [];

  /** All that was inherited, in order, taken over or not. */
  get descriptors(): readonly InheritedDescriptor[] {
    return this.#descriptors;
  }

  /** Adds one, by a name. */
  add(handle: H, name: string): void {
    this.#handles.set(handle.id, handle);
    this.#descriptors.push({ descriptor: handle.id, name });
  }

  /** Takes them all out, as nobody will take them over any more. */
  clear(): H[] {
    const all = [...this.#handles.values()];
    this.#handles.clear();
    return all;
  }

  /**
   * Takes one over.
   *
   * @throws {SocketError} `EBADF` if there is none with that number, `EINVAL` if it is of another kind.
   */
  take<K extends H["kind"]>(descriptor: number, kind: K): Extract<H, { readonly kind: K }> {
    const handle = this.#handles.get(descriptor);
    if (handle === undefined) {
      const why = "it is none that the program has inherited";
      throw new SocketError("EBADF", `Cannot adopt descriptor ${descriptor}: ${why}`);
    }
    if (handle.kind !== kind) {
      const why = `${handle.label} is no ${kind}`;
      throw new SocketError("EINVAL", `Cannot adopt descriptor ${descriptor}: ${why}`);
    }
    this.#handles.delete(descriptor);
    return handle as Extract<H, { readonly kind: K }>;
  }
}
