import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  CancelledError,
  type Failure,
  FileSender,
  type FileSource,
  FileTransferStoppedError,
  type IPullProducer,
  StringTransport,
} from "../../../reactor/mod.ts";
import { bytes, text } from "./bytes.ts";

/** A file in memory that gives as much as it is asked for. */
class MemoryFile implements FileSource {
  /** How much was asked for, each time. */
  readonly asked: number[] = [];
  #rest: Uint8Array;
  constructor(content: string) {
    this.#rest = bytes(content);
  }
  read(buffer: Uint8Array): number | null {
    this.asked.push(buffer.length);
    const chunk = this.#rest.subarray(0, buffer.length);
    this.#rest = this.#rest.subarray(chunk.length);
    buffer.set(chunk);
    return chunk.length === 0 ? null : chunk.length;
  }
}

/** Asks for more until the end of the file. */
function drain(transport: StringTransport): void {
  while (transport.producer !== null) transport.producer.resumeProducing();
}

Deno.test("LINE-61 FileSender is a pull producer: it is resumed and stopped", () => {
  const sender: IPullProducer = new FileSender();
  sender.resumeProducing();
  sender.stopProducing();
  assertEquals("pauseProducing" in sender, false);
});

Deno.test("LINE-62 FileSender.beginFileTransfer() registers a pull producer", () => {
  const transport = new StringTransport();
  const sender = new FileSender();
  sender.beginFileTransfer(new MemoryFile("content"), transport);
  assertEquals([transport.producer === sender, transport.streaming], [true, false]);
  assertThrows(
    () => sender.beginFileTransfer(new MemoryFile(""), transport),
    TypeError,
    "another transfer is under way",
  );
});

Deno.test("LINE-63 FileSender sends the file and fires with the last byte", () => {
  const transport = new StringTransport();
  const log: string[] = [];
  new FileSender().beginFileTransfer(new MemoryFile("content"), transport)
    .addCallback((last) => log.push(text(last)));
  transport.producer?.resumeProducing();
  assertEquals(log, ["t"]);
  assertEquals(text(transport.value()), "content");
  assertEquals(transport.producer, null);
});

Deno.test("FileSender fires with nothing at the end of an empty file", () => {
  const transport = new StringTransport();
  const log: number[] = [];
  new FileSender().beginFileTransfer(new MemoryFile(""), transport)
    .addCallback((last) => log.push(last.length));
  assertEquals(log, [0]);
});

Deno.test("LINE-64 FileSender sends at most chunkSize each time it is asked", () => {
  const transport = new StringTransport();
  const file = new MemoryFile("x".repeat(2 * 16_384));
  new FileSender().beginFileTransfer(file, transport);
  assertEquals(transport.value().length, 16_384);
  transport.producer?.resumeProducing();
  assertEquals(transport.value().length, 2 * 16_384);
  drain(transport);
  assertEquals(file.asked, [16_384, 16_384, 16_384]);

  const small = new FileSender();
  small.chunkSize = 5;
  transport.clear();
  small.beginFileTransfer(new MemoryFile("0123456789ab"), transport);
  drain(transport);
  assertEquals(transport.pieces().map(text), ["01234", "56789", "ab"]);
});

Deno.test("LINE-65 FileSender sends what the transformation makes of each chunk", () => {
  const transport = new StringTransport();
  const log: string[] = [];
  new FileSender().beginFileTransfer(
    new MemoryFile("content"),
    transport,
    (chunk) => bytes(text(chunk).toUpperCase()),
  ).addCallback((last) => log.push(text(last)));
  drain(transport);
  assertEquals(text(transport.value()), "CONTENT");
  assertEquals(log, ["T"]);
});

Deno.test("LINE-66 FileSender.stopProducing() fails the transfer, once", () => {
  const transport = new StringTransport();
  const log: Failure[] = [];
  const sender = new FileSender();
  sender.beginFileTransfer(new MemoryFile("content"), transport)
    .addErrback((failure) => log.push(failure));
  sender.stopProducing();
  sender.stopProducing();
  sender.resumeProducing();
  assertEquals(log.length, 1);
  assertInstanceOf(log[0]?.value, FileTransferStoppedError);
  assertEquals(text(transport.value()), "content");
});

Deno.test("FileSender fails with what reading or the transformation throws", () => {
  const broken: FileSource = {
    read: () => {
      throw new RangeError("unreadable");
    },
  };
  const unchangeable = () => {
    throw new RangeError("unchangeable");
  };
  const log: string[] = [];
  const keep = (failure: Failure) => log.push(failure.getErrorMessage());
  const transport = new StringTransport();
  const sender = new FileSender();
  sender.beginFileTransfer(broken, transport).addErrback(keep);
  assertEquals(transport.producer, null);
  sender.beginFileTransfer(new MemoryFile("x"), transport, unchangeable).addErrback(keep);
  assertEquals(transport.producer, null);
  assertEquals(log, ["unreadable", "unchangeable"]);
});

Deno.test("FileSender waits for a file that is read asynchronously", async () => {
  const transport = new StringTransport();
  const file = new MemoryFile("abcdef");
  const sender = new FileSender();
  sender.chunkSize = 4;
  const sent = sender.beginFileTransfer(
    { read: (buffer) => Promise.resolve(file.read(buffer)) },
    transport,
  );
  assertEquals(transport.value().length, 0);
  await Promise.resolve();
  assertEquals(text(transport.value()), "abcd");
  transport.producer?.resumeProducing();
  await Promise.resolve();
  transport.producer?.resumeProducing();
  assertEquals(text(await sent), "f");
});

Deno.test("FileSender sends nothing of what was read when the transfer was cancelled", async () => {
  const transport = new StringTransport();
  const read = Promise.withResolvers<number>();
  const log: unknown[] = [];
  const sent = new FileSender().beginFileTransfer({ read: () => read.promise }, transport);
  sent.addErrback((failure) => log.push(failure.type));
  sent.cancel();
  read.resolve(10);
  await read.promise;
  assertEquals(log, [CancelledError]);
  assertEquals(transport.value().length, 0);
  assertEquals(transport.producer, null);
});

Deno.test("FileSender may begin again after a consumer has refused it", () => {
  const transport = new StringTransport();
  const busy = new FileSender();
  busy.beginFileTransfer(new MemoryFile("x"), transport);
  const sender = new FileSender();
  assertThrows(() => sender.beginFileTransfer(new MemoryFile("y"), transport), Error, "registered");
  drain(transport);
  transport.clear();
  sender.beginFileTransfer(new MemoryFile("y"), transport);
  drain(transport);
  assertEquals(text(transport.value()), "y");
});

Deno.test("FileSender reads one chunk at a time, however often it is asked", async () => {
  const reads: ((count: number | null) => void)[] = [];
  const file: FileSource = {
    read: (buffer) => {
      buffer[0] = 0x61 + reads.length;
      return new Promise((resolve) => reads.push(resolve));
    },
  };
  const transport = new StringTransport();
  const sender = new FileSender();
  const done = sender.beginFileTransfer(file, transport);
  sender.resumeProducing();
  sender.resumeProducing();
  assertEquals(reads.length, 1);
  reads[0]?.(1);
  await null;
  await null;
  sender.resumeProducing();
  assertEquals(reads.length, 2);
  reads[1]?.(null);
  assertEquals(text(await done), "a");
  assertEquals(text(transport.value()), "a");
});

Deno.test("FileSender goes on to read when the transformation leaves nothing of a chunk", async () => {
  const keepCapitals = (chunk: Uint8Array) => chunk.filter((byte) => byte < 0x60);
  const content = `${"a".repeat(20_000)}B${"c".repeat(20_000)}D`;
  const synchronous = new MemoryFile(content);
  const rest = new MemoryFile(content);
  const promised: FileSource = { read: (buffer) => Promise.resolve(rest.read(buffer)) };
  for (const file of [synchronous, promised]) {
    const transport = new StringTransport();
    const sender = new FileSender();
    sender.chunkSize = 1;
    const done = sender.beginFileTransfer(file, transport, keepCapitals);
    const written = () => text(transport.value());
    // A consumer asks once, and again when what it got is sent.
    for (const expected of ["B", "BD"]) {
      // A chunk takes a few microtasks when it is promised.
      for (let turn = 0; turn < 100_000 && written() !== expected; turn++) await null;
      assertEquals(written(), expected);
      transport.drain();
    }
    assertEquals(text(await done), "D");
    assertEquals(transport.producer, null);
  }
});

Deno.test("FileSender fails with what a promise of the file is rejected with", async () => {
  const transport = new StringTransport();
  const log: unknown[] = [];
  const done = new FileSender().beginFileTransfer(
    { read: () => Promise.reject(new RangeError("read")) },
    transport,
  ).addErrback(({ type }) => void log.push(type));
  await done;
  assertEquals([log, transport.producer], [[RangeError], null]);
});
