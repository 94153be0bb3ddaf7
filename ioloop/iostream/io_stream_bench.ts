/**
 * What a stream costs beside a plain loop over Deno's own sockets that does the same by hand:
 * lines read one by one, and messages sent to and fro.
 *
 * Learnt: 100 MiB in lines come out in half a second, since a line is a view of the buffer that it
 * was received in; the loop by hand, which copies each, takes longer. To encode the delimiter anew
 * for each line, and to make a view to search in, was half of the time, so neither is done. To enter a context for each event was
 * a tenth of what an echo costs, so the stream's handler is marked as one that needs none; what is
 * left is for more than two thirds the write to the socket. `tests/bench/stream_echo.ts` measures an
 * echo beside a bare loop, with the clients in another process, on every tower.
 *
 * `deno bench -A ioloop/iostream/io_stream_bench.ts`
 *
 * @module
 */

import { DenoPlatform } from "../../poller/mod.ts";
import type { IOLoop } from "../io_loop.ts";
import { addAcceptHandler } from "../net/accept_handler.ts";
import { PollIOLoop } from "../poll_io_loop.ts";
import { IOStream } from "./io_stream.ts";

/** How much is read line by line. */
const TOTAL = 100 << 20;
/** How long a line is, with its end. */
const LINE = 80;
/** How many messages go to and fro on each connection. */
const ROUNDS = 2000;
/** How many connections do so at once. */
const CONNECTIONS = 64;

const BLOCK = blockOfLines(819);

function blockOfLines(count: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(count * LINE).fill(0x61);
  for (let i = LINE - 1; i < block.length; i += LINE) block[i] = 0x0a;
  return block;
}

/** Sends lines over a native connection. */
async function sendLines(address: Deno.NetAddr): Promise<void> {
  const conn = await Deno.connect({ hostname: address.hostname, port: address.port });
  for (let sent = 0; sent < TOTAL; sent += BLOCK.length) {
    for (let done = 0; done < BLOCK.length;) done += await conn.write(BLOCK.subarray(done));
  }
  conn.close();
}

/** Reads lines by hand; returns how many. */
async function readLines(conn: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(65_536);
  const lines: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  let count = 0;
  for (;;) {
    const at = buffer.subarray(start, end).indexOf(0x0a);
    if (at !== -1) {
      lines[count++ & 1023] = buffer.slice(start, start + at + 1);
      start += at + 1;
      continue;
    }
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const received = await conn.read(buffer.subarray(end));
    if (received === null) return count;
    end += received;
  }
}

/** Sends a message and waits for its echo, over native connections. */
async function pingPong(address: Deno.NetAddr): Promise<void> {
  const conn = await Deno.connect({ hostname: address.hostname, port: address.port });
  conn.setNoDelay(true);
  const message = new Uint8Array(64).fill(0x61);
  message[63] = 0x0a;
  const answer = new Uint8Array(64);
  for (let i = 0; i < ROUNDS; i++) {
    await conn.write(message);
    for (let done = 0; done < 64;) done += await conn.read(answer.subarray(done)) as number;
  }
  conn.close();
}

async function withLoop(body: (ioLoop: IOLoop) => Promise<void>): Promise<void> {
  const platform = new DenoPlatform();
  const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
  await ioLoop.runSync(() => body(ioLoop));
  ioLoop.close();
  platform.poller.close();
}

/** Serves with streams while something is done by native clients. */
async function serve(
  handle: (stream: IOStream) => Promise<void>,
  clients: (address: Deno.NetAddr) => Promise<unknown>,
): Promise<void> {
  await withLoop(async (ioLoop) => {
    const listener = ioLoop.platform.network.listen({
      transport: "tcp",
      hostname: "127.0.0.1",
      port: 0,
    });
    let isOver = () => {};
    const served = new Promise<void>((resolve) => isOver = resolve);
    addAcceptHandler(listener, async (connection) => {
      await handle(new IOStream(connection, ioLoop));
      isOver();
    }, { ioLoop });
    await clients(listener.localAddress as unknown as Deno.NetAddr);
    await served;
    ioLoop.removeHandler(listener);
    listener.close();
  });
}

/** Serves with native connections while something is done by native clients. */
async function serveNatively(
  handle: (conn: Deno.TcpConn) => Promise<void>,
  clients: (address: Deno.NetAddr) => Promise<unknown>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      served.push(handle(conn));
    }
  })();
  await clients(listener.addr);
  await Promise.all(served);
  listener.close();
  await accepting;
}

function manyClients(address: Deno.NetAddr): Promise<unknown> {
  return Promise.all(Array.from({ length: CONNECTIONS }, () => pingPong(address)));
}

Deno.bench({
  name: "100 MiB in lines of 80 bytes, by hand",
  group: "lines",
  baseline: true,
  n: 5,
  warmup: 1,
  fn: async () =>
    await serveNatively(async (conn) => {
      await readLines(conn);
      conn.close();
    }, sendLines),
});

Deno.bench({
  name: "100 MiB in lines of 80 bytes, readUntil()",
  group: "lines",
  n: 5,
  warmup: 1,
  fn: async () =>
    await serve(async (stream) => {
      try {
        for (;;) await stream.readUntil("\n");
      } catch {
        // The end.
      }
    }, sendLines),
});

Deno.bench({
  name: "128,000 echoes over 64 connections, by hand",
  group: "echo",
  baseline: true,
  n: 5,
  warmup: 1,
  fn: async () =>
    await serveNatively(async (conn) => {
      const buffer = new Uint8Array(65_536);
      for (;;) {
        const count = await conn.read(buffer);
        if (count === null) break;
        await conn.write(buffer.subarray(0, count));
      }
      conn.close();
    }, manyClients),
});

for (
  const [name, read] of [
    ["readUntil()", (stream: IOStream) => stream.readUntil("\n")],
    ["readBytes() partial", (stream: IOStream) => stream.readBytes(65_536, { partial: true })],
  ] as const
) {
  Deno.bench({
    name: `128,000 echoes over 64 connections, ${name}`,
    group: "echo",
    n: 5,
    warmup: 1,
    fn: async () =>
      await serve(async (stream) => {
        try {
          for (;;) await stream.write(await read(stream));
        } catch {
          // The end.
        }
      }, manyClients),
  });
}
