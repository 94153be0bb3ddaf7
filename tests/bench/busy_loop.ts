/**
 * How much of its idle rate an echo keeps while a chain of callbacks keeps the loop busy: 64
 * connections, each callback burning 200 microseconds and adding the next.
 *
 *     deno run -A tests/bench/busy_loop.ts
 *
 * Prints the median of interleaved runs for `PollIOLoop` and, beside it, for a plain Deno echo
 * whose chain goes through `setImmediate`.
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform, READ, type StreamHandle } from "../../poller/mod.ts";

const CONNECTIONS = 64;
const SECONDS = 1;
const REPETITIONS = 7;
const BURN_MS = 0.2;

function burn(): void {
  const end = performance.now() + BURN_MS;
  while (performance.now() < end);
}

/** Runs the clients against a port and returns the round trips a second. */
async function rate(port: number): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net",
      new URL("echo_clients.ts", import.meta.url).pathname,
      ...[port, CONNECTIONS, SECONDS].map(String),
    ],
  }).output();
  return Number(new TextDecoder().decode(stdout)) / SECONDS;
}

/** An echo on a loop of this package, its chain made of `addCallback`. */
async function onLoop(isBusy: boolean): Promise<number> {
  const loop = new PollIOLoop(new DenoPlatform(), { makeCurrent: false });
  const address = { transport: "tcp", hostname: "127.0.0.1", port: 0 } as const;
  const listener = loop.platform.network.listen(address);
  function echo(stream: StreamHandle): void {
    const bytes = stream.receive();
    if (bytes) stream.send(bytes);
    else if (bytes === null) {
      loop.removeHandler(stream);
      stream.close();
    }
  }
  loop.addHandler(listener, () => {
    for (let s = listener.accept(); s !== undefined; s = listener.accept()) {
      loop.addHandler(s, echo, READ);
    }
  }, READ);
  function chain(): void {
    burn();
    loop.addCallback(chain);
  }
  if (isBusy) loop.addCallback(chain);
  const running = loop.start();
  const local = listener.localAddress;
  const result = await rate(local.transport === "tcp" ? local.port : 0);
  loop.stop();
  await running;
  loop.close({ allFds: true });
  return result;
}

/** A plain Deno echo, its chain made of `setImmediate`. */
async function onDeno(isBusy: boolean): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let isOver = false;
  async function echo(conn: Deno.TcpConn): Promise<void> {
    conn.setNoDelay(true);
    const buffer = new Uint8Array(65_536);
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      await conn.write(buffer.subarray(0, n));
    }
    conn.close();
  }
  const accepting = (async () => {
    for await (const conn of listener) echo(conn).catch(() => {});
  })();
  function chain(): void {
    burn();
    if (!isOver) setImmediate(chain);
  }
  if (isBusy) chain();
  const result = await rate(listener.addr.port);
  isOver = true;
  listener.close();
  await accepting;
  return result;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const runs = { loopIdle: [], loopBusy: [], denoIdle: [], denoBusy: [] } as Record<string, number[]>;
for (let i = 0; i < REPETITIONS; i++) {
  runs["loopIdle"]?.push(await onLoop(false));
  runs["loopBusy"]?.push(await onLoop(true));
  runs["denoIdle"]?.push(await onDeno(false));
  runs["denoBusy"]?.push(await onDeno(true));
}
const middle = (name: string) => median(runs[name] as number[]);
const percent = (busy: string, idle: string) =>
  `${(100 * middle(busy) / middle(idle)).toFixed(0)} %`;
console.log(`PollIOLoop:  busy keeps ${percent("loopBusy", "loopIdle")} of the idle rate`);
console.log(`plain Deno:  busy keeps ${percent("denoBusy", "denoIdle")} of the idle rate`);
