/**
 * Reads of streams.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { StreamBusyError, StreamClosedError } from "../../ioloop/mod.ts";
import { bytes, pattern, type StreamSuite, text } from "./io_stream_contract.ts";

/** Registers the cases. */
export function readCases(suite: StreamSuite): void {
  wholeCases(suite);
  inlineCases(suite);
  untilCases(suite);
  intoCases(suite);
  misuseCases(suite);
}

function wholeCases(suite: StreamSuite): void {
  suite("IS-02 IOStream.readUntilClose() returns all up to the end", async (test) => {
    const [server, client] = await test.pair();
    const all = client.readUntilClose();
    await server.write(bytes("HTTP/1.0 200 OK\r\n\r\n"));
    await test.sleep(0.001);
    await server.write(bytes("Hello"));
    server.close();
    assertEquals(text(await all), "HTTP/1.0 200 OK\r\n\r\nHello");
    assertEquals(client.closed(), true);
  });

  suite("IS-03 IOStream.readBytes() of none succeeds between other reads", async (test) => {
    const [server, client] = await test.pair();
    server.write(bytes("200 OK\r\n"));
    assertEquals(text(await client.readBytes(3)), "200");
    assertEquals(await client.readBytes(0), new Uint8Array(0));
    assertEquals(await client.readBytes(0), new Uint8Array(0));
    assertEquals(text(await client.readUntil("\r\n")), " OK\r\n");
    // Also with nothing received and nothing to come.
    assertEquals(await client.readBytes(0), new Uint8Array(0));
  });

  suite("IS-22 IOStream.readUntil() returns 4 MiB as they were sent", async (test) => {
    const [server, client] = await test.pair();
    const data = new Uint8Array(4 << 20).fill(0x61);
    data[data.length - 1] = 0x0a;
    const line = client.readUntil("\n");
    await server.write(data);
    const result = await line;
    assertEquals(result.length, data.length);
    assertEquals(result.at(-1), 0x0a);
    assertEquals(result.indexOf(0x0a), data.length - 1);
  });

  suite.steady("IS-27 IOStream.readBytes() is content with fewer when told so", async (test) => {
    const [server, client] = await test.pair();
    server.write(bytes("hello"));
    assertEquals(text(await client.readBytes(50, { partial: true })), "hello");
    // Never more than asked for.
    server.write(bytes("hello"));
    assertEquals(text(await client.readBytes(3, { partial: true })), "hel");
    assertEquals(text(await client.readBytes(50, { partial: true })), "lo");
    assertEquals(await client.readBytes(0, { partial: true }), new Uint8Array(0));
  });

  suite("IOStream.readBytes() puts pieces together and keeps what is behind", async (test) => {
    const [server, client] = await test.pair({ client: { readChunkSize: 7 } });
    const data = pattern(500);
    const first = client.readBytes(300);
    for (let i = 0; i < data.length; i += 50) {
      server.write(data.subarray(i, i + 50));
      await test.pass();
    }
    assertEquals(await first, data.slice(0, 300));
    assertEquals(await client.readBytes(200), data.slice(300));
  });

  suite("IOStream.readBytes() returns bytes that later reads leave alone", async (test) => {
    const [server, client] = await test.pair();
    const kept: Uint8Array[] = [];
    for (let i = 0; i < 50; i++) {
      server.write(pattern(200).fill(i));
      kept.push(await client.readBytes(200));
    }
    kept.forEach((data, i) => assertEquals(data, new Uint8Array(200).fill(i)));
  });
}

function inlineCases(suite: StreamSuite): void {
  suite.steady(
    "IOStream.readBytes() of what was received is fulfilled inside the call",
    async (test) => {
      const [server, client] = await test.pair();
      server.write(bytes("abcdef"));
      await client.readBytes(1);
      const { log } = test;
      test.ioLoop.addCallback(() => log.push("next pass"));
      for (let i = 0; i < 5; i++) log.push(text(await client.readBytes(1)));
      assertEquals(log, ["b", "c", "d", "e", "f"]);
      await test.pass();
      assertEquals(log.at(-1), "next pass");
    },
  );

  suite.steady("IOStream.readUntil() looks at the socket inside the call", async (test) => {
    const [server, client] = await test.pair();
    // An idle stream with a close callback is watched, but only up to one piece.
    const end = test.closing(client);
    server.write(bytes("one\ntwo\n"));
    assertEquals(text(await client.readUntil("\n")), "one\n");
    assertEquals(client.reading(), false);
    assertEquals(text(await client.readUntil("\n")), "two\n");
    const third = client.readUntil("\n");
    assertEquals(client.reading(), true);
    server.write(bytes("three\n"));
    assertEquals(text(await third), "three\n");
    server.close();
    await end;
  });
}

function untilCases(suite: StreamSuite): void {
  suite("IOStream.readUntil() finds a delimiter that comes in pieces", async (test) => {
    const [server, client] = await test.pair();
    const line = client.readUntil("\r\n\r\n");
    for (const piece of ["a\r", "\n", "\r", "b\r\n\r", "\r\n\r", "\nrest\r\n\r\n"]) {
      server.write(bytes(piece));
      await test.sleep(0.0005);
    }
    assertEquals(text(await line), "a\r\n\rb\r\n\r\r\n\r\n");
    assertEquals(text(await client.readUntil(bytes("\r\n\r\n"))), "rest\r\n\r\n");
  });

  suite("IOStream.readUntil() may change the delimiter and its bytes", async (test) => {
    const [server, client] = await test.pair();
    server.write(bytes("a,b;c,"));
    const delimiter = bytes(",");
    assertEquals(text(await client.readUntil(delimiter)), "a,");
    delimiter[0] = 0x3b;
    assertEquals(text(await client.readUntil(delimiter)), "b;");
    assertEquals(text(await client.readUntil(",")), "c,");
  });

  suite("IOStream.readUntilRegex() returns all up to the end of the match", async (test) => {
    const [server, client] = await test.pair();
    const header = client.readUntilRegex(/\r?\n\r?\n/g);
    server.write(bytes("GET / HTTP/1.0\r\nHost: a\r\n"));
    await test.sleep(0.001);
    server.write(bytes("\nbody \xff end"));
    assertEquals(text(await header), "GET / HTTP/1.0\r\nHost: a\r\n\n");
    assertEquals(text(await client.readUntilRegex(/dy /)), "body ");
    // A character stands for a byte: this one is the first of two in UTF-8.
    assertEquals((await client.readUntilRegex(/\xc3/y)).length, 1);
  });
}

function intoCases(suite: StreamSuite): void {
  suite("IOStream.readInto() fills a buffer, from what was received first", async (test) => {
    const [server, client] = await test.pair();
    const buffer = new Uint8Array(10);
    server.write(bytes("hello"));
    assertEquals(text(await client.readBytes(1)), "h");
    const filled = client.readInto(buffer);
    await test.sleep(0.001);
    assertEquals(client.reading(), true);
    server.write(bytes(" world!!"));
    assertEquals(await filled, 10);
    assertEquals(text(buffer), "ello world");
    assertEquals(text(await client.readBytes(2)), "!!");
  });

  suite.steady("IOStream.readInto() is content with fewer when told so", async (test) => {
    const [server, client] = await test.pair();
    const buffer = new Uint8Array(10);
    server.write(bytes("hello"));
    assertEquals(await client.readInto(buffer, { partial: true }), 5);
    assertEquals(text(buffer.subarray(0, 5)), "hello");
    server.write(bytes("0123456789ABCDEF"));
    assertEquals(await client.readInto(buffer), 10);
    assertEquals(text(buffer), "0123456789");
    assertEquals(await client.readInto(buffer, { partial: true }), 6);
  });

  suite("IOStream.readInto() an empty buffer succeeds at once", async (test) => {
    const [server, client] = await test.pair();
    assertEquals(await client.readInto(new Uint8Array(0)), 0);
    server.write(bytes("x"));
    assertEquals(text(await client.readBytes(1)), "x");
  });

  suite("IOStream.readInto() takes a buffer over the limit", async (test) => {
    const [server, client] = await test.pair({ client: { maxBufferSize: 100 } });
    const data = pattern(100_000);
    const buffer = new Uint8Array(data.length);
    const filled = client.readInto(buffer);
    await server.write(data);
    assertEquals(await filled, data.length);
    assertEquals(buffer, data);
  });
}

function misuseCases(suite: StreamSuite): void {
  suite("IOStream.readBytes() rejects a second read and goes on with the first", async (test) => {
    const [server, client] = await test.pair();
    const first = client.readBytes(2);
    await assertRejects(() => client.readBytes(1), StreamBusyError);
    await assertRejects(() => client.readUntil("\n"), StreamBusyError);
    await assertRejects(() => client.readUntilClose(), StreamBusyError);
    await assertRejects(() => client.readInto(new Uint8Array(1)), StreamBusyError);
    server.write(bytes("ok"));
    assertEquals(text(await first), "ok");
  });

  suite("IOStream.readBytes() and its siblings reject arguments without harm", async (test) => {
    const [server, client] = await test.pair();
    for (const count of [-1, 1.5, NaN, Infinity, "3" as unknown as number]) {
      await assertRejects(() => client.readBytes(count), RangeError);
    }
    await assertRejects(() => client.readUntil(""), RangeError);
    await assertRejects(() => client.readUntil(new Uint8Array(0)), RangeError);
    await assertRejects(() => client.readUntil("\n", { maxBytes: 0 }), RangeError);
    await assertRejects(() => client.readUntil("\n", { maxBytes: NaN }), RangeError);
    await assertRejects(() => client.readUntil(5 as unknown as string), TypeError);
    await assertRejects(() => client.readUntilRegex("a" as unknown as RegExp), TypeError);
    server.write(bytes("ok"));
    assertEquals(text(await client.readBytes(2)), "ok");
    server.close();
    await assertRejects(() => client.readBytes(1), StreamClosedError);
  });
}
