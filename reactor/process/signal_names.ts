/**
 * The signals that children can be sent.
 *
 * @module
 */

import type { KillSignal } from "../../poller/processes.ts";
import type { SignalID } from "../interfaces/reactor_process.ts";

/** The numbers that mean the same on every system (POSIX, `kill`). */
const NUMBERS: ReadonlyMap<number, KillSignal> = new Map([
  [1, "SIGHUP"],
  [2, "SIGINT"],
  [3, "SIGQUIT"],
  [6, "SIGABRT"],
  [9, "SIGKILL"],
  [14, "SIGALRM"],
  [15, "SIGTERM"],
]);

const NAMES: ReadonlySet<string> = new Set<KillSignal>([
  "SIGABRT",
  "SIGALRM",
  "SIGCONT",
  "SIGHUP",
  "SIGINT",
  "SIGKILL",
  "SIGQUIT",
  "SIGSTOP",
  "SIGTERM",
  "SIGUSR1",
  "SIGUSR2",
]);

/**
 * Finds a signal.
 *
 * @param id Its number, its name, or its name without `SIG`.
 * @returns Its name.
 * @throws {RangeError} If there is no such signal.
 */
export function toSignalName(id: SignalID): KillSignal {
  const name = typeof id === "number"
    ? NUMBERS.get(id)
    : `${id}`.startsWith("SIG")
    ? id
    : `SIG${id}`;
  if (name !== undefined && NAMES.has(name)) return name as KillSignal;
  throw new RangeError(`Cannot signal a process: there is no signal ${id}`);
}
