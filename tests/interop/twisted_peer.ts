/**
 * Programs on Debian's Twisted, as peers of ours.
 *
 * @module
 */

/** Debian's own Python: another one does not have Debian's packages. */
export const PYTHON = "/usr/bin/python3";

/** Why there can be no peers, as a phrase; `null` if there can. */
export const NO_TWISTED: string | null = await whyNot();

if (NO_TWISTED !== null) console.log(`skipped: talks with Twisted, since ${NO_TWISTED}`);

/** Long enough for everything but a hang, in milliseconds. */
const GUARD_MS = 40_000;

async function whyNot(): Promise<string | null> {
  const modules = ["twisted", "OpenSSL", "service_identity"];
  const look = `from importlib.util import find_spec
print(*[name for name in ${JSON.stringify(modules)} if not find_spec(name)])`;
  try {
    const { stdout } = await new Deno.Command(PYTHON, { args: ["-c", look] }).output();
    const missing = new TextDecoder().decode(stdout).trim();
    return missing === "" ? null : `Python has no ${missing.replaceAll(" ", " and no ")}`;
  } catch {
    return `there is no ${PYTHON}`;
  }
}

/** A program of `tests/interop/twisted/` that runs; it is killed when it is disposed of. */
export class TwistedPeer implements AsyncDisposable {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #errors: Promise<string>;
  readonly #output: AsyncIterator<string>;
  readonly #guard: ReturnType<typeof setTimeout>;

  /**
   * Starts a program.
   *
   * @param name Its name without `.py`.
   * @param args What it is started with.
   */
  constructor(name: string, ...args: readonly string[]) {
    this.#name = `${name}.py ${args.join(" ")}`;
    const program = new URL(`twisted/${name}.py`, import.meta.url).pathname;
    this.#child = new Deno.Command(PYTHON, {
      args: [program, ...args],
      env: { PYTHONDONTWRITEBYTECODE: "1", PYTHONWARNINGS: "ignore" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#errors = new Response(this.#child.stderr).text();
    this.#output = linesOf(this.#child.stdout);
    this.#guard = setTimeout(() => this.#child.kill("SIGKILL"), GUARD_MS);
  }

  /** Waits for the next line that the program prints. */
  async line(): Promise<string> {
    const { value, done } = await this.#output.next();
    if (!done) return value;
    throw new Error(`${this.#name} printed no further line; it logged:\n${await this.#errors}`);
  }

  /** Waits until the program listens, and returns its port. */
  async port(): Promise<number> {
    return Number(/^PORT (\d+)$/.exec(await this.line())?.[1]);
  }

  /** Waits until the program ends, and returns the lines that it has printed since. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.#output.next(); !next.done; next = await this.#output.next()) {
      lines.push(next.value);
    }
    const { code, signal } = await this.#child.status;
    if (code === 0) return lines;
    const printed = lines.join("\n");
    const logged = await this.#errors;
    throw new Error(
      `${this.#name} ended with ${signal ?? code}; it printed:\n${printed}\nit logged:\n${logged}`,
    );
  }

  /** Kills the program if it runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#guard);
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    while (!(await this.#output.next()).done);
    await this.#errors;
  }
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let text = "";
  for await (const chunk of bytes.pipeThrough(new TextDecoderStream() as ReadableWritablePair)) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() as string;
    yield* lines;
  }
}
