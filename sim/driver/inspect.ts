/**
 * What the hosts of a world hold and wait for.
 *
 * @module
 */

import { type AnyHandle, describeHandle, formatAddress } from "../../poller/mod.ts";
import type { WaitingTimer } from "../globals/ambient_world.ts";
import type { SimHost } from "../host/host.ts";
import { formatInterest } from "../host/interest_text.ts";
import type { UnsettledResult } from "./pending_results.ts";
import { SimHandle } from "../network/sim_handle.ts";
import { programFrame } from "../stack.ts";
import type { Sleep } from "../virtual_time.ts";

/** Something that a host still has when it should have nothing any more. */
export interface Leak {
  /** The host's name; empty for the world. */
  readonly host: string;
  /**
   * What it is: an open handle, a registration with the poller, a poll under way, a listener for a signal, a timer,
   * a sleep that has not ended, a result that has not come.
   */
  readonly kind: "handle" | "registration" | "poll" | "signal" | "timer" | "sleep" | "result";
  /** What it is, in words. */
  readonly description: string;
  /** The stack in which it was made; only with the option `leakCheck`. */
  readonly origin?: string;
}

/** What waits in a world besides its hosts. */
export interface Waiting {
  readonly timers: Iterable<WaitingTimer>;
  readonly sleeps: Iterable<Sleep>;
  readonly results: Iterable<UnsettledResult>;
}

/** Lists what hosts still have, and what waits. */
export function findLeaks(hosts: Iterable<SimHost>, waiting: Waiting): Leak[] {
  const leaks: Leak[] = [];
  for (const host of hosts) {
    const add = (kind: Leak["kind"], description: string) =>
      leaks.push({ host: host.name, kind, description });
    for (const handle of host.network.handles.values()) {
      const origin = handle instanceof SimHandle ? handle.origin : undefined;
      leaks.push(leakOf(host.name, "handle", describe(handle), origin));
    }
    for (const handle of host.poller.registered) {
      add("registration", `${handle.label} ${formatInterest(handle.interest)}`);
    }
    if (host.poller.state === "parked") add("poll", describePoll(host));
    if (host.signals.size > 0) add("signal", `${host.signals.size} listeners`);
  }
  for (const { host, label, at, origin } of waiting.timers) {
    leaks.push(leakOf(host, "timer", `${label} due at ${at} s`, origin));
  }
  for (const { host, at, origin } of [...waiting.sleeps].sort((a, b) => a.at - b.at)) {
    leaks.push(leakOf(host, "sleep", `ends at ${at} s`, origin));
  }
  for (const { host, origin } of waiting.results) {
    leaks.push(leakOf(host, "result", "a Deferred that did not fire is awaited", origin));
  }
  return leaks;
}

function leakOf(
  host: string,
  kind: Leak["kind"],
  description: string,
  origin: string | undefined,
): Leak {
  const leak = { host, kind, description };
  return origin === undefined ? leak : { ...leak, origin };
}

/** Writes leaks, a line each, with where they were made. */
export function describeLeaks(leaks: readonly Leak[]): string {
  const lines = leaks.map(({ host, kind, description, origin }) => {
    const frame = programFrame(origin);
    const where = frame === null ? "" : `, made at ${frame}`;
    return `  ${kind} ${host || "(world)"}: ${description}${where}`;
  });
  return `${leaks.length} left behind:\n${lines.join("\n")}\n`;
}

/** Says who waits for what, a line each. */
export function describeWaiting(hosts: Iterable<SimHost>, endlessSleeps: number): string[] {
  const lines: string[] = [];
  if (endlessSleeps > 0) {
    lines.push(`${endlessSleeps} ${endlessSleeps === 1 ? "sleep never ends" : "sleeps never end"}`);
  }
  for (const host of hosts) {
    lines.push(`${nameOf(host)} (${host.address}): ${describePoll(host)}`);
    for (const handle of host.network.handles.values()) {
      lines.push(`  ${describe(handle)}: ${describeInterest(handle)}`);
    }
  }
  return lines;
}

function nameOf({ main, name }: SimHost): string {
  return main.name === name ? `host ${name}` : `process ${name}`;
}

function describePoll(host: SimHost): string {
  const { state, deadline } = host.poller;
  if (host.program === "ended") return "program has ended";
  if (host.program === "paused") return "program is paused";
  if (state === "idle") return "does not poll";
  if (state !== "parked") return `poller is ${state}`;
  return deadline === Infinity ? "polls without a time-out" : `polls until ${deadline} s`;
}

function describe(handle: AnyHandle): string {
  const label = handle instanceof SimHandle ? handle.label : `${handle.kind}#${handle.id}`;
  return `${label} (${describeHandle(handle, formatAddress)})`;
}

function describeInterest(handle: AnyHandle): string {
  if (!(handle instanceof SimHandle) || handle.interest < 0) return "not registered";
  return `registered for ${formatInterest(handle.interest)}`;
}
