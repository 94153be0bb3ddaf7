/**
 * Limits of streams: of what a read may return, and of what may wait.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  IOStream,
  StreamBufferFullError,
  StreamClosedError,
  UnsatisfiableReadError,
} from "../../ioloop/mod.ts";
import { bytes, pattern, type StreamSuite, text } from "./io_stream_contract.ts";

/** How a delimiter and an expression are read with a limit. */
const KINDS = [
  {
    within: "IS-28 IOStream.readUntil() finds within maxBytes or closes",
    inline: "IS-29 IOStream.readUntil() closes when all was received before",
    beyond: "IS-30 IOStream.readUntil() closes for a match beyond the limit",
    read: (stream: IOStream, maxBytes: number) => stream.readUntil("def", { maxBytes }),
  },
  {
    within: "IS-31 IOStream.readUntilRegex() finds within maxBytes or closes",
    inline: "IS-32 IOStream.readUntilRegex() closes when all was received before",
    beyond: "IS-33 IOStream.readUntilRegex() closes for a match beyond the limit",
    read: (stream: IOStream, maxBytes: number) => stream.readUntilRegex(/d.f/, { maxBytes }),
  },
] as const;

/** Registers the cases. */
export function limitCases(suite: StreamSuite): void {
  for (const kind of KINDS) maxBytesCases(suite, kind);
  readBufferCases(suite);
  flowCases(suite);
  writeBufferCases(suite);
  optionCases(suite);
}

async function assertUnsatisfiable(stream: IOStream, read: Promise<unknown>): Promise<void> {
  const error = await assertRejects(() => read, StreamClosedError);
  assertInstanceOf(error.realError, UnsatisfiableReadError);
  assertEquals(stream.error, error.realError);
  assertEquals(stream.closed(), true);
}

function maxBytesCases(suite: StreamSuite, kind: (typeof KINDS)[number]): void {
  const { read } = kind;

  suite(kind.within, async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    const within = read(client, 50);
    server.write(bytes("abcdef"));
    assertEquals(text(await within), "abcdef");
    // Exactly at the limit.
    const exact = read(client, 6);
    server.write(bytes("abcdef"));
    assertEquals(text(await exact), "abcdef");
    // Not there within the limit.
    const beyond = read(client, 5);
    server.write(bytes("123456"));
    await assertUnsatisfiable(client, beyond);
    await end;
  });

  suite(kind.inline, async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    server.write(bytes("123456"));
    assertEquals(text(await client.readBytes(1)), "1");
    // Rejected, not thrown, and the close callback comes in a later pass.
    const { log } = test;
    end.then(() => log.push("closed"));
    const beyond = read(client, 4);
    log.push("returned");
    await assertUnsatisfiable(client, beyond);
    await end;
    assertEquals(log, ["returned", "closed"]);
  });

  suite(kind.beyond, async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    // The whole comes at once.
    server.write(bytes("abcdef"));
    await assertUnsatisfiable(client, read(client, 5));
    await end;
  });
}

function readBufferCases(suite: StreamSuite): void {
  suite("IS-34 IOStream.readBytes() of little never fills a small buffer", async (test) => {
    const [server, client] = await test.pair({ client: { maxBufferSize: 10_240 } });
    const data = pattern(102_400);
    server.write(data);
    for (let i = 0; i < 100; i++) {
      assertEquals(await client.readBytes(1024), data.slice(i * 1024, i * 1024 + 1024));
    }
  });

  suite("IS-35 IOStream.readUntil() of little never fills a small buffer", async (test) => {
    const [server, client] = await test.pair({ client: { maxBufferSize: 10_240 } });
    const line = new Uint8Array(1024).fill(0x61);
    line[1023] = 0x0a;
    for (let i = 0; i < 100; i++) server.write(line);
    for (let i = 0; i < 100; i++) {
      assertEquals(await client.readUntil("\n", { maxBytes: 4096 }), line);
    }
  });

  suite("IOStream.readUntil() closes when its buffer would grow too large", async (test) => {
    const [server, client] = await test.pair({ client: { maxBufferSize: 10_000 } });
    const read = client.readUntil("\n");
    server.write(pattern(50_000).map((byte) => byte === 0x0a ? 0 : byte));
    const error = await assertRejects(() => read, StreamClosedError);
    assertInstanceOf(error.realError, StreamBufferFullError);
    assertEquals(client.error, error.realError);
  });

  suite("IOStream.readUntilClose() rejects rather than cut what is too large", async (test) => {
    const [server, client] = await test.pair({ client: { maxBufferSize: 10_000 } });
    const read = client.readUntilClose();
    server.write(pattern(50_000));
    const error = await assertRejects(() => read, StreamClosedError);
    assertInstanceOf(error.realError, StreamBufferFullError);
    await assertRejects(() => client.readUntilClose(), StreamClosedError);
  });
}

function flowCases(suite: StreamSuite): void {
  suite("IS-36 IOStream.write() of much waits for a reader with little room", async (test) => {
    const MIB = 1 << 20;
    const [server, client] = await test.pair({ client: { maxBufferSize: 5 * MIB } });
    const data = pattern(10 * MIB);
    const { log } = test;
    const written = server.write(data).then(() => log.push("written"));
    for (let i = 0; i < 10; i++) {
      const piece = await client.readBytes(MIB);
      assert(equal(piece, data.subarray(i * MIB, (i + 1) * MIB)), `piece ${i} is not as sent`);
    }
    await written;
  });

  suite("IOStream receives one piece at most while nothing is read", async (test) => {
    const [server, client] = await test.pair({ client: { readChunkSize: 1000 } });
    client.setCloseCallback(() => {});
    const data = pattern(20_000);
    server.write(data);
    await test.sleep(0.005);
    // More would have passed through the buffer before the end; this shows that it did not.
    server.close();
    await test.sleep(0.005);
    assertEquals(client.closed(), false);
    assertEquals(await client.readBytes(20_000), data);
  });
}

function writeBufferCases(suite: StreamSuite): void {
  suite("IOStream.write() takes nothing over maxWriteBufferSize", async (test) => {
    const [server, client] = await test.pair({ server: { maxWriteBufferSize: 1 << 20 } });
    await assertRejects(() => server.write(pattern((1 << 20) + 1)), StreamBufferFullError);
    assertEquals(server.writing(), false);
    // Fill the system's own buffers, so that something waits.
    let total = 0;
    const writes: Promise<void>[] = [];
    while (!server.writing()) {
      writes.push(server.write(pattern(1 << 20)));
      total += 1 << 20;
    }
    let isFull = false;
    for (let i = 0; i < 2 && !isFull; i++) {
      const write = server.write(pattern(1 << 20));
      isFull = await Promise.race([
        write.then(() => false, (error) => error instanceof StreamBufferFullError),
        test.pass().then(() => false),
      ]);
      if (!isFull) {
        writes.push(write);
        total += 1 << 20;
      }
    }
    assert(isFull);
    // The stream goes on as if that write had never been.
    let received = 0;
    while (received < total) {
      received += (await client.readBytes(total - received, { partial: true })).length;
    }
    await Promise.all(writes);
    await server.write(bytes("end"));
    assertEquals(text(await client.readBytes(3)), "end");
  });
}

function optionCases(suite: StreamSuite): void {
  suite("IOStream refuses limits that are no positive numbers", (test) => {
    for (const bad of [0, -1, NaN]) {
      assertThrows(() => new IOStream(null, test.ioLoop, { maxBufferSize: bad }), RangeError);
      assertThrows(() => new IOStream(null, test.ioLoop, { readChunkSize: bad }), RangeError);
      assertThrows(() => new IOStream(null, test.ioLoop, { maxWriteBufferSize: bad }), RangeError);
    }
    const stream = new IOStream(null, test.ioLoop);
    assertEquals(
      [stream.maxBufferSize, stream.readChunkSize, stream.maxWriteBufferSize],
      [104_857_600, 65_536, Infinity],
    );
    const small = new IOStream(null, test.ioLoop, { maxBufferSize: 1000 });
    assertEquals(small.readChunkSize, 500);
    return Promise.resolve();
  });
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
