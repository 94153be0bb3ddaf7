/**
 * Reads of streams that hand out bytes as they come.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { IOStream, StreamClosedError } from "../../ioloop/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import { bytes, type StreamSuite, text } from "./io_stream_contract.ts";

const request = new AsyncLocalStorage<string>();

/** Registers the cases. */
export function streamingCases(suite: StreamSuite): void {
  suite.steady("IS-08 IOStream.readUntilClose() streams what was received before", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    server.write(bytes("abcdefg"));
    assertEquals(text(await client.readBytes(1)), "a");
    const end = client.readUntilClose({ streamingCallback: (data) => log.push(text(data)) });
    assertEquals(log, []);
    await test.pass();
    assertEquals(log.join(""), "bcdefg");
    server.close();
    assertEquals(await end, new Uint8Array(0));
    assertEquals(log.join(""), "bcdefg");
  });

  suite("IS-13 IOStream.readBytes() streams no more than was asked for", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const end = client.readBytes(6, { streamingCallback: (data) => log.push(text(data)) })
      .then((data) => log.push(`end ${data.length}`));
    server.write(bytes("1234"));
    while (log.join("").length < 4) await test.sleep(0.0005);
    assertEquals(client.reading(), true);
    server.write(bytes("5678"));
    await end;
    assertEquals(log.pop(), "end 0");
    assertEquals(log.join(""), "123456");
    assertEquals(text(await client.readBytes(2)), "78");
  });

  suite("IS-14, IS-15 IOStream.readUntilClose() streams to the end", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const end = client.readUntilClose({ streamingCallback: (data) => log.push(text(data)) })
      .then((data) => log.push(`end ${data.length}`));
    server.write(bytes("1234"));
    while (log.join("").length < 4) await test.sleep(0.0005);
    await server.write(bytes("5678"));
    server.close();
    await end;
    assertEquals(log.pop(), "end 0");
    assertEquals(log.join(""), "12345678");
  });

  suite.steady(
    "IS-21 IOStream.readUntilClose() streams the rest of a closed stream",
    async (test) => {
      const [server, client] = await test.pair();
      const { log } = test;
      const end = test.closing(client);
      server.write(bytes("1234"));
      assertEquals(text(await client.readBytes(1)), "1");
      server.close();
      // One piece is received while nothing is read; it hides the end until it is read.
      assertEquals(text(await client.readBytes(1)), "2");
      client.close();
      await end;
      const rest = client.readUntilClose({ streamingCallback: (data) => log.push(text(data)) });
      assertEquals(log, []);
      assertEquals(await rest, new Uint8Array(0));
      assertEquals(log, ["34"]);
    },
  );

  suite.steady(
    "IOStream.readBytes() streams in a pass, before its promise and in context",
    async (test) => {
      const [server, client] = await test.pair();
      const { log } = test;
      server.write(bytes("abc"));
      assertEquals(text(await client.readBytes(1)), "a");
      const end = request.run("reader", () =>
        client.readBytes(2, {
          streamingCallback: (data) => log.push(`${request.getStore()} ${text(data)}`),
        })).then(() => log.push("end"));
      log.push("returned");
      await end;
      assertEquals(log, ["returned", "reader bc", "end"]);
    },
  );

  suite("IS-12 IOStream.readBytes() closes when a streaming callback throws", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const boom = new Error("boom");
    const end = test.closing(client);
    const read = client.readBytes(100, {
      streamingCallback: () => {
        log.push("callback");
        throw boom;
      },
    });
    server.write(bytes("x"));
    const error = await assertRejects(() => read, StreamClosedError);
    assertEquals(error.realError, boom);
    await end;
    assertEquals(client.error, boom);
    assertEquals(client.closed(), true);
    assertEquals(log, ["callback"]);
    assertEquals(test.world.takeReports().map((report) => report.error), [boom]);
  });

  suite("IOStream.readBytes() streams one piece when told to be content", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const end = client.readBytes(100, {
      partial: true,
      streamingCallback: (data) => log.push(text(data)),
    });
    server.write(bytes("abc"));
    assertEquals(await end, new Uint8Array(0));
    assertEquals(log.length, 1);
    assert("abc".startsWith(log[0] as string));
  });

  suite.steady("IOStream.close() rejects a read after what it streamed", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    await server.write(bytes("ab"));
    assertEquals(text(await client.readBytes(1)), "a");
    const read = client.readBytes(9, { streamingCallback: (data) => log.push(text(data)) })
      .catch((error) => log.push(error.code));
    client.close();
    // Many turns of the microtask queue, and no pass.
    for (let i = 0; i < 20; i++) await null;
    assertEquals(log, []);
    await read;
    assertEquals(log, ["b", "STREAM_CLOSED"]);
  });

  suite("IOStream receives in no context, whoever read first", async (test) => {
    const seen: (string | undefined)[] = [];
    class WatchingStream extends IOStream {
      protected override readFromFd(buffer: Uint8Array): number | null | undefined {
        seen.push(request.getStore());
        return super.readFromFd(buffer);
      }
    }
    const makeServer = (...args: ConstructorParameters<typeof IOStream>) =>
      new WatchingStream(...args);
    const [server, client] = await test.pair({ makeServer });
    const read = request.run("reader", () => server.readBytes(3));
    // The first attempt is the reader's own, inside the call.
    assertEquals(seen.splice(0), ["reader"]);
    client.write(bytes("abc"));
    assertEquals(text(await read), "abc");
    assertEquals(new Set(seen), new Set([undefined]));
  });
}
