/**
 * Programs in several processes, as `programs/workers.ts` is one.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { cpuCount, forkProcesses, taskId } from "../../ioloop/mod.ts";
import { startChild } from "./child.ts";

const ALL = ["--allow-all", "--unstable-net"];

/** A worker that takes connections. */
interface Worker {
  readonly taskId: string;
  readonly pid: number;
  readonly port: number;
}

/** A running program and its workers. Its output ends only when all of its processes have. */
class Fleet implements AsyncDisposable {
  readonly workers: Worker[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  #rest = "";

  constructor(args: readonly string[], flags: readonly string[] = ALL) {
    this.#child = startChild("workers.ts", flags, args);
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Returns the next line; fails with what went wrong if there is none. */
  async line(): Promise<string> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`The program has ended: ${await this.#errors}`);
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    const [kind, taskId, pid, port] = line.split(" ") as [string, string, string, string];
    if (kind === "worker") this.workers.push({ taskId, pid: Number(pid), port: Number(port) });
    return line;
  }

  /** Waits until so many workers have announced themselves. */
  async started(count: number): Promise<void> {
    while (this.workers.length < count) await this.line();
  }

  /** Sends a word to whichever worker gets the connection; its number, or `""` if it was ending. */
  async ask(word: string): Promise<string> {
    const { port } = this.workers.at(-1) as Worker;
    try {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode(`${word}\n`));
      const answer = new Uint8Array(10);
      return new TextDecoder().decode(answer.subarray(0, await conn.read(answer) ?? 0));
    } catch (error) {
      // A worker that ends resets the connections that wait for it.
      if (error instanceof Deno.errors.ConnectionReset) return "";
      throw error;
    }
  }

  /** Has the workers end, one after the other; returns their numbers. */
  async endWorkers(count: number): Promise<string[]> {
    const ended = new Set<string>();
    while (ended.size < count) {
      const taskId = await this.ask("end");
      if (taskId !== "") ended.add(taskId);
    }
    return [...ended].sort();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits until the supervisor and all workers have ended. */
  async end(): Promise<{ code: number; errors: string }> {
    const { code } = await this.#child.status;
    while (!(await this.#lines.read()).done);
    return { code, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (
      const kill of [
        () => this.kill("SIGKILL"),
        ...this.workers.map(({ pid }) => killer(pid)),
      ]
    ) {
      try {
        kill();
      } catch {
        // It has ended by itself.
      }
    }
    await this.end();
  }
}

function killer(pid: number): () => void {
  return () => Deno.kill(pid, "SIGKILL");
}

Deno.test("TS-06 TCPServer.start() serves a port in several processes", async () => {
  await using fleet = new Fleet(["bindAndStart", "3"]);
  await fleet.started(3);
  assertEquals(new Set(fleet.workers.map(({ port }) => port)).size, 1);
  assertEquals(new Set(fleet.workers.map(({ pid }) => pid)).size, 3);
  assertEquals(await fleet.endWorkers(3), ["0", "1", "2"]);
  assertEquals(await fleet.end(), { code: 0, errors: "" });
});

Deno.test("TS-07 TCPServer.addSockets() serves in workers what was bound before them", async () => {
  await using fleet = new Fleet(["addSockets", "2"]);
  await fleet.started(2);
  assertEquals(await fleet.endWorkers(2), ["0", "1"]);
  assertEquals(await fleet.end(), { code: 0, errors: "" });
});

Deno.test("TS-08 bindSockets() shares a port among workers when told so", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using fleet = new Fleet(["shareByHand", "2", String(port)]);
  await fleet.started(2);
  assertEquals(await fleet.endWorkers(2), ["0", "1"]);
  assertEquals(await fleet.end(), { code: 0, errors: "" });
});

Deno.test("TCPServer.start(0) starts a worker for each processor", async () => {
  await using fleet = new Fleet(["bindAndStart", "0"]);
  await fleet.started(cpuCount());
  const numbers = Array.from({ length: cpuCount() }, (_, i) => String(i));
  assertEquals(fleet.workers.map(({ taskId }) => taskId).sort(), numbers);
});

Deno.test("TCPServer.start() needs no more permission than to run and to listen", async () => {
  const flags = ["--allow-run", "--allow-net=127.0.0.1", "--unstable-net"];
  await using fleet = new Fleet(["bindAndStart", "2"], flags);
  await fleet.started(2);
  assertEquals(await fleet.endWorkers(2), ["0", "1"]);
  assertEquals(await fleet.end(), { code: 0, errors: "" });
});

Deno.test("TCPServer.start() restarts a worker that crashes, and the port stays", async () => {
  await using fleet = new Fleet(["bindAndStart", "2"]);
  await fleet.started(2);
  const crashed = await fleet.ask("crash");
  await fleet.started(3);
  const [first, second] = fleet.workers.filter(({ taskId }) => taskId === crashed);
  assert(first !== undefined && second !== undefined && first.pid !== second.pid);
  assertEquals(first.port, second.port);
  assertEquals(await fleet.endWorkers(2), ["0", "1"]);
  const { code, errors } = await fleet.end();
  assertEquals(code, 0);
  assertMatch(errors, new RegExp(`Worker ${crashed} is restarted`));
  assertMatch(errors, /exit code is 3/);
});

Deno.test("TCPServer.start() gives up on a worker that crashes at start; others serve", async () => {
  await using fleet = new Fleet(["crashAtStart", "2"]);
  let line = await fleet.line();
  while (!line.startsWith("supervisor")) line = await fleet.line();
  await fleet.started(1);
  const [worker] = fleet.workers;
  assertEquals(line, `supervisor TOO_MANY_RESTARTS ${worker?.pid}`);
  assertEquals(await fleet.ask("still there?"), "0");
  assertEquals(await fleet.endWorkers(1), ["0"]);
  const { code, errors } = await fleet.end();
  assertEquals(code, 0, errors);
  assertEquals(errors.match(/Worker 1 is restarted/g)?.length, 4);
});

Deno.test("forkProcesses() passes SIGTERM on to the workers and ends with them", async () => {
  await using fleet = new Fleet(["bindAndStart", "2"]);
  await fleet.started(2);
  fleet.kill("SIGTERM");
  assertEquals(await fleet.end(), { code: 143, errors: "" });
});

Deno.test("TCPServer.start() says that the flag for shared ports is missing", async () => {
  await using fleet = new Fleet(["bindAndStart", "2"], ["--allow-all"]);
  const { code, errors } = await fleet.end();
  assertEquals(code, 1);
  assertMatch(errors, /SocketError: Cannot listen in several processes: .*--unstable-net/);
  assertMatch(errors, /ENOTSUP/);
});

for (
  const [way, what] of [
    ["afterLoop", "an IOLoop"],
    ["afterReactor", "a reactor"],
    ["afterInstall", "an IOLoop"],
  ] as const
) {
  Deno.test(`forkProcesses() refuses to begin ${way}`, async () => {
    await using fleet = new Fleet([way, "2"]);
    const expected = `ForkStateError: Cannot run in several processes: ${what} is made already`;
    assertEquals(await fleet.line(), expected);
    assertEquals(await fleet.end(), { code: 0, errors: "" });
  });
}

Deno.test("forkProcesses() refuses numbers that are none of processes", async () => {
  for (const count of [-1, 1.5, NaN]) await assertRejects(() => forkProcesses(count), RangeError);
  await assertRejects(() => forkProcesses(2, { maxRestarts: -1 }), RangeError);
});

Deno.test("taskId() is null in a process that is no worker", () => {
  assertEquals(taskId(), null);
  assert(cpuCount() >= 1);
});
