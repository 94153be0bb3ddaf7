/**
 * Runs the examples as their documents say to.
 *
 * @module
 */

import { assertMatch } from "@std/assert";

const ENCODER = new TextEncoder();

/** A running example whose standard output is read line by line; it is killed when disposed of. */
export class Example implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";

  /**
   * Starts an example.
   *
   * @param name Its file name without `.ts`.
   * @param args What it is started with.
   */
  constructor(name: string, ...args: string[]) {
    const program = new URL(`../../examples/${name}.ts`, import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", program, ...args],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  /** Returns the next line of the output, or `null` at its end. */
  async line(): Promise<string | null> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return null;
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  /** Reads the line `PORT 8000` and returns its number. */
  async port(): Promise<string> {
    const line = await this.line() ?? "";
    assertMatch(line, /^PORT \d+$/);
    return line.slice("PORT ".length);
  }

  /** Writes a line on its standard input. */
  async type(line: string): Promise<void> {
    await this.#input.write(ENCODER.encode(`${line}\n`));
  }

  /** Ends its standard input. */
  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Waits for the end; returns the exit code and what was written on standard error. */
  async end(): Promise<{ code: number; errors: string }> {
    const errors = await new Response(this.#child.stderr).text();
    return { code: (await this.#child.status).code, errors };
  }

  /** Kills it if it runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    if (!this.#child.stderr.locked) await this.#child.stderr.cancel();
  }
}
