/**
 * What a stream makes of events, told to it one by one.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  BaseIOStream,
  type Descriptor,
  type Handler,
  IOStream,
  type IOStreamOptions,
  PollIOLoop,
} from "../../../ioloop/mod.ts";
import { ERROR, type Interest, READ, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

/** A loop that keeps the one handler that it is given for the test to call. */
class TellingLoop extends PollIOLoop {
  #handler: ((events: Interest) => unknown) | null = null;
  watched: Interest = 0;

  override addHandler<F extends Descriptor>(fd: F, handler: Handler<F>, events: Interest): void {
    this.#handler = (ready) => handler(fd, ready);
    this.watched = events;
  }

  override updateHandler(_fd: Descriptor, events: Interest): void {
    this.watched = events;
  }

  override removeHandler(_fd: Descriptor): void {
    this.#handler = null;
  }

  /** Tells the stream what it is ready for. */
  tell(events: Interest): void {
    this.#handler?.(events);
  }
}

/** A stream over a source that has bytes without end, or none. */
class SourceStream extends BaseIOStream {
  hasBytes = false;
  fdError: Error | null = null;
  reads = 0;

  override fileno(): number {
    return 7;
  }

  protected override closeFd(): void {}

  protected override writeToFd(bytes: Uint8Array): number {
    return bytes.length;
  }

  protected override readFromFd(buffer: Uint8Array): number | undefined {
    if (!this.hasBytes) return undefined;
    this.reads++;
    return buffer.length;
  }

  protected override getFdError(): unknown {
    return this.fdError;
  }
}

function streamTest(name: string, body: (ioLoop: TellingLoop) => Promise<void>): void {
  Deno.test(name, () => {
    const sim = new Simulation({ seed: 1 });
    const ioLoop = new TellingLoop(sim.host("host"), { makeCurrent: false });
    return sim.run(() => ioLoop.runSync(() => body(ioLoop)));
  });
}

function pass(ioLoop: PollIOLoop): Promise<void> {
  return new Promise((resolve) => ioLoop.addCallback(resolve));
}

streamTest(
  "BaseIOStream closes on ERROR only after the callbacks that are queued",
  async (ioLoop) => {
    const log: string[] = [];
    const stream = new SourceStream(ioLoop);
    stream.setCloseCallback(() => log.push("closed"));
    stream.fdError = new Error("lost");
    ioLoop.addCallback(() => log.push(`queued ${stream.closed()}`));
    ioLoop.tell(ERROR);
    assertEquals(stream.closed(), false);
    assertStrictEquals(stream.error, stream.fdError);
    await pass(ioLoop);
    assertEquals(log, ["queued false"]);
    assertEquals(stream.closed(), true);
    await pass(ioLoop);
    assertEquals(log, ["queued false", "closed"]);
  },
);

streamTest(
  "BaseIOStream receives no piece more once there are as many bytes as wanted",
  async (ioLoop) => {
    const options: IOStreamOptions = { readChunkSize: 100 };
    const stream = new SourceStream(ioLoop, options);
    const read = stream.readBytes(250);
    stream.hasBytes = true;
    ioLoop.tell(READ);
    // Pieces of 100: the third has the last byte, and the buffer is not searched before the fourth.
    assertEquals(stream.reads, 3);
    assertEquals((await read).length, 250);
    assertEquals((await stream.readBytes(50)).length, 50);
    assertEquals(stream.reads, 3);
    stream.close();
  },
);

streamTest("IOStream.connect() waits on when it is woken for nothing", async (ioLoop) => {
  const log: string[] = [];
  const state = { connecting: true, received: 0 };
  const handle = {
    fileno: () => 7,
    close() {},
    takeError: () => null,
    send: (bytes: Uint8Array) => bytes.length,
    receiveInto: () => void state.received++,
    get connecting() {
      return state.connecting;
    },
  } as unknown as StreamHandle;
  const stream = new IOStream(handle, ioLoop);
  const connected = stream.connect().then(() => log.push("connected"));
  stream.write(new Uint8Array(3)).then(() => log.push("written"));
  const read = stream.readBytes(1).catch(() => log.push("read fails"));
  for (const events of [WRITE, READ, READ | WRITE]) ioLoop.tell(events);
  await pass(ioLoop);
  assertEquals([log, state.received], [[], 0]);
  state.connecting = false;
  ioLoop.tell(WRITE);
  await connected;
  await pass(ioLoop);
  assertEquals(log, ["connected", "written"]);
  assertEquals(ioLoop.watched, READ | ERROR);
  stream.close();
  await read;
});
