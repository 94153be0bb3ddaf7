/**
 * Writes of streams.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { bytes, pattern, type StreamSuite, text } from "./io_stream_contract.ts";

/** Registers the cases. */
export function writeCases(suite: StreamSuite): void {
  suite("IS-09 IOStream.write() of nothing succeeds", async (test) => {
    const [server, client] = await test.pair();
    await server.write(new Uint8Array(0));
    assertEquals(server.writing(), false);
    server.write(bytes("x"));
    assertEquals(text(await client.readBytes(1)), "x");
  });

  suite("IOStream.write() of nothing waits for what stands before it", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const data = pattern(16 << 20);
    const first = server.write(data).then(() => log.push("first"));
    const second = server.write(new Uint8Array(0)).then(() => log.push("second"));
    assertEquals(server.writing(), true);
    await test.pass();
    assertEquals(log, []);
    const read = await client.readBytes(data.length);
    await Promise.all([first, second]);
    assertEquals(log, ["first", "second"]);
    assert(read.every((byte, i) => byte === data[i]));
  });

  suite("IOStream.write() is fulfilled in order, each write for itself", async (test) => {
    const [server, client] = await test.pair();
    const { log } = test;
    const sizes = [5 << 20, 10, 3 << 20, 0, 1];
    const writes = sizes.map((size, i) =>
      server.write(pattern(size).fill(i)).then(() => log.push(String(i)))
    );
    const total = sizes.reduce((sum, size) => sum + size);
    const received = await client.readBytes(total);
    await Promise.all(writes);
    assertEquals(log, ["0", "1", "2", "3", "4"]);
    let at = 0;
    sizes.forEach((size, i) => {
      assert(received.subarray(at, at += size).every((byte) => byte === i), `write ${i}`);
    });
  });

  suite("IOStream.write() keeps what it could not send from changes", async (test) => {
    const [server, client] = await test.pair();
    const data = pattern(16 << 20);
    const sent = data.slice();
    const written = server.write(sent);
    sent.fill(0);
    const received = await client.readBytes(data.length);
    await written;
    assert(received.every((byte, i) => byte === data[i]));
  });

  suite("IOStream.write() sends the bytes of any view", async (test) => {
    const [server, client] = await test.pair();
    const words = new Uint16Array([1, 2, 3]);
    server.write(words.subarray(1));
    assertEquals(await client.readBytes(4), new Uint8Array(words.buffer).slice(2));
    server.write(new DataView(bytes("abcd").buffer, 1, 2));
    assertEquals(text(await client.readBytes(2)), "bc");
  });

  suite("IOStream.write() rejects what is no bytes without harm", async (test) => {
    const [server, client] = await test.pair();
    for (const bad of ["text", 5, null, [1], new ArrayBuffer(1)]) {
      await assertRejects(() => server.write(bad as unknown as Uint8Array), TypeError);
    }
    server.write(bytes("x"));
    assertEquals(text(await client.readBytes(1)), "x");
  });

  suite("IOStream.close() still sends what the system has taken", async (test) => {
    const [server, client] = await test.pair();
    await server.write(pattern(60_000));
    server.close();
    assertEquals(await client.readUntilClose(), pattern(60_000));
  });

  suite("IOStream.write() and reads go on both ways at once", async (test) => {
    const [server, client] = await test.pair();
    const data = pattern(4 << 20);
    const echo = (async () => {
      for (let left = data.length; left > 0;) {
        const piece = await server.readBytes(65_536, { partial: true });
        left -= piece.length;
        await server.write(piece);
      }
    })();
    const written = client.write(data);
    const received = await client.readBytes(data.length);
    await Promise.all([echo, written]);
    assert(received.every((byte, i) => byte === data[i]));
  });
}
