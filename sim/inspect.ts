/**
 * What the hosts of a world hold and wait for.
 *
 * @module
 */

import { type AnyHandle, describeHandle, formatAddress } from "../poller/mod.ts";
import type { SimHost } from "./host.ts";
import { formatInterest } from "./interest_text.ts";
import { SimHandle } from "./sim_handle.ts";

/** Something that a host still has when it should have nothing any more. */
export interface Leak {
  /** The host's name. */
  readonly host: string;
  /** What it is: an open handle, a registration with the poller, or a poll under way. */
  readonly kind: "handle" | "registration" | "poll" | "signal";
  /** What it is, in words. */
  readonly description: string;
}

/** Lists what hosts still have. */
export function findLeaks(hosts: Iterable<SimHost>): Leak[] {
  const leaks: Leak[] = [];
  for (const host of hosts) {
    const add = (kind: Leak["kind"], description: string) =>
      leaks.push({ host: host.name, kind, description });
    for (const handle of host.network.handles.values()) add("handle", describe(handle));
    for (const handle of host.poller.registered) {
      add("registration", `${handle.label} ${formatInterest(handle.interest)}`);
    }
    if (host.poller.state === "parked") add("poll", describePoll(host));
    if (host.signals.size > 0) add("signal", `${host.signals.size} listeners`);
  }
  return leaks;
}

/** Says who waits for what, a line each. */
export function describeWaiting(hosts: Iterable<SimHost>, endlessSleeps: number): string[] {
  const lines = ["main has not settled"];
  if (endlessSleeps > 0) {
    lines.push(`${endlessSleeps} ${endlessSleeps === 1 ? "sleep never ends" : "sleeps never end"}`);
  }
  for (const host of hosts) {
    lines.push(`host ${host.name} (${host.address}): ${describePoll(host)}`);
    for (const handle of host.network.handles.values()) {
      lines.push(`  ${describe(handle)}: ${describeInterest(handle)}`);
    }
  }
  return lines;
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
