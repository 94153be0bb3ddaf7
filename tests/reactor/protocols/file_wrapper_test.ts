import { assertEquals, assertThrows } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  FileSender,
  type FileTarget,
  FileWrapper,
  type IProtocol,
  type IPushProducer,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, packets, text } from "./bytes.ts";

/** A file in memory that takes at most so many bytes at a time, at once. */
class MemoryFile implements FileTarget {
  readonly log: string[] = [];
  readonly #limit: number;
  constructor(limit = Infinity) {
    this.#limit = limit;
  }
  write(data: Uint8Array): number {
    const taken = data.subarray(0, this.#limit);
    this.log.push(text(taken));
    return taken.length;
  }
  close(): void {
    this.log.push("closed");
  }
}

/** A file that takes bytes when the test says so. */
class SlowFile implements FileTarget {
  readonly log: string[] = [];
  #waiting: { resolve: (count?: number) => void; reject: (error: unknown) => void }[] = [];
  write(data: Uint8Array): Promise<number | void> {
    this.log.push(text(data));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
  close(): void {
    this.log.push("closed");
  }
  /** Keeps the promise of the oldest write. */
  async take(count?: number): Promise<void> {
    this.#waiting.shift()?.resolve(count);
    await Promise.resolve();
  }
  /** Breaks it. */
  async fail(error: unknown): Promise<void> {
    this.#waiting.shift()?.reject(error);
    await Promise.resolve();
  }
}

/** A push producer that notes what it is told. */
class Noting implements IPushProducer {
  readonly log: string[] = [];
  pauseProducing(): void {
    this.log.push("pause");
  }
  resumeProducing(): void {
    this.log.push("resume");
  }
  stopProducing(): void {
    this.log.push("stop");
  }
}

// -- Writing --

Deno.test("PRO-24 FileWrapper.write() writes to the file at once", () => {
  const file = new MemoryFile();
  new FileWrapper(file).write(bytes("a bytestring"));
  assertEquals(file.log, ["a bytestring"]);
});

Deno.test("PRO-25 FileWrapper.writeSequence() writes the pieces as one", () => {
  const file = new MemoryFile();
  new FileWrapper(file).writeSequence([bytes("foo"), bytes("bar")]);
  assertEquals(file.log, ["foobar"]);
});

Deno.test("FileWrapper.write() writes the rest when the file took only some bytes", () => {
  const file = new MemoryFile(4);
  new FileWrapper(file).write(bytes("one by one"));
  assertEquals(file.log, ["one ", "by o", "ne"]);
});

Deno.test("FileWrapper.write() waits for what the file has promised, and keeps a copy", async () => {
  const file = new SlowFile();
  const transport = new FileWrapper(file);
  const data = bytes("one");
  transport.write(data);
  transport.write(data);
  data.fill(0);
  assertEquals(file.log, ["one"]);
  await file.take(2);
  // The rest of the first and the second lie in one row.
  assertEquals(file.log, ["one", "eone"]);
  await file.take();
  transport.write(bytes("two"));
  assertEquals(file.log, ["one", "eone", "two"]);
});

Deno.test("FileWrapper.writeSequence() writes nothing if one piece is not bytes", () => {
  const file = new MemoryFile();
  const transport = new FileWrapper(file);
  assertThrows(
    () => transport.writeSequence([bytes("good"), "bad" as unknown as Uint8Array]),
    TypeError,
    "data is of type string",
  );
  assertEquals(file.log, []);
});

// -- Closing --

Deno.test("FileWrapper.loseConnection() closes the file after what was written, once", async () => {
  const file = new SlowFile();
  const transport = new FileWrapper(file);
  transport.write(bytes("last words"));
  transport.loseConnection();
  transport.stopProducing();
  assertEquals([file.log, transport.disconnecting, transport.disconnected], [
    ["last words"],
    true,
    false,
  ]);
  await file.take();
  assertEquals([file.log, transport.disconnected], [["last words", "closed"], true]);
  transport.write(bytes("more"));
  transport.loseConnection();
  assertEquals(file.log, ["last words", "closed"]);
});

Deno.test("FileWrapper.loseConnection() waits for the producer to be unregistered", () => {
  const file = new MemoryFile();
  const transport = new FileWrapper(file);
  transport.registerProducer(new Noting(), true);
  transport.loseConnection();
  transport.write(bytes("not yet"));
  assertEquals(file.log, ["not yet"]);
  transport.unregisterProducer();
  assertEquals(file.log, ["not yet", "closed"]);
});

Deno.test("FileWrapper needs no close()", () => {
  const transport = new FileWrapper({ write: (data) => data.length });
  transport.loseConnection();
  assertEquals(transport.disconnected, true);
});

Deno.test("FileWrapper stops the producer that comes after the end", () => {
  const transport = new FileWrapper(new MemoryFile());
  transport.loseConnection();
  const producer = new Noting();
  transport.registerProducer(producer, true);
  assertEquals([producer.log, transport.producer], [["stop"], null]);
});

// -- Producers --

Deno.test("FileWrapper pauses a push producer until the file has taken all", async () => {
  const file = new SlowFile();
  const transport = new FileWrapper(file);
  const producer = new Noting();
  transport.registerProducer(producer, true);
  transport.write(new Uint8Array(transport.bufferSize));
  assertEquals(producer.log, []);
  transport.write(new Uint8Array(1));
  assertEquals(producer.log, ["pause"]);
  await file.take();
  assertEquals(producer.log, ["pause"]);
  await file.take();
  assertEquals(producer.log, ["pause", "resume"]);
});

Deno.test("FileWrapper asks a pull producer each time the file has taken all, in one stack", async () => {
  const chunks = packets(new Uint8Array(10_000), 1);
  const file = new MemoryFile();
  const sender = new FileSender();
  sender.chunkSize = 1;
  await sender.beginFileTransfer({
    read(buffer: Uint8Array): number | null {
      const chunk = chunks.shift();
      if (chunk !== undefined) buffer.set(chunk);
      return chunk?.length ?? null;
    },
  }, new FileWrapper(file));
  assertEquals(file.log.length, 10_000);
});

Deno.test("FileWrapper asks a pull producer after a promise, too", async () => {
  const chunks = packets(bytes("one two three "), 4);
  const written: string[] = [];
  const file = { write: (data: Uint8Array) => Promise.resolve(void written.push(text(data))) };
  const transport = new FileWrapper(file);
  await new FileSender().beginFileTransfer({
    read(buffer: Uint8Array): number | null {
      const chunk = chunks.shift();
      if (chunk !== undefined) buffer.set(chunk);
      return chunk?.length ?? null;
    },
  }, transport);
  assertEquals(written, ["one ", "two ", "thre", "e "]);
});

// -- Errors --

Deno.test("FileWrapper reports what the file throws, stops its producer and closes", () => {
  using ledger = new ErrorLedger();
  const log: string[] = [];
  const transport = new FileWrapper({
    write(): number {
      throw new RangeError("Cannot write: the disk is full");
    },
    close: () => log.push("closed"),
  });
  const producer = new Noting();
  transport.registerProducer(producer, true);
  transport.write(bytes("lost"));
  transport.write(bytes("ignored"));
  assertEquals(ledger.take().map(({ message, error }) => `${message}: ${error}`), [
    "Error in FileWrapper: RangeError: Cannot write: the disk is full",
  ]);
  assertEquals([log, producer.log, transport.disconnected], [["closed"], ["stop"], true]);
});

Deno.test("FileWrapper.handleException() takes what a promise of the file is rejected with", async () => {
  const errors: unknown[] = [];
  class Careful extends FileWrapper {
    override handleException(error: unknown): void {
      errors.push(error);
    }
  }
  const file = new SlowFile();
  const transport = new Careful(file);
  transport.write(bytes("lost"));
  transport.write(bytes("lost, too"));
  await file.fail("broken");
  assertEquals([errors, file.log, transport.disconnected], [["broken"], ["lost", "closed"], true]);
});

Deno.test("FileWrapper.handleException() takes what closing throws, now or later", async () => {
  const errors: unknown[] = [];
  class Careful extends FileWrapper {
    override handleException(error: unknown): void {
      errors.push(error);
    }
  }
  const write = (): void => {};
  new Careful({
    write,
    close() {
      throw new Error("now");
    },
  }).loseConnection();
  new Careful({ write, close: () => Promise.reject(new Error("later")) }).loseConnection();
  await Promise.resolve();
  assertEquals(errors.map(String), ["Error: now", "Error: later"]);
});

Deno.test("FileWrapper fails when the file takes nothing, or more than there is", async () => {
  using ledger = new ErrorLedger();
  new FileWrapper({ write: () => 0 }).write(bytes("some"));
  new FileWrapper({ write: () => NaN }).write(bytes("some"));
  new FileWrapper({ write: () => Promise.resolve(5) }).write(bytes("some"));
  await Promise.resolve();
  assertEquals(ledger.take().map(({ error }) => String(error)), [
    "RangeError: Cannot write to a file: it took 0 of 4 bytes",
    "RangeError: Cannot write to a file: it took NaN of 4 bytes",
    "RangeError: Cannot write to a file: it took 5 of 4 bytes",
  ]);
});

// -- As a transport --

Deno.test("FileWrapper is a transport for any protocol", () => {
  const file = new MemoryFile();
  const transport = new FileWrapper(file);
  const protocol: IProtocol = new wire.Echo();
  protocol.makeConnection(transport);
  protocol.dataReceived(bytes("hello"));
  transport.pauseProducing();
  transport.resumeProducing();
  assertEquals(file.log, ["hello"]);
  assertEquals([`${transport.getHost()}`, `${transport.getPeer()}`], [
    "PipeAddress()",
    "PipeAddress()",
  ]);
});

Deno.test("FileWrapper fails when its producer throws, at once and after a promise", async () => {
  const [file, slow] = [new MemoryFile(), new SlowFile()];
  for (const target of [file, slow]) {
    const log: unknown[] = [];
    class Careful extends FileWrapper {
      override handleException(error: unknown): void {
        log.push((error as Error).message);
      }
    }
    const transport = new Careful(target);
    const producer = {
      resumeProducing() {
        throw new RangeError("producer");
      },
      stopProducing: () => void log.push("stopped"),
    };
    // A pull producer is asked when it is registered; that is no matter of the file's.
    assertThrows(() => transport.registerProducer(producer, false), RangeError, "producer");
    transport.write(bytes("x"));
    await slow.take();
    assertEquals([log, target.log], [["producer", "stopped"], ["x", "closed"]]);
    assertEquals(transport.disconnected, true);
  }
});
