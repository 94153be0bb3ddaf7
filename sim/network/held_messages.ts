/**
 * Messages that are held back.
 *
 * @module
 */

import type { NetworkMessage } from "./network_rules.ts";

/** A message with what lets it go. */
interface Held {
  readonly message: NetworkMessage;
  /** Sends it on its way, or has it be lost. */
  readonly resume: (goes: boolean) => void;
}

/**
 * Holds messages back until the test lets them go. Made by `NetworkControl.hold`; disposing of it
 * lets all of them go and holds no more.
 *
 * A stream of TCP stays in order: what follows a held segment waits behind it. Datagrams do not wait
 * for each other, so that letting a later one go first reorders them.
 */
export class HeldMessages implements Disposable {
  readonly #selects: (message: NetworkMessage) => boolean;
  readonly #onEnd: (held: HeldMessages) => void;
  #held: Held[] = [];

  /** Made by `NetworkControl.hold`. */
  constructor(
    selects: (message: NetworkMessage) => boolean,
    onEnd: (held: HeldMessages) => void,
  ) {
    this.#selects = selects;
    this.#onEnd = onEnd;
  }

  /** The messages that are held, oldest first. */
  get messages(): readonly NetworkMessage[] {
    return this.#held.map(({ message }) => message);
  }

  /**
   * Lets one message go; it arrives after the time of the link, from now on.
   *
   * @param index Which one of {@linkcode HeldMessages.messages}.
   * @throws {RangeError} If there is no such message.
   */
  release(index: number = 0): void {
    this.#take(index).resume(true);
  }

  /**
   * Has one message be lost. A segment of TCP is sent again later, and is then held again.
   *
   * @param index Which one of {@linkcode HeldMessages.messages}.
   * @throws {RangeError} If there is no such message.
   */
  drop(index: number = 0): void {
    this.#take(index).resume(false);
  }

  /** Lets the messages go that are held now, oldest first. */
  releaseAll(): void {
    for (let count = this.#held.length; count > 0; count--) this.release();
  }

  /** Lets all messages go, and holds no more. */
  [Symbol.dispose](): void {
    this.#onEnd(this);
    this.releaseAll();
  }

  /** Keeps a message if it is one of those to hold; called by the network. */
  keep(message: NetworkMessage, resume: (goes: boolean) => void): boolean {
    if (!this.#selects(message)) return false;
    this.#held.push({ message, resume });
    return true;
  }

  #take(index: number): Held {
    const [held] = index < 0 ? [] : this.#held.splice(index, 1);
    if (held === undefined) {
      throw new RangeError(`Cannot let message ${index} go: ${this.#held.length} are held`);
    }
    return held;
  }
}
