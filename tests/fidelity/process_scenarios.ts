/**
 * Child processes and their pipes.
 *
 * @module
 */

import type { ChildProcess, ExitStatus } from "../../poller/mod.ts";
import { script } from "../contract/child_scripts.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);

/** The scenarios. */
export const processScenarios: Scenarios = {
  "process: a program that is missing": async (lab) =>
    await Promise.resolve(
      attempt(() => lab.platform.processes.spawn({ executable: "/missing/program" })),
    ),

  "process: outputs and an exit code": async (lab) => {
    const child = spawn(lab, "both");
    return `${await outputs(lab, child)}; ${await exit(child)}`;
  },

  "process: ends well": async (lab) => await exit(spawn(lab, "nothing")),

  "process: the outputs end before the exit is told, or after": async (lab) => {
    const child = spawn(lab, "nothing");
    const order: string[] = [];
    const exited = exit(child).then(() => order.push("exit"));
    const ended = outputs(lab, child).then(() => order.push("end"));
    await Promise.all([exited, ended]);
    return order.join(", ");
  },

  "process: says back what it reads, until its input ends": async (lab) => {
    const child = spawn(lab, "cat");
    if (child.stdin !== null) {
      await lab.sendAll(child.stdin, FIVE);
      child.stdin.close();
    }
    return `${await outputs(lab, child)}; ${await exit(child)}`;
  },

  "process: SIGTERM": async (lab) => {
    const child = spawn(lab, "wait");
    if (child.stdout !== null) await lab.read(child.stdout, 5);
    const sent = child.kill("SIGTERM");
    return `${sent}; ${await exit(child)}`;
  },

  "process: SIGKILL at once": async (lab) => {
    const child = spawn(lab, "wait");
    const sent = child.kill("SIGKILL");
    return `${sent}; ${await exit(child)}`;
  },

  "process: catches SIGTERM": async (lab) => {
    const child = spawn(lab, "trap");
    if (child.stdout !== null) await lab.read(child.stdout, 5);
    child.kill("SIGTERM");
    return `${await outputs(lab, child)}; ${await exit(child)}`;
  },

  "process: kill() after its end": async (lab) => {
    const child = spawn(lab, "nothing");
    await exit(child);
    return String(tryTo(() => child.kill("SIGTERM")));
  },

  "process: 300,000 bytes and the end": async (lab) => {
    const child = spawn(lab, "much");
    return `${await outputs(lab, child)}; ${await exit(child)}`;
  },

  "process: what it wrote is read after its end": async (lab) => {
    const child = spawn(lab, "both");
    const status = await exit(child);
    return `${status}; ${await outputs(lab, child)}`;
  },

  "process: closes its output, and lives on": async (lab) => {
    const child = spawn(lab, "quiet");
    const end = child.stdout === null ? "" : await lab.read(child.stdout);
    const { status } = child;
    child.stdin?.close();
    return `${end}, ${status === null ? "it lives" : "it is over"}; ${await exit(child)}`;
  },

  "process: send() to one that has closed its input": async (lab) => {
    const child = spawn(lab, "deaf");
    if (child.stdout !== null) await lab.read(child.stdout, 5);
    const code = child.stdin === null ? "" : await lab.sendUntilBroken(child.stdin);
    child.kill("SIGKILL");
    return `${code}; ${await exit(child)}`;
  },

  "process: send() to one that is over": async (lab) => {
    const child = spawn(lab, "nothing");
    await exit(child);
    return child.stdin === null ? "" : await lab.sendUntilBroken(child.stdin);
  },

  "process: its status before and after": async (lab) => {
    const child = spawn(lab, "nothing");
    const before = child.status;
    const status = await exit(child);
    return `${before}, then ${status}, again ${await exit(child)}`;
  },

  "process: arguments": async (lab) => {
    const child = lab.platform.processes.spawn(script("args", ["a", "b c", ""]));
    return await outputs(lab, child);
  },
};

function spawn(lab: Lab, name: Parameters<typeof script>[0]): ChildProcess {
  return lab.platform.processes.spawn(script(name));
}

/** Waits for the end: `code 3`, `SIGTERM`. */
function exit(child: ChildProcess): Promise<string> {
  return new Promise((resolve) =>
    child.addExitListener(({ code, signal }: ExitStatus) =>
      resolve(signal === null ? `code ${code}` : `code ${code} ${signal}`)
    )
  );
}

/** Reads both outputs to their ends. */
async function outputs(lab: Lab, { stdout, stderr }: ChildProcess): Promise<string> {
  const out = stdout === null ? "none" : await lab.read(stdout);
  return stderr === null ? out : `${out}; ${await lab.read(stderr)}`;
}
