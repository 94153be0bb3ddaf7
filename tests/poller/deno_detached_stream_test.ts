/** A connection that TLS has taken over in the middle of its life. */

import { assertEquals } from "@std/assert";
import { DetachedStream } from "../../poller/deno_detached_stream.ts";
import type { NativeStream } from "../../poller/deno_native_stream.ts";

const ADDRESS = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;

/** A connection that says what is done with it, and has the bytes 9, 9 to read. */
function connection(log: string[]): NativeStream {
  return {
    localAddr: ADDRESS,
    remoteAddr: ADDRESS,
    read(buffer) {
      log.push("read");
      buffer.set([9, 9]);
      return Promise.resolve(2);
    },
    write(bytes) {
      log.push(`write ${bytes}`);
      return Promise.resolve(bytes.length);
    },
    closeWrite() {
      log.push("closeWrite");
      return Promise.resolve();
    },
    close() {},
  };
}

Deno.test("DetachedStream writes, and ends, only after what was taken before is sent", async () => {
  const log: string[] = [];
  const stream = new DetachedStream(connection(log), new Uint8Array(0), false, false);
  const written = stream.write(Uint8Array.of(1));
  const ended = stream.closeWrite();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assertEquals(log, []);
  stream.drained();
  assertEquals(await written, 1);
  await ended;
  assertEquals(log, ["write 1", "closeWrite"]);
});

Deno.test("DetachedStream reads what was received, then what the read under way brings, then more", async () => {
  const log: string[] = [];
  const stream = new DetachedStream(connection(log), Uint8Array.of(1, 2, 3), true, true);
  const buffer = new Uint8Array(2);
  const read = async () => [...buffer.subarray(0, (await stream.read(buffer)) ?? 0)];
  assertEquals([await read(), await read()], [[1, 2], [3]]);
  const waiting = read();
  stream.received(1, Uint8Array.of(4, 0, 0));
  assertEquals(await waiting, [4]);
  assertEquals(log, []);
  assertEquals(await read(), [9, 9]);
  assertEquals(log, ["read"]);
});

for (const [end, expected] of [["ends", null], ["fails", "lost"]] as const) {
  Deno.test(`DetachedStream tells when the read under way ${end}`, async () => {
    const stream = new DetachedStream(connection([]), new Uint8Array(0), true, true);
    if (end === "ends") stream.received(null, new Uint8Array(0));
    else stream.receiveFailed("lost");
    const outcome = await stream.read(new Uint8Array(1)).catch((error: unknown) => error);
    assertEquals(outcome, expected);
  });
}
