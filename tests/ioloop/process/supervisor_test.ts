/**
 * The supervisor of workers, over simulated processes.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { TooManyRestartsError, WorkerExitError } from "../../../ioloop/mod.ts";
import { WorkerSupervisor } from "../../../ioloop/process/supervisor.ts";
import {
  type ChildProcess,
  type ErrorReport,
  type SignalName,
  type Signals,
  SocketError,
} from "../../../poller/mod.ts";
import { type SimProcess, Simulation } from "../../../sim/mod.ts";

/** Signals that the test sends. */
class SignalBoard implements Signals {
  readonly listeners = new Map<SignalName, Set<() => void>>();

  addListener(signal: SignalName, listener: () => void): void {
    this.listeners.set(signal, (this.listeners.get(signal) ?? new Set()).add(listener));
  }

  removeListener(signal: SignalName, listener: () => void): void {
    this.listeners.get(signal)?.delete(listener);
  }

  send(signal: SignalName): void {
    for (const listener of this.listeners.get(signal) ?? []) listener();
  }

  get size(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

interface Rig {
  readonly sim: Simulation;
  readonly signals: SignalBoard;
  /** What happened: `start 0`, and what the program adds. */
  readonly log: string[];
  readonly reports: ErrorReport[];
  /** Makes a supervisor whose workers run the program. */
  supervisor(count: number, maxRestarts?: number): WorkerSupervisor;
}

/** How a worker behaves: its number, and how often it was started before. */
type Program = (
  process: SimProcess,
  taskId: number,
  starts: number,
) => number | void | Promise<number | void>;

function supervise(
  name: string,
  program: Program | null,
  body: (rig: Rig) => Promise<void>,
): void {
  Deno.test(`WorkerSupervisor ${name}`, async () => {
    const sim = new Simulation({ seed: 1 });
    const { processes } = sim.host("host");
    const signals = new SignalBoard();
    const log: string[] = [];
    const reports: ErrorReport[] = [];
    const starts = new Map<number, number>();
    if (program !== null) {
      processes.install("worker", (process) => {
        const taskId = Number(process.args[0]);
        const before = starts.get(taskId) ?? 0;
        starts.set(taskId, before + 1);
        log.push(`start ${taskId}`);
        return program(process, taskId, before);
      });
    }
    const supervisor = (count: number, maxRestarts = 100) =>
      new WorkerSupervisor({
        count,
        maxRestarts,
        signals,
        report: (report) => void reports.push(report),
        start: (taskId) =>
          processes.spawn({
            executable: "worker",
            args: [String(taskId)],
            stdin: "null",
            stdout: "null",
            stderr: "null",
          }),
      });
    await sim.run(() => body({ sim, signals, log, reports, supervisor }));
    assertEquals(signals.size, 0);
  });
}

supervise("ends with 0 when all workers did", () => 0, async ({ supervisor, log, reports }) => {
  assertEquals(await supervisor(3).run(), 0);
  assertEquals(log.toSorted(), ["start 0", "start 1", "start 2"]);
  assertEquals(reports, []);
});

supervise(
  "restarts the worker that ends badly, and reports it",
  (process, taskId, starts) => {
    if (taskId !== 1 || starts > 1) return process.sleep(1);
    return starts === 0 ? 7 : Promise.reject(new Error("boom"));
  },
  async ({ supervisor, log, reports }) => {
    assertEquals(await supervisor(2).run(), 0);
    assertEquals(log.toSorted(), ["start 0", "start 1", "start 1", "start 1"]);
    assertEquals(reports.map(({ message }) => message), Array(2).fill("Worker 1 is restarted"));
    const errors = reports.map(({ error }) => error as WorkerExitError);
    assertEquals(errors.map(({ taskId, exitCode }) => [taskId, exitCode]), [[1, 7], [1, 1]]);
    assert(errors[0]?.pid !== errors[1]?.pid);
  },
);

supervise(
  "gives up after the limit; the others go on",
  (process, taskId) => taskId === 0 ? 9 : process.sleep(1000),
  async ({ sim, supervisor, log, reports }) => {
    const started = sim.now;
    const error = await assertRejects(() => supervisor(3, 5).run(), TooManyRestartsError);
    assertEquals(log.filter((line) => line === "start 0").length, 6);
    assertEquals(reports.length, 5);
    assertEquals(error.runningPids.length, 2);
    assertInstanceOf(error.cause, WorkerExitError);
    assertEquals(error.cause.exitCode, 9);
    assert(sim.now < started + 1000);
  },
);

supervise("restarts nobody if no restart is allowed", () => 1, async ({ supervisor, log }) => {
  const error = await assertRejects(() => supervisor(1, 0).run(), TooManyRestartsError);
  assertEquals(error.runningPids, []);
  assertEquals(log, ["start 0"]);
});

supervise(
  "passes a signal on and restarts nobody then",
  (process, taskId) => {
    // One ends by the signal, one in its own time and way.
    if (taskId === 0) return new Promise(() => {});
    return new Promise((resolve) => process.onSignal("SIGTERM", () => resolve(4)));
  },
  async ({ sim, supervisor, signals, log, reports }) => {
    const ended = supervisor(2).run();
    await sim.sleep(1);
    signals.send("SIGTERM");
    assertEquals(await ended, 143);
    assertEquals(log.length, 2);
    assertEquals(reports, []);
  },
);

supervise("tells that a signal has ended a worker", (process) => process.sleep(5), async (rig) => {
  // Nobody but the test sends it, so that the worker is started anew.
  const { sim, supervisor, reports } = rig;
  const pids: number[] = [];
  const { processes } = sim.host("host");
  const spawn = processes.spawn.bind(processes);
  const running = supervisor(1);
  let kill = () => {};
  Object.assign(processes, {
    spawn(options: Parameters<typeof spawn>[0]) {
      const child = spawn(options);
      pids.push(child.pid);
      kill = () => child.kill("SIGKILL");
      return child;
    },
  });
  const ended = running.run();
  await sim.sleep(1);
  kill();
  assertEquals(await ended, 0);
  assertEquals(pids.length, 2);
  const error = reports[0]?.error as WorkerExitError;
  assertEquals([error.signal, error.exitCode], ["SIGKILL", 137]);
});

supervise("fails with what a start throws", null, async ({ supervisor }) => {
  const error = await supervisor(2).run().then(() => null, (error) => error as SocketError);
  assertEquals(error?.code, "ENOENT");
});

supervise(
  "ends the first workers when a later one cannot be started",
  (process) => new Promise((resolve) => process.onSignal("SIGTERM", () => resolve(4))),
  async ({ sim, supervisor }) => {
    const { processes } = sim.host("host");
    const spawn = processes.spawn.bind(processes);
    const children: ChildProcess[] = [];
    Object.assign(processes, {
      spawn(options: Parameters<typeof spawn>[0]) {
        if (children.length === 2) throw new SocketError("EMFILE", "Cannot spawn: test says so");
        const child = spawn(options);
        children.push(child);
        return child;
      },
    });
    const ended = supervisor(3).run();
    assertEquals((await assertRejects(() => ended, SocketError)).code, "EMFILE");
    await sim.sleep(1);
    assertEquals(children.map(({ status }) => status?.code), [4, 4]);
  },
);

supervise(
  "passes a signal on to the others when one worker may not be sent it",
  (process) => new Promise((resolve) => process.onSignal("SIGTERM", () => resolve(0))),
  async ({ sim, supervisor, signals, reports }) => {
    const { processes } = sim.host("host");
    const spawn = processes.spawn.bind(processes);
    const children: ChildProcess[] = [];
    const refusal = new SocketError("EACCES", "Cannot send: test says so");
    Object.assign(processes, {
      spawn(options: Parameters<typeof spawn>[0]) {
        const child = spawn(options);
        children.push(child);
        if (children.length > 1) return child;
        const { pid } = child;
        return {
          pid,
          addExitListener: child.addExitListener.bind(child),
          kill() {
            throw refusal;
          },
        };
      },
    });
    const ended = supervisor(2).run();
    await sim.sleep(1);
    signals.send("SIGTERM");
    await sim.sleep(1);
    assertEquals(children.map(({ status }) => status !== null), [false, true]);
    assertEquals(reports, [{ message: "Worker 0 is not sent SIGTERM", error: refusal }]);
    children[0]?.kill("SIGTERM");
    assertEquals(await ended, 143);
  },
);
