/**
 * Runs the programs that need a process of their own.
 *
 * @module
 */

/** What a program left. */
export interface ChildResult {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote on standard output, line by line. */
  readonly lines: string[];
  /** What it wrote on standard error. */
  readonly errors: string;
}

/**
 * Starts a program of `tests/native/programs/`.
 *
 * @param name Its file name.
 * @param flags What Deno is started with.
 * @param args What the program is started with.
 * @param limit The number of descriptors that it may have; 0 for as many as the test has.
 * @returns The child; it is killed if it takes far too long.
 */
export function startChild(
  name: string,
  flags: readonly string[],
  args: readonly string[] = [],
  limit: number = 0,
): Deno.ChildProcess {
  const program = new URL(`programs/${name}`, import.meta.url).pathname;
  const command = [Deno.execPath(), "run", "--no-prompt", "--quiet", ...flags, program, ...args];
  const limiting = limit > 0 ? `ulimit -n ${limit}; ` : "";
  return new Deno.Command("sh", {
    args: ["-c", `${limiting}exec "$@"`, "sh", ...command],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Runs a program to its end.
 *
 * @param name Its file name.
 * @param flags What Deno is started with.
 * @param args What the program is started with.
 * @returns What it left.
 */
export async function runChild(
  name: string,
  flags: readonly string[],
  args: readonly string[] = [],
): Promise<ChildResult> {
  const child = startChild(name, flags, args);
  const hung = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(hung);
  const decoder = new TextDecoder();
  return {
    code,
    lines: decoder.decode(stdout).split("\n").filter((line) => line !== ""),
    errors: decoder.decode(stderr),
  };
}
