/**
 * What the service manager says that it has handed down: three variables, as `sd_listen_fds(3)` has them.
 *
 * @module
 */

import { toSocketError } from "./deno_errors.ts";
import type { InheritedDescriptor } from "./inherited_descriptor.ts";

/** The number of the first descriptor; the others follow. */
const FIRST = 3;

/** Variables by name. */
export type Environment = Pick<typeof Deno.env, "get" | "delete">;

/** What this process was told; `null` until somebody asks. */
let inherited: readonly InheritedDescriptor[] | null = null;

/**
 * Tells what this process was handed down. The variables are read at the first call only.
 *
 * @returns The descriptors, in order.
 * @throws {SocketError} `NOT_CAPABLE` without the permission to read the variables.
 */
export function inheritedDescriptors(): readonly InheritedDescriptor[] {
  if (inherited !== null) return inherited;
  try {
    return inherited = takeInherited(Deno.env, Deno.pid);
  } catch (error) {
    throw toSocketError("read what was inherited", error);
  }
}

/**
 * Reads what a process was handed down, and removes what its children must not take for theirs.
 *
 * @param environment The variables: `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`.
 * @param pid The number of the process.
 * @returns The descriptors; none if the variables are for another process or do not agree.
 */
export function takeInherited(environment: Environment, pid: number): InheritedDescriptor[] {
  if (environment.get("LISTEN_PID") !== `${pid}`) return [];
  const count = environment.get("LISTEN_FDS") ?? "";
  const text = environment.get("LISTEN_FDNAMES") ?? "";
  if (!/^\d+$/.test(count)) return [];
  environment.delete("LISTEN_PID");
  environment.delete("LISTEN_FDS");
  const names = text === "" ? [] : text.split(":");
  if (names.length !== Number(count)) return [];
  return names.map((name, index) => ({ descriptor: FIRST + index, name }));
}
