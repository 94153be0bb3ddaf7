/**
 * Who answers the decisions of a simulation.
 *
 * @module
 */

import { parseSeed, type Seed, SeededRandom, splitSeed } from "./seed.ts";

/**
 * Answers every decision that is not determined by the program: which host goes next, how many
 * bytes a read returns, and so on. A run is a function of the program and of these answers.
 *
 * A strategy has state: each {@linkcode Simulation} needs its own.
 */
export interface Strategy {
  /** What it is called in reports: `fifo`, `random(2a)`. */
  readonly name: string;
  /**
   * Answers one decision.
   *
   * @param label What is decided: `step`, `batch`, `order`, `read`, `send`, or a user's label.
   * @param bound How many answers there are; at least 2.
   * @param place Where in the run it is decided; valid until this returns.
   * @returns A whole number from 0 to `bound - 1`; 0 is what usually happens in production.
   */
  choose(label: string, bound: number, place?: ChoicePlace): number;
}

/** Where in a run something is decided, and what the answers stand for. */
export interface ChoicePlace {
  /** The causal name of the event during which it is decided: stable as long as its causes are. */
  readonly cause: number;
  /** The name of the host on which it is decided; empty for the world. */
  readonly host: string;
  /** Whether every answer but 0 is a fault: a message that is lost, a host that crashes. */
  readonly isFault: boolean;
  /** The times in seconds that the answers stand for; `null` if they stand for none. */
  readonly times: readonly number[] | null;
  /**
   * Says what an answer stands for.
   *
   * @param answer The answer.
   * @returns The event or thing that it picks, or `null` if the answers are mere numbers.
   */
  candidate(answer: number): ChoiceCandidate | null;
}

/** What an answer to a decision picks. */
export interface ChoiceCandidate {
  /** The causal name of the event: stable as long as its causes are. */
  readonly name: number;
  /**
   * Whose event it is, or, of a fault, what befalls: a link, `a>b`, for example. Else the name of a host for its pass, `→` and the name for what arrives there, a
   * handle's label; empty for the world: the test itself, and sleeps.
   */
  readonly subject: string;
}

/**
 * Makes the strategy of a world in which nothing ever surprises: every answer is 0.
 *
 * @returns The strategy.
 */
export function fifo(): Strategy {
  return { name: "fifo", choose: chooseFirst };
}

function chooseFirst(): number {
  return 0;
}

/**
 * Makes a strategy that draws every answer, all answers being equally likely. Each label has a
 * stream of its own, so that one more draw under a label does not shift the answers to the others.
 *
 * @example A seed decides the answers
 * ```ts
 * import { random } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const strategy = random(42);
 * const again = random(42);
 * again.choose("other", 10);
 * assertEquals(strategy.choose("step", 1000), again.choose("step", 1000));
 * ```
 *
 * @param seed The seed.
 * @returns The strategy.
 * @throws {RangeError} If the seed is not a whole number or hexadecimal text.
 */
export function random(seed: Seed): Strategy {
  return new RandomStrategy(parseSeed(seed));
}

class RandomStrategy implements Strategy {
  readonly name: string;
  readonly #seed: bigint;
  readonly #streams = new Map<string, SeededRandom>();

  constructor(seed: bigint) {
    this.#seed = seed;
    this.name = `random(${seed.toString(16)})`;
  }

  choose(label: string, bound: number): number {
    let stream = this.#streams.get(label);
    if (stream === undefined) {
      stream = new SeededRandom(splitSeed(this.#seed, label));
      this.#streams.set(label, stream);
    }
    return stream.below(bound);
  }
}
