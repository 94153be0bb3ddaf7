/**
 * Small programs that tests run as child processes: a script of the shell on the machine, and a
 * function that does the same in a simulation.
 *
 * @module
 */

import type { Platform, SpawnOptions } from "../../poller/mod.ts";
import type { SimProcess, SimProcesses, SimProgramResult } from "../../sim/mod.ts";

/** What scripts are run by. */
export const SHELL = "/bin/sh";

interface Script {
  readonly shell: string;
  simulated(process: SimProcess, args: readonly string[]): Promise<SimProgramResult>;
}

/** The programs, by name. */
const SCRIPTS: Readonly<Record<ScriptName, Script>> = {
  /** Says back what it reads until the end. */
  cat: {
    shell: "exec cat",
    async simulated(process) {
      for (let data = await process.read(); data !== null; data = await process.read()) {
        await process.write(data);
      }
    },
  },
  /** Writes on both outputs and ends with code 3. */
  both: {
    shell: "printf out; printf err >&2; exit 3",
    async simulated(process) {
      await process.write("out");
      await process.write("err", 2);
      return 3;
    },
  },
  /** Says that it is ready, and waits for its end. */
  wait: {
    shell: "printf ready; exec sleep 600",
    async simulated(process) {
      await process.write("ready");
      await process.sleep(600);
    },
  },
  /** Says that it is ready and ends well on `SIGTERM`. */
  trap: {
    shell: "trap 'printf bye; exit 0' TERM; printf ready; while :; do sleep 0.01; done",
    async simulated(process) {
      const caught = Promise.withResolvers<void>();
      process.onSignal("SIGTERM", caught.resolve);
      await process.write("ready");
      await caught.promise;
      await process.write("bye");
    },
  },
  /** Does nothing, well. */
  nothing: { shell: ":", async simulated() {} },
  /** Closes its output, and ends when its input does. */
  quiet: {
    shell: "exec >&-; cat >/dev/null",
    async simulated(process) {
      process.close(1);
      while (await process.read() !== null);
    },
  },
  /** Closes its input, says so, and ends at `SIGTERM`. */
  deaf: {
    shell: "exec <&-; printf ready; exec sleep 600",
    async simulated(process) {
      process.close(0);
      await process.write("ready");
      await process.sleep(600);
    },
  },
  /** Writes its arguments, each with a line of its own. */
  args: {
    shell: `for a in "$@"; do printf '[%s]' "$a"; done`,
    async simulated(process, args) {
      await process.write(args.map((arg) => `[${arg}]`).join(""));
    },
  },
  /** Writes 300,000 bytes and ends at once. */
  much: {
    shell: "head -c 300000 /dev/zero",
    async simulated(process) {
      await process.write(new Uint8Array(300_000));
    },
  },
  /** Leaves a grandchild behind that holds the output open until the input ends. */
  orphan: {
    shell: "exec 3<&0; cat <&3 & exit 0",
    async simulated(process) {
      for (let data = await process.read(); data !== null; data = await process.read()) {
        await process.write(data);
      }
    },
  },
};

/** The name of a program. */
export type ScriptName =
  | "cat"
  | "both"
  | "wait"
  | "trap"
  | "nothing"
  | "quiet"
  | "deaf"
  | "args"
  | "much"
  | "orphan";

/**
 * Returns how a program is run: what follows the name of the shell.
 *
 * @param name The program.
 * @param args Its arguments.
 * @returns The arguments of the shell.
 */
export function scriptArgs(name: ScriptName, args: readonly string[] = []): string[] {
  return ["-c", SCRIPTS[name].shell, name, ...args];
}

/** Returns what a platform spawns to run a program. */
export function script(name: ScriptName, args: readonly string[] = []): SpawnOptions {
  return { executable: SHELL, args: scriptArgs(name, args) };
}

/** Installs the programs on a simulated host; the machine has them. */
export function installScripts(platform: Platform): void {
  const processes = platform.processes as Partial<SimProcesses>;
  processes.install?.(SHELL, (process) => {
    const [, , name, ...args] = process.args;
    const program: Script = SCRIPTS[name as ScriptName];
    return program.simulated(process, args);
  });
}
