/**
 * This program as the machine knows it: how it was started, and how it ends.
 *
 * @module
 */

import { isGranted } from "./deno_permissions.ts";

/** The variable that tells a process whose worker it is. */
const WORKER_VARIABLE = "TWINLOOP_WORKER";

/** The permissions that a program can have. */
const PERMISSIONS = ["net", "read", "write", "env", "run", "sys", "ffi", "import"] as const;

/** Flags that are for one process and not for its workers. */
const OWN_FLAGS = /^--(watch|inspect)/;

/** How a program is started. */
export interface ProgramCommand {
  /** The path of the executable. */
  readonly executable: string;
  /** The arguments after its own name. */
  readonly args: readonly string[];
}

/**
 * Tells how to start this very program once more, with the same arguments.
 *
 * It is as it was started where Deno lets a program know that, which is with all permissions on
 * Linux; else the permissions are those that this program has as a whole, and the addresses given.
 *
 * @param addresses What the program must be allowed to listen on: `127.0.0.1:8000`.
 * @returns The command.
 */
export function programCommand(addresses: readonly string[]): ProgramCommand {
  const executable = Deno.execPath();
  if (Deno.build.standalone) return { executable, args: Deno.args };
  const granted = PERMISSIONS.filter((name) => isGranted({ name }));
  const isAll = granted.length === PERMISSIONS.length;
  const flags = (isAll ? flagsOfCommandLine() : null) ??
    ["run", ...unstableFlags(), ...(isAll ? ["--allow-all"] : permissionFlags(granted, addresses))];
  return { executable, args: [...flags, Deno.mainModule, ...Deno.args] };
}

/** What the system says stood before the script; `null` if it does not say. */
function flagsOfCommandLine(): string[] | null {
  if (Deno.build.os !== "linux") return null;
  try {
    const words = Deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(1, -1);
    return flagsBefore(words, Deno.args);
  } catch {
    return null;
  }
}

/**
 * Tells the flags that a program was started with.
 *
 * @param words The command line after the executable: flags, script, arguments.
 * @param args The arguments of the program.
 * @returns The flags that concern its workers, too; `null` if this is not such a command line.
 */
export function flagsBefore(words: readonly string[], args: readonly string[]): string[] | null {
  const at = words.length - args.length - 1;
  const isScript = at >= 0 && !words[at]?.startsWith("-");
  if (!isScript || args.some((arg, i) => words[at + 1 + i] !== arg)) return null;
  return words.slice(0, at).filter((word) => !OWN_FLAGS.test(word));
}

function unstableFlags(): string[] {
  return hasReusePort() ? ["--unstable-net"] : [];
}

/** The flags of permissions. A worker must not ask the user, but it must know what it is. */
function permissionFlags(granted: readonly string[], addresses: readonly string[]): string[] {
  const flags = ["--no-prompt", ...granted.map((name) => `--allow-${name}`)];
  if (!granted.includes("env")) flags.push(`--allow-env=${WORKER_VARIABLE}`);
  if (!granted.includes("net") && addresses.length > 0) {
    flags.push(`--allow-net=${addresses.join(",")}`);
  }
  return flags;
}

/**
 * Tells whether listeners can share a port: with `--unstable-net` only. Without it Deno ends the
 * process when asked for that, so this must be known before; the flag also brings
 * `listenDatagram`.
 */
export function hasReusePort(): boolean {
  return typeof Deno.listenDatagram === "function";
}

/** What a process that was started as a worker knows. */
export interface WorkerRole {
  /** The number of the worker, from 0 on. */
  readonly taskId: number;
  /** The ports that the program listened on before it started workers, in that order. */
  readonly ports: readonly number[];
}

/**
 * Makes the environment of a worker of this process.
 *
 * @param role What it is to know.
 * @returns The variables to add.
 */
export function workerEnvironment(role: WorkerRole): Record<string, string> {
  return { [WORKER_VARIABLE]: JSON.stringify({ ...role, parent: Deno.pid }) };
}

/**
 * Takes what this process knows if it was started as a worker, so that its own children are not
 * taken for workers. Asks for no permission: a worker has the one that is needed.
 *
 * @returns The role; `null` if it is no worker.
 */
export function takeWorkerRole(): WorkerRole | null {
  if (!isGranted({ name: "env", variable: WORKER_VARIABLE })) return null;
  const text = Deno.env.get(WORKER_VARIABLE);
  if (text === undefined) return null;
  Deno.env.delete(WORKER_VARIABLE);
  const { taskId, ports, parent } = JSON.parse(text) as WorkerRole & { parent: number };
  return parent === Deno.ppid ? { taskId, ports } : null;
}

/** Tells how many processors the machine has. */
export function countProcessors(): number {
  return navigator.hardwareConcurrency;
}

/**
 * Ends this process.
 *
 * @param code The exit code.
 */
export function exitProgram(code: number): never {
  Deno.exit(code);
}
