/**
 * What an echo on `IOStream` gets through beside a bare loop over Deno's sockets: 64 connections
 * that play ping-pong with 64 bytes, server and clients in a process each.
 *
 *     deno run -A --unstable-net tests/bench/stream_echo.ts [<repetitions>]
 *
 * Prints, for each loop and tower, the median of interleaved runs: round trips a second, and CPU
 * time of the server for each, with the ratio to the bare loop (of the CPU time, which a busy
 * machine disturbs less). The first loop is measured also with a platform that is recorded to a file:
 * written before each wait, and in pieces.
 *
 * What was learnt: the clients must play for a while first. On a busy machine, `PollIOLoop` came to
 * 0.68 of the bare loop when the first second counted, to 0.71 after one second, and to 0.84 after
 * three (`TwistedIOLoop(PollReactor)`: 0.68, 0.63, 0.86): until then the compiler has not seen what a
 * loop does as often as it has seen the bare one.
 *
 * `stream_echo.ts serve <kind>` is one of the servers.
 *
 * @module
 */

import { type IOStream, StreamClosedError, TCPServer } from "../../ioloop/mod.ts";
import { DenoPlatform, type Platform } from "../../poller/mod.ts";
import { recordToFile } from "../../sim/mod.ts";
import { LOOPS } from "../ioloop/loops.ts";

const CONNECTIONS = 64;
const SECONDS = 1;
/** For so many seconds the clients play before anything is measured. */
const WARM_UP = 3;
const BARE = "bare Deno";
/** How a platform is recorded: whether the file is written before each wait. */
const RECORDED: Readonly<Record<string, boolean>> = {
  ", recorded": true,
  ", recorded in pieces": false,
};
const KINDS = [
  BARE,
  ...LOOPS.map(({ name }) => name),
  ...Object.keys(RECORDED).map((how) => `${LOOPS[0]?.name}${how}`),
];
/** How many times a second the system counts CPU time. */
const TICKS = 100;

class Echo extends TCPServer {
  override async handleStream(stream: IOStream): Promise<void> {
    try {
      for (;;) await stream.write(await stream.readBytes(65_536, { partial: true }));
    } catch (error) {
      if (!(error instanceof StreamClosedError)) throw error;
    }
  }
}

/** Serves until the process is killed. */
async function serve(kind: string): Promise<void> {
  const loop = LOOPS.find(({ name }) => name === kind.split(",")[0]);
  if (loop === undefined) return await serveBare();
  const ioLoop = loop.makeLoop(makePlatform(kind.slice(loop.name.length)), { makeCurrent: true });
  const [address] = new Echo({ ioLoop }).listen(0, "127.0.0.1");
  console.log(address?.port);
  await ioLoop.start();
}

function makePlatform(how: string): Platform {
  const flushesBeforeWait = RECORDED[how];
  if (flushesBeforeWait === undefined) return new DenoPlatform();
  const path = Deno.makeTempFileSync({ suffix: ".recording" });
  const { platform } = recordToFile(path, new DenoPlatform(), { flushesBeforeWait });
  // The file is gone when the process is.
  Deno.removeSync(path);
  return platform;
}

async function serveBare(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log(listener.addr.port);
  for await (const conn of listener) echo(conn).catch(() => {});
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  for (let n; (n = await conn.read(buffer)) !== null;) await conn.write(buffer.subarray(0, n));
  conn.close();
}

/** How much CPU time a process has used, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** What a run has shown. */
interface Figures {
  /** Round trips a second. */
  readonly rate: number;
  /** CPU time for each, in microseconds. */
  readonly cpu: number;
}

/** Has the clients play for some seconds; returns how many round trips there were. */
async function play(port: string, seconds: number): Promise<number> {
  const clients = new URL("echo_clients.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", clients, port, String(CONNECTIONS), String(seconds)],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

async function measure(kind: string): Promise<Figures> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--unstable-net", import.meta.url, "serve", kind],
    stdout: "piped",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const port = (await lines.read()).value?.trim() ?? "";
  await play(port, WARM_UP);
  const before = cpuSeconds(server.pid);
  const rounds = await play(port, SECONDS);
  const cpu = (cpuSeconds(server.pid) - before) / rounds * 1e6;
  server.kill("SIGKILL");
  await lines.cancel();
  await server.status;
  return { rate: rounds / SECONDS, cpu };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

if (Deno.args[0] === "serve") await serve(Deno.args[1] as string);
else {
  const runs = new Map<string, Figures[]>(KINDS.map((kind) => [kind, []]));
  for (let i = 0; i < Number(Deno.args[0] ?? 7); i++) {
    for (const [kind, figures] of runs) figures.push(await measure(kind));
  }
  const bare = median((runs.get(BARE) as Figures[]).map(({ cpu }) => cpu));
  for (const [kind, figures] of runs) {
    const rate = median(figures.map(({ rate }) => rate));
    const cpu = median(figures.map(({ cpu }) => cpu));
    console.log(
      `${kind}: ${rate.toFixed(0)} round trips/s, ${cpu.toFixed(2)} us CPU, ` +
        `${(bare / cpu).toFixed(2)} of bare`,
    );
  }
}
