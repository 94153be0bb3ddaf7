/**
 * What Tornado's child processes do, on whatever loop.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CalledProcessError, type IOLoop, Subprocess } from "../../ioloop/mod.ts";
import { SocketError } from "../../poller/mod.ts";
import { installScripts, scriptArgs, type ScriptName, SHELL } from "./child_scripts.ts";
import type { MakeIOLoop } from "./io_loop_contract.ts";
import { bytes, pattern, text } from "./io_stream_contract.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

/** What to test, and where. */
export interface SubprocessContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
  /** Stands in the names of tests. */
  readonly name: string;
  /** Makes a loop, and the loops below it. */
  readonly makeLoop: MakeIOLoop;
}

const { STREAM } = Subprocess;
const PIPED = { stdin: STREAM, stdout: STREAM, stderr: STREAM } as const;

/** Long enough for everything but a hang, in seconds. */
const GUARD = 20;

function command(name: ScriptName, args: readonly string[] = []): string[] {
  return [SHELL, ...scriptArgs(name, args)];
}

function closeAll({ stdin, stdout, stderr }: Subprocess): void {
  for (const stream of [stdin, stdout, stderr]) stream?.close();
}

/** Registers the suite for one kind of loop in one kind of world. */
export function subprocessContract(options: SubprocessContractOptions): void {
  const { test, world, name, makeLoop } = options;
  function suite(title: string, body: (ioLoop: IOLoop, world: WorldRun) => Promise<void>): void {
    test(`${title} [${name}, ${world.name}]`, () =>
      world.run(async (run) => {
        installScripts(run.platform);
        const ioLoop = makeLoop(run.platform);
        try {
          await ioLoop.runSync(() => body(ioLoop, run), GUARD);
        } finally {
          ioLoop.close();
        }
      }));
  }

  suite("Subprocess talks through streams", async () => {
    const child = new Subprocess(command("cat"), PIPED);
    await child.stdin?.write(bytes("hello\nworld"));
    assertEquals(text(await child.stdout!.readUntil("\n")), "hello\n");
    child.stdin?.close();
    assertEquals(text(await child.stdout!.readUntilClose()), "world");
    assertEquals(await child.waitForExit(), 0);
    closeAll(child);
  });

  suite(
    "IS-44 PipeIOStream reads what was written into the pipe, by any kind of read",
    async () => {
      const child = new Subprocess(command("cat"), PIPED);
      child.stdin?.write(bytes("hel"));
      child.stdin?.write(bytes("lo\r\nworld!"));
      assertEquals(text(await child.stdout!.readUntil("\r\n")), "hello\r\n");
      assertEquals(text(await child.stdout!.readBytes(5)), "world");
      const rest = child.stdout!.readUntilClose();
      child.stdin?.close();
      assertEquals(text(await rest), "!");
      assertEquals(child.stdout?.closed(), true);
      await child.waitForExit();
      closeAll(child);
    },
  );

  suite("IS-45 PipeIOStream carries a big write whole", async () => {
    const child = new Subprocess(command("cat"), PIPED);
    const data = pattern(1_048_576);
    const written = child.stdin!.write(data);
    const received = await child.stdout!.readBytes(data.length);
    await written;
    assertEquals(received.length, data.length);
    assert(received.every((byte, i) => byte === data[i]), "the bytes are others");
    closeAll(child);
    await child.waitForExit({ raiseError: false });
  });

  // Tornado's documentation says of TwistedIOLoop that it is not compatible with this callback, as
  // both it and Twisted want SIGCHLD. There is no such conflict: this runs on every loop.
  suite(
    "Subprocess.setExitCallback() is called with the code in a pass of the loop",
    async (ioLoop) => {
      const child = new Subprocess(command("both"), PIPED);
      const called = Promise.withResolvers<number>();
      child.setExitCallback(called.resolve);
      assertEquals(child.returncode, null);
      assertEquals(await called.promise, 3);
      assertEquals(child.returncode, 3);
      assertEquals(ioLoop.isRunning(), true);
      assertEquals(text(await child.stdout!.readUntilClose()), "out");
      assertEquals(text(await child.stderr!.readUntilClose()), "err");
      closeAll(child);
    },
  );

  suite("Subprocess.setExitCallback() after the exit calls in a later pass", async () => {
    const child = new Subprocess(command("nothing"), PIPED);
    await child.waitForExit();
    const log: unknown[] = [];
    const called = Promise.withResolvers<void>();
    child.setExitCallback((code) => {
      log.push(code);
      called.resolve();
    });
    log.push("set");
    await called.promise;
    assertEquals(log, ["set", 0]);
    closeAll(child);
  });

  suite("Subprocess.setExitCallback() replaces one that was not called", async () => {
    const child = new Subprocess(command("nothing"), PIPED);
    const log: string[] = [];
    const called = Promise.withResolvers<void>();
    child.setExitCallback(() => log.push("first"));
    child.setExitCallback(() => {
      log.push("second");
      called.resolve();
    });
    await called.promise;
    await child.waitForExit();
    assertEquals(log, ["second"]);
    closeAll(child);
  });

  suite("Subprocess.setExitCallback() hands what is thrown to the loop", async (ioLoop) => {
    const child = new Subprocess(command("nothing"), PIPED);
    const caught = Promise.withResolvers<unknown>();
    ioLoop.handleCallbackException = (_callback, error) => caught.resolve(error);
    const error = new Error("thrown by the callback");
    child.setExitCallback(() => {
      throw error;
    });
    assertEquals(await caught.promise, error);
    closeAll(child);
  });

  suite("Subprocess.returncode is negative after a signal", async () => {
    const child = new Subprocess(command("wait"), PIPED);
    await child.stdout!.readBytes(5);
    assertEquals(child.kill("SIGKILL"), true);
    assertEquals(await child.waitForExit({ raiseError: false }), -9);
    assertEquals(child.kill(), false);
    closeAll(child);
  });

  suite("Subprocess.waitForExit() rejects if the child has failed", async () => {
    const child = new Subprocess(command("both"), PIPED);
    const error = await assertRejects(() => child.waitForExit(), CalledProcessError);
    assertEquals([error.returncode, error.command], [3, command("both")]);
    closeAll(child);
  });

  suite("Subprocess throws if there is no such program", async () => {
    const error = assertThrows(() => new Subprocess(["/nowhere/at/all"]), SocketError);
    assertEquals(error.code, "ENOENT");
    assertThrows(() => new Subprocess([]), RangeError);
    await Promise.resolve();
  });

  suite("Subprocess opens the streams that were asked for", async () => {
    const child = new Subprocess(command("nothing"), { stdin: "null", stdout: STREAM });
    assertEquals([child.stdin, child.stderr], [null, null]);
    assertEquals(text(await child.stdout!.readUntilClose()), "");
    assertEquals(await child.waitForExit(), 0);
  });
}
