/**
 * How a test makes the simulated network worse.
 *
 * @module
 */

import type { Conditions } from "./conditions.ts";
import { HeldMessages } from "./held_messages.ts";
import { checkSettings, type LinkSettings } from "./link_settings.ts";
import {
  type LinkSelector,
  type NetworkMessage,
  type NetworkRule,
  selects,
} from "./network_rules.ts";

/** One host, or several. */
export type HostGroup = string | readonly string[];

/**
 * Makes the network between the hosts of a simulation worse, and better again: each call returns a
 * guard, and what it did ends when the guard is disposed of. What was added last counts first.
 *
 * What is on its way already is not touched, nor are messages of a host to itself. TCP stays a
 * reliable stream whatever happens: what is lost is sent again after 0.2 s and more, twice as long
 * each time up to 120 s, and after 15 times in vain (some 15 minutes) the connection fails with
 * `ETIMEDOUT`, as on Linux. Its peer does not hear of that.
 *
 * @example A partition that heals by itself
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * const udp = { transport: "udp", port: 53 } as const;
 * const a = sim.host("a").network.bindDatagram({ ...udp, hostname: "a" });
 * const b = sim.host("b").network.bindDatagram({ ...udp, hostname: "b" });
 * await sim.run(async () => {
 *   {
 *     using _partition = sim.network.partition("a", "b");
 *     a.send(new Uint8Array(1), b.localAddress);
 *     await sim.sleep(1);
 *   }
 *   a.send(new Uint8Array(2), b.localAddress);
 *   await sim.sleep(1);
 * });
 * assertEquals(b.receive()?.bytes.length, 2);
 * ```
 */
export class NetworkControl {
  readonly #conditions: Conditions;

  /** Made by the simulation: `Simulation.network`. */
  constructor(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /**
   * Says what links are like. A direction that several calls are about has of each setting the one
   * that was made last.
   *
   * @param selector Which directions.
   * @param settings What they are like.
   * @returns The guard.
   * @throws {RangeError} If a setting makes no sense.
   */
  shape(selector: LinkSelector, settings: LinkSettings): Disposable {
    checkSettings(settings);
    const shape = { selector, settings };
    this.#conditions.addShape(shape);
    return guard(() => this.#conditions.removeShape(shape));
  }

  /**
   * Cuts groups of hosts off from each other, in both directions. Hosts in no group reach all.
   *
   * @param groups The groups; if it is one only, it is cut off from everybody else.
   * @returns The guard.
   */
  partition(...groups: readonly HostGroup[]): Disposable {
    const groupOf = (name: string) => groups.findIndex((group) => isIn(group, name));
    return this.addRule(({ from, to }) => {
      const [one, other] = [groupOf(from), groupOf(to)];
      if (groups.length > 1 && (one < 0 || other < 0)) return undefined;
      return one === other ? undefined : "drop";
    });
  }

  /**
   * Cuts one direction: what the selector selects is lost, what goes the other way arrives.
   *
   * @param selector Which directions.
   * @returns The guard.
   */
  partitionOneWay(selector: LinkSelector): Disposable {
    return this.addRule(({ from, to }) => selects(selector, from, to) ? "drop" : undefined);
  }

  /**
   * Adds a rule to the chain; it is asked before the ones that are there.
   *
   * @param rule Decides about messages.
   * @returns The guard.
   */
  addRule(rule: NetworkRule): Disposable {
    // Two guards of one function must not end each other.
    const own: NetworkRule = (message) => rule(message);
    this.#conditions.addRule(own);
    return guard(() => this.#conditions.removeRule(own));
  }

  /**
   * Holds messages back, to let them go one by one.
   *
   * @param messages Which: a selector, or a function that says of each message whether to hold it.
   * @returns The messages, and the guard.
   */
  hold(messages: LinkSelector | ((message: NetworkMessage) => boolean)): HeldMessages {
    const isHeld = typeof messages === "function"
      ? messages
      : ({ from, to }: NetworkMessage) => selects(messages, from, to);
    const held = new HeldMessages(isHeld, () => this.#conditions.removeRule(held));
    this.#conditions.addRule(held);
    return held;
  }
}

function isIn(group: HostGroup, name: string): boolean {
  return typeof group === "string" ? group === name : group.includes(name);
}

function guard(end: () => void): Disposable {
  return { [Symbol.dispose]: end };
}
