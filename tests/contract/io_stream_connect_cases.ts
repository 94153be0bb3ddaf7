/**
 * Streams that connect.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { IOStream, StreamBusyError, StreamClosedError } from "../../ioloop/mod.ts";
import { SocketError, type StreamAddress } from "../../poller/mod.ts";
import { bytes, type StreamCase, type StreamSuite, text } from "./io_stream_contract.ts";

/** Registers the cases. */
export function connectCases(suite: StreamSuite): void {
  successCases(suite);
  failureCases(suite);
}

/** An address where nobody listens. */
async function deadAddress(test: StreamCase): Promise<StreamAddress> {
  const listener = test.listen();
  listener.close();
  await listener.released;
  return listener.localAddress;
}

function successCases(suite: StreamSuite): void {
  suite("IS-04 IOStream.write() while connecting is sent after connect()", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    const { log } = test;
    // Even before connect() was called.
    const early = client.write(bytes("a")).then(() => log.push("early"));
    const connected = client.connect(listener.localAddress).then(() => log.push("connected"));
    const late = client.write(bytes("bc")).then(() => log.push("late"));
    assertEquals(client.writing(), true);
    await Promise.all([early, connected, late]);
    assertEquals(log, ["connected", "early", "late"]);
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    assertEquals(text(await server.readBytes(3)), "abc");
  });

  suite("IS-05 IOStream.connect() is fulfilled with the stream itself", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    assertEquals([client.fileno(), client.localAddress, client.remoteAddress], [-1, null, null]);
    assert(await client.connect(listener.localAddress) === client);
    assertEquals(client.remoteAddress, listener.localAddress);
    assertEquals(client.fileno(), client.handle?.id);
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    assertEquals(server.remoteAddress, client.localAddress);
    await client.write(bytes("GET / HTTP/1.0\r\n\r\n"));
    assertEquals(text(await server.readUntil("\r\n\r\n")), "GET / HTTP/1.0\r\n\r\n");
    await server.write(bytes("Hello"));
    assertEquals(text(await client.readBytes(5)), "Hello");
    client.setNodelay(false);
    client.setNodelay(true);
  });

  suite("IOStream.readBytes() while connecting waits for the connection", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    const connected = client.connect(listener.localAddress);
    const read = client.readUntil("\n");
    await connected;
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    server.write(bytes("hello\n"));
    assertEquals(text(await read), "hello\n");
  });

  suite("IOStream.readBytes() before connect() waits for the connection", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    const read = client.readUntil("\n");
    await client.connect(listener.localAddress);
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    server.write(bytes("hello\n"));
    assertEquals(text(await read), "hello\n");
  });

  suite("IOStream.connect() waits for a handle that connects already", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const handle = test.ioLoop.platform.network.connect(listener.localAddress);
    const client = test.own(new IOStream(handle, test.ioLoop));
    await client.connect();
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    server.write(bytes("hi"));
    assertEquals(text(await client.readBytes(2)), "hi");
  });

  suite("IOStream works over a handle that connects without connect()", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const handle = test.ioLoop.platform.network.connect(listener.localAddress);
    const client = test.own(new IOStream(handle, test.ioLoop));
    await client.write(bytes("hi"));
    const server = test.own(new IOStream(await accepted, test.ioLoop));
    assertEquals(text(await server.readBytes(2)), "hi");
  });
}

function failureCases(suite: StreamSuite): void {
  suite("IS-10 IOStream.connect() rejects when the connection is refused", async (test) => {
    const address = await deadAddress(test);
    const client = test.own(new IOStream(null, test.ioLoop));
    const { log } = test;
    client.setCloseCallback(() => log.push("closed"));
    const connected = client.connect(address);
    const written = client.write(bytes("lost"));
    const read = client.readBytes(1);
    const error = await assertRejects(() => connected, StreamClosedError);
    assertInstanceOf(error.realError, SocketError);
    assertEquals(error.realError.code, "ECONNREFUSED");
    assertEquals(client.error, error.realError);
    assertEquals(error.cause, error.realError);
    await assertRejects(() => written, StreamClosedError);
    await assertRejects(() => read, StreamClosedError);
    await test.pass();
    assertEquals(log, ["closed"]);
    await assertRejects(() => client.connect(address), StreamClosedError);
  });

  suite("IS-11 IOStream.connect() to an unknown host closes with that error", async (test) => {
    const client = test.own(new IOStream(null, test.ioLoop));
    const end = test.closing(client);
    const address = { transport: "tcp", hostname: "no such host", port: 80 } as const;
    const error = await assertRejects(() => client.connect(address), StreamClosedError);
    assertInstanceOf(error.realError, SocketError);
    assertEquals(error.realError.code, "ENOTFOUND");
    assertEquals(client.error, error.realError);
    await end;
  });

  suite("IOStream over a handle that is refused closes without connect()", async (test) => {
    const handle = test.ioLoop.platform.network.connect(await deadAddress(test));
    const client = test.own(new IOStream(handle, test.ioLoop));
    const error = await assertRejects(() => client.readBytes(1), StreamClosedError);
    assertEquals((error.realError as SocketError).code, "ECONNREFUSED");
  });

  suite("IOStream.connect() rejects misuse without harm", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    await assertRejects(() => client.connect(), StreamBusyError);
    const connected = client.connect(listener.localAddress);
    await assertRejects(() => client.connect(listener.localAddress), StreamBusyError);
    await connected;
    await assertRejects(() => client.connect(listener.localAddress), StreamBusyError);
    await accepted;
  });

  suite("IOStream.connect() rejects a bad port", async (test) => {
    const client = test.own(new IOStream(null, test.ioLoop));
    const address = { transport: "tcp", hostname: "127.0.0.1", port: 70_000 } as const;
    await assertRejects(() => client.connect(address), RangeError);
    assertEquals(client.closed(), true);
  });

  suite("IOStream.close() while connecting gives up", async (test) => {
    const listener = test.listen();
    const accepted = test.accept(listener);
    const client = test.own(new IOStream(null, test.ioLoop));
    const connected = client.connect(listener.localAddress);
    client.close();
    const error = await assertRejects(() => connected, StreamClosedError);
    assertEquals(error.realError, null);
    // The listener may have seen the attempt or not.
    await Promise.race([accepted, test.sleep(0.005)]);
  });
}
