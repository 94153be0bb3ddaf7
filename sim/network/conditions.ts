/**
 * What is wrong with the network just now.
 *
 * @module
 */

import { FaultBudget } from "../fault_budget.ts";
import { HeldMessages } from "./held_messages.ts";
import { Link } from "./link.ts";
import type { LinkSettings } from "./link_settings.ts";
import {
  type LinkSelector,
  type NetworkMessage,
  type NetworkRule,
  selects,
} from "./network_rules.ts";
import type { LinkWorld, World } from "../world.ts";

/** Settings of some links, for as long as they hold. */
interface Shape {
  readonly selector: LinkSelector;
  readonly settings: LinkSettings;
}

/** The chain of rules, and the links. A message from a host to itself never comes here. */
export class Conditions {
  /** Whether there are any: without, messages take the short way. */
  active = false;
  /** How many faults the strategy may still choose. */
  readonly budget: FaultBudget;
  readonly #world: LinkWorld & Pick<World, "faultsChanged">;
  #rules: (NetworkRule | HeldMessages)[] = [];
  #shapes: Shape[] = [];
  #links: Map<string, Map<string, Link>> | null = null;

  /** Made by the simulation. */
  constructor(world: LinkWorld & Pick<World, "faultsChanged">, faultsMax: number) {
    this.#world = world;
    this.budget = new FaultBudget(faultsMax, world);
  }

  /** Adds a rule, which decides before those that are there. */
  addRule(rule: NetworkRule | HeldMessages): void {
    this.#rules.unshift(rule);
    this.#changed();
  }

  /** Takes a rule out. */
  removeRule(rule: NetworkRule | HeldMessages): void {
    this.#rules = this.#rules.filter((other) => other !== rule);
    this.#changed();
  }

  /** Adds settings, which count before those that are there. */
  addShape(shape: Shape): void {
    this.#shapes.push(shape);
    this.#changed();
  }

  /** Takes settings out. */
  removeShape(shape: Shape): void {
    this.#shapes = this.#shapes.filter((other) => other !== shape);
    this.#changed();
  }

  /**
   * Asks the rules about a message.
   *
   * @param resume Called later, once, if the message is held: with whether it goes its way.
   */
  judge(message: NetworkMessage, resume: (goes: boolean) => void): "pass" | "drop" | "hold" {
    const { log } = this.#world.time;
    if (this.#rules.length > 0) log?.write("rules");
    const go = (goes: boolean) => {
      log?.touchAll();
      resume(goes);
    };
    for (const rule of this.#rules) {
      if (rule instanceof HeldMessages) {
        if (rule.keep(message, log === null ? resume : go)) return "hold";
        continue;
      }
      const verdict = rule(message);
      if (verdict !== undefined) return verdict;
    }
    return "pass";
  }

  /** Whether news that something has arrived would get lost. */
  isDeaf(from: string, to: string): boolean {
    const message: NetworkMessage = { from, to, kind: "acknowledgement", size: 0 };
    if (this.#rules.length > 0) this.#world.time.log?.write("rules");
    for (const rule of this.#rules) {
      if (rule instanceof HeldMessages) continue;
      const verdict = rule(message);
      if (verdict !== undefined) return verdict === "drop";
    }
    return false;
  }

  /** Returns the link from one host to another. */
  link(from: string, to: string): Link {
    this.#world.time.log?.write(`link ${from}>${to}`);
    const all = this.#links ??= new Map();
    let links = all.get(from);
    if (links === undefined) all.set(from, links = new Map());
    let link = links.get(to);
    if (link === undefined) {
      link = new Link(this.#world, this.budget, from, to);
      link.settings = this.#settingsOf(from, to);
      links.set(to, link);
    }
    return link;
  }

  #settingsOf(from: string, to: string): LinkSettings {
    let settings: LinkSettings = {};
    for (const shape of this.#shapes) {
      if (selects(shape.selector, from, to)) settings = { ...settings, ...shape.settings };
    }
    return settings;
  }

  #changed(): void {
    this.#world.time.log?.touchAll();
    this.active = this.#rules.length > 0 || this.#shapes.length > 0;
    for (const [from, links] of this.#links ?? []) {
      for (const [to, link] of links) link.settings = this.#settingsOf(from, to);
    }
    this.#world.faultsChanged();
  }
}
