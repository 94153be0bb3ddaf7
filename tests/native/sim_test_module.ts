/**
 * A test module in a folder of its own, run as its user would.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

/** What a command printed and ended with. */
export interface Ran {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote, standard output first. */
  readonly text: string;
}

/** A folder with the module `deposits_test.ts`, removed at the end. */
export class TestModule implements AsyncDisposable {
  /** The folder. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes a module that registers the test "two deposits", which fails, and "a quiet one", which passes.
   * Their scenarios write to the console.
   */
  static async make(): Promise<TestModule> {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await Deno.writeTextFile(
      `${folder}/deposits_test.ts`,
      `import { simTest, type Simulation } from ${JSON.stringify(new URL("sim/mod.ts", ROOT).href)};
import { lostUpdate } from ${
        JSON.stringify(new URL("tests/sim/explore/lost_update.ts", ROOT).href)
      };

export function scenario(sim: Simulation): () => number {
  console.log("noise of a schedule");
  return lostUpdate(sim);
}

simTest("two deposits", scenario);
simTest("a quiet one", (sim) => console.error("noise of a schedule", sim.choose("a", 3)));
`,
    );
    return new TestModule(folder);
  }

  /** Runs `deno` in the folder, with the configuration of the project. */
  async deno(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    const [subcommand, ...rest] = args as [string, ...string[]];
    const config = `--config=${new URL("deno.json", ROOT).pathname}`;
    return await run(
      Deno.execPath(),
      [subcommand, config, "--no-lock", "--no-check", ...rest],
      this.folder,
      env,
    );
  }

  /** Runs a line as a shell does, in the folder. */
  async shell(line: string): Promise<Ran> {
    return await run("sh", ["-c", line], this.folder);
  }

  /** The files in the folder. */
  files(): string[] {
    return [...Deno.readDirSync(this.folder)].map(({ name }) => name).sort();
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const hung = setTimeout(() => child.kill("SIGKILL"), 120_000);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(hung);
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
