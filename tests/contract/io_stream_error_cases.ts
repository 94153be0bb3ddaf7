/**
 * Errors of a stream's descriptor.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { IOStream, StreamClosedError } from "../../ioloop/mod.ts";
import { SocketError } from "../../poller/mod.ts";
import { bytes, pattern, type StreamSuite, text } from "./io_stream_contract.ts";

/** A stream whose descriptor fails when it is told to. */
class BreakableStream extends IOStream {
  /** What the next use of the descriptor throws. */
  failure: Error | null = null;

  protected override readFromFd(buffer: Uint8Array): number | null | undefined {
    if (this.failure !== null) throw this.failure;
    return super.readFromFd(buffer);
  }

  protected override writeToFd(data: Uint8Array): number {
    if (this.failure !== null) throw this.failure;
    return super.writeToFd(data);
  }
}

const BREAKABLE = {
  makeServer: (...args: ConstructorParameters<typeof IOStream>) => new BreakableStream(...args),
};

/** Registers the cases. */
export function errorCases(suite: StreamSuite): void {
  readErrorCases(suite);
  writeErrorCases(suite);
}

function readErrorCases(suite: StreamSuite): void {
  suite("IS-20, IS-24 IOStream.readUntilClose() tells of an error found inline", async (test) => {
    const [server, client] = await test.pair(BREAKABLE);
    const stream = server as BreakableStream;
    const boom = stream.failure = new SocketError("EUNKNOWN", "Cannot receive: it is broken");
    const { log } = test;
    test.ioLoop.addCallback(() => log.push("pass"));
    const error = await assertRejects(() => stream.readBytes(1), StreamClosedError);
    assertEquals(error.realError, boom);
    assertEquals(log, []);
    assertEquals(stream.closed(), true);
    client.close();
  });

  suite("IS-25 IOStream.readBytes() tells of an error found later, once", async (test) => {
    const [server, client] = await test.pair(BREAKABLE);
    const stream = server as BreakableStream;
    const { log } = test;
    const end = test.closing(stream);
    const read = stream.readBytes(100).catch((error) => log.push(error.realError.message));
    stream.failure = new SocketError("EUNKNOWN", "Cannot receive: it is broken");
    client.write(bytes("x"));
    await Promise.all([read, end]);
    assertEquals(log, ["Cannot receive: it is broken"]);
    assertEquals(stream.error, stream.failure);
    // A connection that is lost is not the program's mistake: nothing else is told.
    assertEquals(test.world.takeReports(), []);
  });

  suite("IOStream.readBytes() rejects with the reset of the peer", async (test) => {
    const [server, client] = await test.pair();
    // A peer that closes without having read what it was sent resets the connection.
    client.write(pattern(100_000));
    await test.sleep(0.005);
    const read = client.readBytes(1);
    server.handle?.abort();
    const error = await assertRejects(() => read, StreamClosedError);
    if (error.realError !== null) assertInstanceOf(error.realError, SocketError);
    assertEquals(client.closed(), true);
  });
}

function writeErrorCases(suite: StreamSuite): void {
  suite("IOStream.write() rejects with an error found inline", async (test) => {
    const [server, client] = await test.pair(BREAKABLE);
    const stream = server as BreakableStream;
    const boom = stream.failure = new SocketError("EPIPE", "Cannot send: it is broken");
    const end = test.closing(stream);
    const error = await assertRejects(() => stream.write(bytes("x")), StreamClosedError);
    assertEquals(error.realError, boom);
    assertEquals(stream.error, boom);
    await end;
    client.close();
  });

  suite("IOStream.write() of all that wait rejects with an error found later", async (test) => {
    const [server, client] = await test.pair(BREAKABLE);
    const stream = server as BreakableStream;
    const { log } = test;
    const writes = [stream.write(pattern(16 << 20)), stream.write(bytes("x"))];
    writes.forEach((write, i) => write.catch((error) => log.push(`${i} ${error.realError.code}`)));
    const end = test.closing(stream);
    stream.failure = new SocketError("EPIPE", "Cannot send: it is broken");
    client.readBytes(16 << 20);
    await end;
    assertEquals(log, ["0 EPIPE", "1 EPIPE"]);
  });

  suite("IOStream.write() to a peer that vanished closes the stream", async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    server.close();
    let writes = 0;
    while (!client.closed()) {
      await client.write(pattern(1000)).catch(() => {});
      writes++;
      await test.sleep(0.0005);
    }
    await end;
    assert(writes < 1000);
    await assertRejects(() => client.write(bytes("x")), StreamClosedError);
  });

  suite.steady("IOStream.readBytes() has what came before a write failed", async (test) => {
    const [server, client] = await test.pair(BREAKABLE);
    const stream = server as BreakableStream;
    client.write(bytes("abc"));
    assertEquals(text(await stream.readBytes(1)), "a");
    stream.failure = new SocketError("EPIPE", "Cannot send: it is broken");
    await assertRejects(() => stream.write(bytes("x")), StreamClosedError);
    assertEquals(text(await stream.readBytes(2)), "bc");
    await assertRejects(() => stream.readBytes(1), StreamClosedError);
  });
}
