/**
 * The rules of buffering, producers and closing, without sockets.
 *
 * @module
 */

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Failure } from "../../../reactor/deferred/failure.ts";
import { ConnectionDone, ConnectionLost } from "../../../reactor/errors.ts";
import { FileDescriptor } from "../../../reactor/net/file_descriptor.ts";
import { MemoryReactor } from "../../../reactor/testing/mod.ts";

/** A descriptor over a handle that takes as many bytes as the test says. */
class Pipe extends FileDescriptor {
  readonly manual: MemoryReactor;
  /** How many bytes are taken before there is no room; an error to fail with. */
  room: number | Error = Infinity;
  /** What was taken, call by call. */
  readonly sent: number[][] = [];
  readonly log: string[] = [];
  reason: unknown = null;

  constructor() {
    const manual = new MemoryReactor();
    super(manual);
    this.manual = manual;
    this.connected = true;
  }
  fileno(): number {
    return 1;
  }
  logPrefix(): string {
    return "pipe";
  }
  doRead(): undefined {
    return undefined;
  }
  protected writeSomeData(data: Uint8Array): number | Error {
    if (typeof this.room !== "number") return this.room;
    const count = Math.min(this.room, data.length);
    this.room -= count;
    if (count > 0) this.sent.push([...data.subarray(0, count)]);
    return count;
  }
  protected override closeWriteConnection(): undefined {
    this.log.push("write side shut");
    return undefined;
  }
  override connectionLost(reason: Failure): void {
    this.log.push("connectionLost");
    this.reason = reason.value;
    super.connectionLost(reason);
  }
  get writing(): boolean {
    return this.manual.getWriters().includes(this);
  }
  get reading(): boolean {
    return this.manual.getReaders().includes(this);
  }
  /** Does what a reactor does when there is room. */
  writable(): void {
    if (!this.writing) return;
    const reason = this.doWrite();
    if (reason !== undefined) this.connectionLost(new Failure(reason));
  }
}

/** Both kinds of producer: says what it is told. */
class Producer {
  readonly log: string[] = [];
  onResume: () => void = () => {};
  pauseProducing(): void {
    this.log.push("pause");
  }
  resumeProducing(): void {
    this.log.push("resume");
    this.onResume();
  }
  stopProducing(): void {
    this.log.push("stop");
  }
}

function bytes(length: number): Uint8Array {
  return new Uint8Array(length);
}

function lose(pipe: Pipe): void {
  pipe.connectionLost(new Failure(new ConnectionDone()));
}

const TEXT = "text" as unknown as Uint8Array;

// -- Writing --

Deno.test("FDESC-01 FileDescriptor.write() throws when data is text", () => {
  assertThrows(() => new Pipe().write(TEXT), TypeError, "data is text");
});

Deno.test("FDESC-02, TCP-49 FileDescriptor.writeSequence() throws when a piece is text, and sends nothing", () => {
  const pipe = new Pipe();
  assertThrows(() => pipe.writeSequence([bytes(1), TEXT]), TypeError);
  assertEquals(pipe.sent, []);
  assertEquals(pipe.writing, false);
});

Deno.test("FDESC-03 FileDescriptor is a push producer that reads", () => {
  const pipe = new Pipe();
  pipe.resumeProducing();
  assertEquals(pipe.reading, true);
  pipe.pauseProducing();
  assertEquals(pipe.reading, false);
  pipe.stopProducing();
  assertEquals(pipe.disconnecting, true);
});

Deno.test("FDESC-04 FileDescriptor.doWrite() keeps its buffer when there is no room", () => {
  const pipe = new Pipe();
  pipe.room = 0;
  pipe.write(new Uint8Array([1, 2]));
  assertEquals(pipe.doWrite(), undefined);
  assertEquals(pipe.writing, true);
  pipe.room = 9;
  pipe.writable();
  assertEquals(pipe.sent, [[1, 2]]);
  assertEquals(pipe.writing, false);
});

Deno.test("FileDescriptor.write() hands bytes to the handle at once when nothing waits", () => {
  const pipe = new Pipe();
  pipe.room = 2;
  const data = new Uint8Array([1, 2, 3]);
  pipe.write(data);
  data.fill(9); // What was not taken was copied.
  pipe.write(new Uint8Array([4]));
  assertEquals(pipe.sent, [[1, 2]]);
  pipe.room = 9;
  pipe.writable();
  assertEquals(pipe.sent, [[1, 2], [3, 4]]);
});

Deno.test("FileDescriptor.writeSequence() sends its pieces as one", () => {
  const pipe = new Pipe();
  pipe.writeSequence([new Uint8Array([1]), new Uint8Array(0), new Uint8Array([2, 3])]);
  assertEquals(pipe.sent, [[1, 2, 3]]);
  assertEquals(pipe.writing, false);
});

Deno.test("FileDescriptor.write() reports an error in a later pass", () => {
  const pipe = new Pipe();
  pipe.resumeProducing();
  pipe.room = new ConnectionLost();
  pipe.write(bytes(1));
  pipe.write(bytes(1));
  assertEquals(pipe.log, []);
  assertEquals([pipe.reading, pipe.writing], [false, false]);
  void pipe.manual.iterate();
  assertEquals(pipe.log, ["connectionLost"]);
  assertInstanceOf(pipe.reason, ConnectionLost);
});

Deno.test("FileDescriptor.doWrite() sends a bounded number of bytes", () => {
  const pipe = new Pipe();
  pipe.room = 0;
  for (let i = 0; i < 20; i++) pipe.write(bytes(16_384));
  pipe.room = Infinity;
  pipe.writable();
  assertEquals(pipe.sent.length, 8);
  assertEquals(pipe.writing, true);
  while (pipe.writing) pipe.writable();
  assertEquals(pipe.sent.length, 20);
});

// -- Producers --

Deno.test("INET-54 FileDescriptor.registerProducer() resumes a pull producer and refuses a second", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, false);
  assertEquals(producer.log, ["resume"]);
  assertThrows(() => pipe.registerProducer(new Producer(), false), Error, "registered");
});

Deno.test("INET-55 FileDescriptor.registerProducer() stops the producer when disconnected", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  lose(pipe);
  pipe.registerProducer(producer, false);
  assertEquals(producer.log, ["stop"]);
  assertEquals(pipe.producer, null);
});

Deno.test("INET-56 FileDescriptor.write() never pauses a pull producer", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, false);
  pipe.write(bytes(100_000));
  assertEquals(producer.log, ["resume"]);
  pipe.writable();
  assertEquals(producer.log, ["resume", "resume"]);
});

Deno.test("INET-57, TCP-51 FileDescriptor.writeSequence() never pauses a pull producer", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, false);
  pipe.writeSequence([bytes(100_000), bytes(100_000)]);
  assertEquals(producer.log, ["resume"]);
});

/** A producer that is resumed and writes too much has to be paused again, and resumed again. */
function checkReentrantProducer(write: (pipe: Pipe) => void): void {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.bufferSize = 5;
  pipe.registerProducer(producer, true);
  write(pipe);
  assertEquals(producer.log, ["pause"]);
  producer.onResume = () => write(pipe);
  pipe.writable();
  assertEquals(producer.log, ["pause", "resume", "pause"]);
  producer.onResume = () => {};
  pipe.writable();
  assertEquals(producer.log, ["pause", "resume", "pause", "resume"]);
  assertEquals(pipe.producerPaused, false);
}

Deno.test("INET-58 FileDescriptor.write() pauses a push producer that writes when resumed", () => {
  checkReentrantProducer((pipe) => pipe.write(bytes(10)));
});

Deno.test("INET-59, TCP-50 FileDescriptor.writeSequence() pauses a push producer that writes when resumed", () => {
  checkReentrantProducer((pipe) => pipe.writeSequence([bytes(5), bytes(5)]));
});

Deno.test("FileDescriptor.write() pauses a push producer when the buffer exceeds its size, not before", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, true);
  pipe.room = 0;
  pipe.write(bytes(65_536));
  assertEquals(producer.log, []);
  pipe.write(bytes(1));
  assertEquals(producer.log, ["pause"]);
});

Deno.test("FileDescriptor.connectionLost() stops the producer", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, true);
  lose(pipe);
  assertEquals(producer.log, ["stop"]);
  assertEquals([pipe.connected, pipe.disconnected], [false, true]);
});

Deno.test("CMIX-07 FileDescriptor.unregisterProducer() does not write again once disconnected", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, true);
  pipe.loseConnection();
  lose(pipe);
  pipe.unregisterProducer();
  assertEquals(pipe.writing, false);
});

Deno.test("CMIX-08 FileDescriptor.loseConnection() waits for either kind of producer", () => {
  for (const streaming of [true, false]) {
    const [pipe, producer] = [new Pipe(), new Producer()];
    if (streaming) pipe.registerProducer(producer, true);
    else pipe.registerProducer(producer, false);
    pipe.loseConnection();
    for (let pass = 0; pass < 3; pass++) pipe.writable();
    assertEquals(pipe.log, []);
    pipe.unregisterProducer();
    pipe.writable();
    assertEquals(pipe.log, ["connectionLost"]);
  }
});

Deno.test("FileDescriptor.stopConsuming() unregisters and closes", () => {
  const [pipe, producer] = [new Pipe(), new Producer()];
  pipe.registerProducer(producer, true);
  pipe.stopConsuming();
  assertEquals([pipe.producer, pipe.disconnecting], [null, true]);
});

// -- Closing --

Deno.test("FileDescriptor.loseConnection() closes after the buffer, in a later pass", () => {
  const pipe = new Pipe();
  pipe.resumeProducing();
  pipe.room = 0;
  pipe.write(new Uint8Array([1]));
  pipe.loseConnection();
  pipe.loseConnection();
  pipe.write(new Uint8Array([2])); // Still accepted: the buffer has not drained.
  assertEquals([pipe.reading, pipe.disconnecting], [false, true]);
  pipe.writable();
  assertEquals(pipe.log, []);
  pipe.room = 9;
  pipe.writable();
  assertEquals(pipe.sent, [[1, 2]]);
  assertEquals(pipe.log, ["connectionLost"]);
  assertInstanceOf(pipe.reason, ConnectionDone);
});

Deno.test("FileDescriptor.loseConnection() closes at once when the write side is shut", () => {
  const pipe = new Pipe();
  pipe.loseWriteConnection();
  pipe.writable();
  pipe.write(bytes(1)); // Discarded.
  pipe.loseConnection();
  assertEquals(pipe.log, ["write side shut", "connectionLost"]);
  assertEquals(pipe.sent, []);
});

Deno.test("FileDescriptor.loseWriteConnection() shuts the write side after the buffer, once", () => {
  const pipe = new Pipe();
  pipe.room = 0;
  pipe.write(bytes(1));
  pipe.loseWriteConnection();
  pipe.writable();
  assertEquals(pipe.log, []);
  pipe.room = 9;
  pipe.writable();
  pipe.loseWriteConnection();
  pipe.writable();
  assertEquals(pipe.log, ["write side shut"]);
  assertEquals(pipe.connected, true);
});

Deno.test("TCP-43, TCP-44, TCP-45 FileDescriptor.resumeProducing() reads until it is closing or lost", () => {
  const [open, closing, lost] = [new Pipe(), new Pipe(), new Pipe()];
  closing.loseConnection();
  lose(lost);
  for (const pipe of [open, closing, lost]) pipe.resumeProducing();
  assertEquals([open.reading, closing.reading, lost.reading], [true, false, false]);
});
