/**
 * How many requests a second the HTTP servers of the examples answer, and Tornado's own server,
 * asked by `wrk` over 64 connections, one after the other in each round.
 *
 *     deno run -A tests/tools/http_load.ts [--seconds=10] [--rounds=3]
 *
 * Prints every run and the medians with their ratios to Tornado's hello world, as its documentation
 * begins with it; its bare server, without the web framework, stands beside it. Fails if a request
 * fails; how fast a machine is fails nothing. Needs the Debian packages `wrk` and `python3-tornado`; without them it says so and
 * does nothing.
 *
 * @module
 */

const CONNECTIONS = 64;
/** Debian's own Python: another one does not have Debian's packages. */
const PYTHON = "/usr/bin/python3";

/** A server to be measured. */
interface Server {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const TORNADO = tornado("hello world", "web");
const SERVERS: readonly Server[] = [
  TORNADO,
  tornado("bare HTTPServer", "bare"),
  example("http_server"),
  example("twisted_http_server"),
];

function tornado(name: string, kind: "web" | "bare"): Server {
  const program = pathOf("../interop/tornado/http_server.py");
  return { name: `Tornado's ${name}`, command: [PYTHON, program, kind] };
}

function example(name: string): Server {
  const program = pathOf(`../../examples/${name}.ts`);
  const flags = ["run", "--quiet", "--allow-net=127.0.0.1"];
  return { name: `examples/${name}.ts`, command: [Deno.execPath(), ...flags, program] };
}

function pathOf(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}

/** Returns the value of an option such as `--seconds=10`. */
function option(name: string, fallback: number): number {
  const text = Deno.args.find((text) => text.startsWith(`--${name}=`));
  return text === undefined ? fallback : Number(text.slice(name.length + 3));
}

/** Tells why nothing can be measured; `null` if it can. */
async function missing(): Promise<string | null> {
  const tools = [["wrk", "wrk", "-v"], [
    "python3-tornado",
    PYTHON,
    "-c",
    "import tornado",
  ]] as const;
  for (const [name, executable, ...args] of tools) {
    try {
      const options = { args, stdout: "null", stderr: "null" } as const;
      const { code } = await new Deno.Command(executable, options).output();
      if (name === "wrk" || code === 0) continue;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return `${name} is not installed`;
  }
  return null;
}

/** Starts a server and waits until it listens. */
async function start(
  { name, command }: Server,
): Promise<{ child: Deno.ChildProcess; port: string }> {
  const [executable, ...args] = command;
  const child = new Deno.Command(executable, { args, stdin: "null", stdout: "piped" }).spawn();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const port = /^PORT (\d+)$/m.exec(text)?.[1];
    if (port !== undefined) return { child, port };
  }
  throw new Error(`${name} has ended: ${text}`);
}

/** Measures a server: requests a second. */
async function measure(server: Server, seconds: number): Promise<number> {
  const { child, port } = await start(server);
  try {
    const { code, stdout, stderr } = await new Deno.Command("wrk", {
      args: ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`],
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? 0);
    // wrk has a line for each of these only if there were any.
    if (code !== 0 || rate === 0 || /Socket errors|Non-2xx/.test(text)) {
      throw new Error(`${server.name} has failed:\n${text}`);
    }
    return rate;
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const reason = await missing();
if (reason !== null) {
  console.log(`skipped: ${reason}`);
  Deno.exit(0);
}
const seconds = option("seconds", 10);
const rates = new Map<Server, number[]>(SERVERS.map((server) => [server, []]));
for (let round = 1; round <= option("rounds", 3); round++) {
  for (const [server, values] of rates) {
    const rate = await measure(server, seconds);
    values.push(rate);
    console.log(`round ${round}: ${server.name}: ${rate.toFixed(0)} requests/s, no error`);
  }
}
const base = median(rates.get(TORNADO) as number[]);
for (const [server, values] of rates) {
  const rate = median(values);
  const ratio = (rate / base).toFixed(2);
  console.log(`median: ${server.name}: ${rate.toFixed(0)} requests/s, ${ratio} of Tornado's`);
}
