/** What the pipes of a child announce. */

import { assertEquals, assertRejects } from "@std/assert";
import { PipeReader, PipeWriter } from "../../poller/deno_native_pipe.ts";

const never = new Promise<never>(() => {});

/** Adds to a log what has settled, behind what was announced. */
async function noted(log: string[], operation: Promise<unknown>): Promise<void> {
  await operation.then(() => log.push("settled"), () => log.push("failed"));
}

Deno.test("PipeReader announces each read right before it settles, also a failed one", async () => {
  const log: string[] = [];
  let pulls = 0;
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
    type: "bytes",
    pull(controller) {
      if (++pulls > 1) return controller.error(new Error("broken"));
      controller.enqueue(new Uint8Array([1, 2]));
    },
  });
  const reader = new PipeReader(readable, () => log.push("announced"));
  const buffer = new Uint8Array(8);
  await noted(log, reader.read(buffer));
  assertEquals([...buffer.subarray(0, 3)], [1, 2, 0]);
  await noted(log, reader.read(buffer));
  assertEquals(log, ["announced", "settled", "announced", "failed"]);
});

Deno.test("PipeWriter announces each write right before it settles, also a failed one", async () => {
  const log: string[] = [];
  const written: number[] = [];
  const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(bytes) {
      if (written.length > 0) throw new Error("broken");
      written.push(...bytes);
    },
  });
  const writer = new PipeWriter(writable, never, () => log.push("announced"));
  await noted(log, writer.write(new Uint8Array([1, 2])));
  await noted(log, writer.write(new Uint8Array([3])));
  assertEquals(written, [1, 2]);
  assertEquals(log, ["announced", "settled", "announced", "failed"]);
  await assertRejects(() => writer.write(new Uint8Array([4])));
});

Deno.test("PipeWriter announces that the child has exited", async () => {
  const log: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const writer = new PipeWriter(new WritableStream(), promise, () => log.push("announced"));
  const read = noted(log, writer.read(new Uint8Array(1)));
  assertEquals(log, []);
  resolve();
  await read;
  assertEquals(log, ["announced", "settled"]);
});
