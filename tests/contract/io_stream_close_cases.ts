/**
 * The end of streams, and what comes before it.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { IOStream, StreamClosedError } from "../../ioloop/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import { bytes, pattern, type StreamSuite, text } from "./io_stream_contract.ts";

const request = new AsyncLocalStorage<string>();

/** Registers the cases. */
export function closeCases(suite: StreamSuite): void {
  peerCases(suite);
  bufferCases(suite);
  callbackCases(suite);
  pendingCases(suite);
}

function peerCases(suite: StreamSuite): void {
  suite("IS-01 IOStream.readUntil() has all that came before the end", async (test) => {
    const [server, client] = await test.pair();
    await server.write(bytes("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nHello"));
    server.close();
    assertEquals(text(await client.readUntil("\r\n")), "HTTP/1.0 200 OK\r\n");
    await test.sleep(0.002);
    assertEquals(text(await client.readUntil("\r\n\r\n")), "Connection: close\r\n\r\n");
    assertEquals(text(await client.readBytes(5)), "Hello");
    await assertRejects(() => client.readBytes(1), StreamClosedError);
    assertEquals(client.closed(), true);
    assertEquals(client.error, null);
  });

  suite("IS-06 IOStream.readBytes() rejects when the end comes too early", async (test) => {
    const [server, client] = await test.pair();
    const read = client.readBytes(10);
    await server.write(bytes("12345"));
    server.close();
    const error = await assertRejects(() => read, StreamClosedError);
    assertEquals(error.realError, null);
    assertEquals(text(await client.readBytes(5)), "12345");
  });

  suite("IS-07 IOStream.readBytes() rejects after readUntilClose()", async (test) => {
    const [server, client] = await test.pair();
    const all = client.readUntilClose();
    await server.write(bytes("data"));
    server.close();
    assertEquals(text(await all), "data");
    const { log } = test;
    test.ioLoop.addCallback(() => log.push("pass"));
    await assertRejects(() => client.readBytes(1), StreamClosedError);
    // It came at once.
    assertEquals(log, []);
    assertEquals((await client.readUntilClose()).length, 0);
  });
}

function bufferCases(suite: StreamSuite): void {
  suite("IS-18 IOStream.readBytes() returns what the system still holds", async (test) => {
    const [server, client] = await test.pair({ client: { readChunkSize: 256 } });
    const data = pattern(512);
    await server.write(data);
    server.close();
    await test.sleep(0.002);
    assertEquals(await client.readBytes(256), data.slice(0, 256));
    await test.sleep(0.002);
    assertEquals(await client.readBytes(256), data.slice(256));
  });

  suite("IS-19 IOStream.readUntilClose() returns what a closed stream holds", async (test) => {
    const [server, client] = await test.pair();
    await server.write(bytes("1234"));
    server.close();
    assertEquals(text(await client.readBytes(1)), "1");
    await assertRejects(() => client.readBytes(100), StreamClosedError);
    assertEquals(client.closed(), true);
    assertEquals(text(await client.readUntilClose()), "234");
  });

  suite("IOStream.readUntil() of what was received works after the end", async (test) => {
    const [server, client] = await test.pair();
    await server.write(bytes("one\ntwo\nthr"));
    server.close();
    await assertRejects(() => client.readBytes(100), StreamClosedError);
    assertEquals(text(await client.readUntil("\n")), "one\n");
    assertEquals(text(await client.readUntilRegex(/\n/)), "two\n");
    await assertRejects(() => client.readUntil("\n"), StreamClosedError);
    const buffer = new Uint8Array(2);
    assertEquals(await client.readInto(buffer), 2);
    assertEquals(text(await client.readBytes(9, { partial: true })), "r");
  });
}

function callbackCases(suite: StreamSuite): void {
  suite("IS-16, IS-17 IOStream.setCloseCallback() waits for reads that succeed", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const end = new Promise<void>((resolve) =>
      client.setCloseCallback(() => {
        log.push("closed");
        resolve();
      })
    );
    await server.write(bytes("12"));
    const first = text(await client.readBytes(1));
    server.close();
    log.push(first);
    log.push(text(await client.readBytes(1)));
    await end;
    assertEquals(log, ["1", "2", "closed"]);
  });

  suite("IS-23 IOStream.setCloseCallback() runs although a read waits", async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    const read = client.readBytes(1);
    server.close();
    await end;
    await assertRejects(() => read, StreamClosedError);
  });

  suite("IS-26 IOStream.setCloseCallback() is not called by reads that end", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const end = new Promise<void>((resolve) =>
      server.setCloseCallback(() => {
        log.push("closed");
        resolve();
      })
    );
    client.write(bytes("a"));
    assertEquals(text(await server.readBytes(1)), "a");
    await test.sleep(0.002);
    assertEquals(log, []);
    client.close();
    await end;
    assertEquals(log, ["closed"]);
  });

  suite("IOStream.setCloseCallback() is called once, in a later pass, in context", async (test) => {
    const [_server, client] = await test.pair();
    const { log } = test;
    request.run(
      "setter",
      () => client.setCloseCallback(() => log.push(`closed ${request.getStore()}`)),
    );
    client.close();
    client.close();
    log.push("returned");
    await test.pass();
    assertEquals(log, ["returned", "closed setter"]);
    client.close();
    await test.pass();
    assertEquals(log.length, 2);
    // One that comes late is called, too.
    client.setCloseCallback(() => log.push("late"));
    await test.pass();
    assertEquals(log, ["returned", "closed setter", "late"]);
  });

  suite.steady("IOStream.setCloseCallback() comes after streaming callbacks", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    server.write(bytes("abc"));
    assertEquals(text(await client.readBytes(1)), "a");
    client.setCloseCallback(() => log.push("closed"));
    client.readUntilClose({ streamingCallback: (data) => log.push(text(data)) });
    client.close();
    await test.pass();
    await test.pass();
    await test.pass();
    assertEquals(log, ["bc", "closed"]);
  });

  suite("IOStream.setCloseCallback() that throws is reported and harms nobody", async (test) => {
    const [server, client] = await test.pair();
    const boom = new Error("boom");
    client.setCloseCallback(() => {
      throw boom;
    });
    client.close();
    await test.closing(server);
    assertEquals(test.world.takeReports().map((report) => report.error), [boom]);
  });

  suite("IOStream.setCloseCallback() notices the end of an idle stream", async (test) => {
    const [server, client] = await test.pair();
    const end = test.closing(client);
    server.close();
    await end;
    assert(client.closed());
  });
}

function pendingCases(suite: StreamSuite): void {
  suite("IOStream.close() satisfies a read with what was received", async (test) => {
    // A read that is under way when the end comes with the rest of its bytes.
    const [server, client] = await test.pair();
    server.write(bytes("1234"));
    await test.sleep(0.002);
    const read = client.readUntil("\n");
    await server.write(bytes("5678\n"));
    server.close();
    assertEquals(text(await read), "12345678\n");
  });

  suite("IOStream.close() rejects what is under way, and then calls back", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const write = client.write(pattern(8 << 20)).catch((error) => log.push(`write ${error.code}`));
    const read = client.readBytes(1).catch((error) => log.push(`read ${error.code}`));
    client.setCloseCallback(() => log.push("closed"));
    const why = new Error("why");
    client.close(why);
    await Promise.all([read, write]);
    await test.pass();
    assertEquals(log, ["read STREAM_CLOSED", "write STREAM_CLOSED", "closed"]);
    assertEquals(client.error, why);
    server.close();
  });

  suite("IOStream.close() leaves rejections unattended without harm", async (test) => {
    const [server, client] = await test.pair();
    client.readBytes(1);
    client.write(pattern(8 << 20));
    client.close();
    client.readBytes(1);
    client.write(bytes("x"));
    await test.pass();
    new IOStream(null, test.ioLoop).close();
    server.close();
    await test.sleep(0.001);
  });

  suite("IOStream.close() inside a streaming callback ends the read", async (test) => {
    const [server, client] = await test.pair();
    const read = client.readBytes(10, { streamingCallback: () => client.close() });
    server.write(bytes("x"));
    await assertRejects(() => read, StreamClosedError);
  });

  suite("IOStream is closed by `using`", async (test) => {
    const [server, client] = await test.pair();
    {
      using owned = client;
      assertEquals(owned.closed(), false);
    }
    assertEquals(client.closed(), true);
    assertEquals(client.fileno(), -1);
    await test.closing(server);
  });
}
