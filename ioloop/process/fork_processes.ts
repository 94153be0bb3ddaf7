/**
 * Runs a program in several processes.
 *
 * @module
 */

import {
  countProcessors,
  exitProgram,
  type ProgramCommand,
  programCommand,
  workerEnvironment,
} from "../../poller/deno_program.ts";
import { DenoPlatform } from "../../poller/deno_platform.ts";
import { loopInUse } from "../../poller/loops_in_use.ts";
import type { ChildProcess } from "../../poller/processes.ts";
import { handOverListeners, workerRole } from "./early_listeners.ts";
import { ForkStateError } from "./errors.ts";
import { WorkerSupervisor } from "./supervisor.ts";

/** How often workers are restarted, unless the caller says otherwise. */
const MAX_RESTARTS = 100;

/** How a program is run in several processes. */
export interface ForkOptions {
  /**
   * How often workers that end badly are restarted, all together. Tornado: `max_restarts`.
   *
   * @default {100}
   */
  readonly maxRestarts?: number;
  /**
   * The whole command that starts a worker: this very program, with flags of its own. It needs the
   * permission `--allow-env=TWINLOOP_WORKER`, by which it learns what it is.
   *
   * By default the worker is started as this program was, if it has all permissions and runs on
   * Linux; else with those of its permissions that are not narrowed, and with the addresses that it
   * listens on.
   */
  readonly command?: readonly string[];
}

/** Whether the function below was called. */
let isForked = false;

/** The number of this worker; `null` in any other process. */
let ownTaskId: number | null = null;

/**
 * Returns the number of this process among the workers of a program, from 0 on; `null` if it is
 * none, and before {@linkcode forkProcesses} or `TCPServer.start()` was called in it.
 *
 * Tornado: `task_id()` (`process.py`, 4.5.3).
 */
export function taskId(): number | null {
  return ownTaskId;
}

/**
 * Returns how many processors the machine has.
 *
 * Tornado: `cpu_count()` (`process.py`, 4.5.3).
 */
export function cpuCount(): number {
  return countProcessors();
}

/**
 * Runs this program in several processes, the workers; this process only supervises them.
 *
 * Each worker runs the program from its beginning, with the same arguments, up to this call, which
 * returns there. In the supervisor it does not: when all workers have ended by themselves with the
 * exit code 0, the process ends, with 0, too. One that ends otherwise is reported and restarted.
 * `SIGTERM`, `SIGINT` and `SIGHUP` are passed on to the workers; when they have ended the supervisor
 * ends with 128 plus the signal's number.
 *
 * Listeners that were opened before, with `bindSockets()` or `TCPServer.bind()` and no loop given,
 * are closed in the supervisor; the workers open them on the same ports and share the connections.
 * That needs `--unstable-net`. The supervisor needs `--allow-run`.
 *
 * Tornado: `fork_processes(num_processes, max_restarts=100)` (`process.py`, 4.5.3).
 *
 * Differs from Tornado: there is no `fork()`, so the program begins anew in a worker; signals are
 * passed on.
 *
 * @example A program of four processes that listen on one port
 * ```ts ignore
 * import { bindSockets, forkProcesses, IOLoop, taskId, TCPServer } from "@twinloop/twinloop/ioloop";
 *
 * // deno run --allow-net --allow-run --unstable-net server.ts
 * const listeners = bindSockets(8888);
 * await forkProcesses(4);
 * // From here on only the workers run.
 * const server = new GreetingServer(`I am worker ${taskId()}`);
 * server.addSockets(listeners);
 * await IOLoop.current().start();
 * ```
 *
 * @param numProcesses How many workers; 0 for one per processor.
 * @param options How they are started and restarted.
 * @returns In a worker, a promise for its number. In the supervisor it is never fulfilled; it
 * rejects with `ForkStateError` if there is a loop or a reactor or this was called before, with
 * `RangeError` if `numProcesses` or `maxRestarts` is not a whole number from 0 on, with
 * `SocketError` if ports cannot be shared (`ENOTSUP`) or a worker cannot be started, and with
 * `TooManyRestartsError`: the other workers then go on without a supervisor.
 */
export async function forkProcesses(
  numProcesses: number = 0,
  options: ForkOptions = {},
): Promise<number> {
  const { maxRestarts = MAX_RESTARTS, command } = options;
  checkCount("numProcesses", numProcesses);
  checkCount("maxRestarts", maxRestarts);
  checkNotForked();
  const role = workerRole();
  if (role !== null) {
    isForked = true;
    ownTaskId = role.taskId;
    return role.taskId;
  }
  const { ports, hosts } = handOverListeners();
  isForked = true;
  const { executable, args } = command === undefined ? programCommand(hosts) : split(command);
  const { processes, signals, report } = new DenoPlatform();
  const start = (taskId: number): ChildProcess =>
    processes.spawn({
      executable,
      args,
      extraEnv: workerEnvironment({ taskId, ports }),
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
  const count = numProcesses === 0 ? countProcessors() : numProcesses;
  exitProgram(await new WorkerSupervisor({ count, maxRestarts, start, signals, report }).run());
}

/**
 * Checks that it is not too late to start workers.
 *
 * @throws {ForkStateError} If it is.
 */
export function checkNotForked(): void {
  const inUse = loopInUse();
  if (!isForked && inUse === null) return;
  const reason = isForked ? "it was done before" : `${inUse} is made already`;
  throw new ForkStateError(`Cannot run in several processes: ${reason}`);
}

function split(command: readonly string[]): ProgramCommand {
  const [executable, ...args] = command;
  if (executable === undefined) throw new RangeError("Cannot start workers: command is empty");
  return { executable, args };
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 0) return;
  throw new RangeError(`Cannot start workers: ${name} is ${count}, not a whole number from 0 on`);
}
