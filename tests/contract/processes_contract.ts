/**
 * What every platform promises of child processes.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { type ChildProcess, type ExitStatus, READ, SocketError, WRITE } from "../../poller/mod.ts";
import type { Platform, SpawnOptions, StreamHandle } from "../../poller/mod.ts";
import { installScripts, script } from "./child_scripts.ts";
import type { TestFunction, World } from "./world.ts";

/** What to test, and where. */
export interface ProcessesContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
}

/** One pass that waits for something to happen. */
function pass(platform: Platform): Promise<void> {
  return new Promise((resolve) => platform.poller.poll(Infinity, () => {}, resolve));
}

/** Sends a text, in as many pieces as it takes. */
async function sendAll(platform: Platform, stream: StreamHandle, text: string): Promise<void> {
  let rest = new TextEncoder().encode(text);
  platform.poller.register(stream, WRITE);
  while (rest.length > 0) {
    rest = rest.subarray(stream.send(rest));
    if (rest.length > 0) await pass(platform);
  }
  platform.poller.unregister(stream);
  platform.poller.pause();
}

/** Waits for a child's end, without a poll. */
function exitOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => child.addExitListener(resolve));
}

/** Reads what comes: `count` bytes of it, or all. */
async function read(
  platform: Platform,
  stream: StreamHandle,
  count = Infinity,
): Promise<Uint8Array> {
  const chunks: number[] = [];
  platform.poller.register(stream, READ);
  while (chunks.length < count) {
    const data = stream.receive();
    if (data === null) break;
    if (data === undefined) await pass(platform);
    else for (const byte of data) chunks.push(byte);
  }
  platform.poller.unregister(stream);
  platform.poller.pause();
  return new Uint8Array(chunks);
}

async function readText(platform: Platform, child: ChildProcess, count?: number): Promise<string> {
  return new TextDecoder().decode(await read(platform, child.stdout as StreamHandle, count));
}

function closeAll({ stdin, stdout, stderr }: ChildProcess): void {
  for (const pipe of [stdin, stdout, stderr]) pipe?.close();
}

/** Registers the suite. */
export function processesContract({ test, world }: ProcessesContractOptions): void {
  function suite(name: string, body: (platform: Platform) => Promise<void>): void {
    test(`${name} [${world.name}]`, () =>
      world.run(async ({ platform }) => {
        installScripts(platform);
        await body(platform);
      }));
  }

  suite("Processes.spawn() gives pipes that carry bytes both ways", async (platform) => {
    const child = platform.processes.spawn(script("cat"));
    assert(child.pid > 0);
    await sendAll(platform, child.stdin as StreamHandle, "hello");
    assertEquals(await readText(platform, child, 5), "hello");
    child.stdin?.close();
    assertEquals(await readText(platform, child), "");
    assertEquals(await exitOf(child), { code: 0, signal: null });
    closeAll(child);
  });

  suite("ChildProcess keeps what was written apart, and tells the code", async (platform) => {
    const child = platform.processes.spawn(script("both"));
    assertEquals(await exitOf(child), { code: 3, signal: null });
    assertEquals(child.status, { code: 3, signal: null });
    // Nobody has read yet: what was written before the exit stays.
    assertEquals(await readText(platform, child), "out");
    const errors = await read(platform, child.stderr as StreamHandle);
    assertEquals(new TextDecoder().decode(errors), "err");
    closeAll(child);
  });

  suite("ChildProcess.stdout brings every byte, also after the exit", async (platform) => {
    const child = platform.processes.spawn(script("much"));
    assertEquals((await read(platform, child.stdout as StreamHandle)).length, 300_000);
    assertEquals((await exitOf(child)).code, 0);
    closeAll(child);
  });

  suite("ChildProcess.stdin takes so much and no more until the child reads", async (platform) => {
    const child = platform.processes.spawn(script("wait"));
    const stdin = child.stdin as StreamHandle;
    const block = new Uint8Array(65_536).fill(7);
    let sent = 0;
    for (let count = stdin.send(block); count > 0; count = stdin.send(block)) sent += count;
    assert(sent >= block.length && sent < 10_000_000, `it took ${sent} bytes`);
    assertEquals(child.kill("SIGKILL"), true);
    assertEquals((await exitOf(child)).signal, "SIGKILL");
    stdin.abort();
    closeAll(child);
  });

  suite("ChildProcess.stdin is writable again when the child has read", async (platform) => {
    const child = platform.processes.spawn(script("cat"));
    const stdin = child.stdin as StreamHandle;
    const size = 1_000_000;
    let sent = 0;
    let received = 0;
    platform.poller.register(stdin, WRITE);
    platform.poller.register(child.stdout as StreamHandle, READ);
    while (received < size) {
      if (sent < size) {
        sent += stdin.send(new Uint8Array(Math.min(65_536, size - sent)));
        if (sent === size) platform.poller.modify(stdin, 0);
      }
      const data = child.stdout?.receive();
      if (data === undefined) await pass(platform);
      else received += data?.length ?? 0;
    }
    platform.poller.pause();
    closeAll(child);
    assertEquals((await exitOf(child)).code, 0);
  });

  suite("ChildProcess.kill() ends the child with the signal", async (platform) => {
    const child = platform.processes.spawn(script("wait"));
    assertEquals(await readText(platform, child, 5), "ready");
    assertEquals(child.kill("SIGTERM"), true);
    assertEquals(await exitOf(child), { code: 143, signal: "SIGTERM" });
    assertEquals(child.kill("SIGTERM"), false);
    closeAll(child);
  });

  suite("ChildProcess.kill() lets a child catch the signal", async (platform) => {
    const child = platform.processes.spawn(script("trap"));
    assertEquals(await readText(platform, child, 5), "ready");
    child.kill("SIGTERM");
    assertEquals(await readText(platform, child), "bye");
    assertEquals(await exitOf(child), { code: 0, signal: null });
    closeAll(child);
  });

  suite(
    "ChildProcess.addExitListener() calls soon after the exit, never at once",
    async (platform) => {
      const child = platform.processes.spawn(script("nothing"));
      await exitOf(child);
      const log: string[] = [];
      const told = Promise.withResolvers<void>();
      child.addExitListener(({ code }) => {
        log.push(`exit ${code}`);
        told.resolve();
      });
      log.push("added");
      await told.promise;
      assertEquals(log, ["added", "exit 0"]);
      closeAll(child);
    },
  );

  suite("ChildProcess.stdin is at its end for reading after the exit", async (platform) => {
    const child = platform.processes.spawn(script("nothing"));
    assertEquals(await read(platform, child.stdin as StreamHandle), new Uint8Array(0));
    await exitOf(child);
    closeAll(child);
  });

  suite("ChildProcess.stdout is for receiving only", async (platform) => {
    const child = platform.processes.spawn(script("nothing"));
    const error = assertThrows(() => child.stdout?.send(new Uint8Array(1)), SocketError);
    assertEquals(error.code, "EPIPE");
    await exitOf(child);
    closeAll(child);
  });

  suite("Processes.spawn() opens no pipe that was not asked for", async (platform) => {
    const options: SpawnOptions = { ...script("nothing"), stdin: "null", stderr: "null" };
    const child = platform.processes.spawn(options);
    assertEquals([child.stdin, child.stderr], [null, null]);
    assertEquals(await readText(platform, child), "");
    await exitOf(child);
    closeAll(child);
  });

  suite("Processes.spawn() throws if there is no such program", async (platform) => {
    const spawn = () => platform.processes.spawn({ executable: "/nowhere/at/all" });
    assertEquals(assertThrows(spawn, SocketError).code, "ENOENT");
    assertEquals(platform.network.handles.size, 0);
    await Promise.resolve();
  });
}
