/**
 * What every network guarantees of streams.
 *
 * @module
 */

import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { type Platform, READ, SocketError, type StreamHandle, WRITE } from "../../poller/mod.ts";
import type { NetworkContractOptions } from "./network_contract.ts";
import {
  type Pair,
  pair,
  pass,
  pattern,
  ready,
  receiveAll,
  sendAll,
  sendUntilFull,
  until,
} from "./passes.ts";

/** More than any stream takes without a reader. */
const MUCH = 64 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function streamContract({ test, world }: NetworkContractOptions): void {
  function testPair(
    text: string,
    body: (platform: Platform, streams: Pair) => Promise<void>,
  ): void {
    test(`${world.name}: ${text}`, () =>
      world.run(async ({ platform }) => {
        const streams = await pair(platform);
        await body(platform, streams);
        streams.client.abort();
        streams.server.abort();
      }));
  }

  // -- Bytes --

  testPair("StreamHandle carries bytes in both directions", async ({ poller }, streams) => {
    const { client, server } = streams;
    assertEquals(client.send(encoder.encode("ping")), 4);
    assertEquals(decoder.decode((await receiveAll(poller, server, 4)).bytes), "ping");
    assertEquals(server.send(encoder.encode("pong")), 4);
    assertEquals(decoder.decode((await receiveAll(poller, client, 4)).bytes), "pong");
  });

  testPair("StreamHandle.send() copies what it takes", async ({ poller }, streams) => {
    const { client, server } = streams;
    const bytes = pattern(50_000);
    const expected = bytes.slice();
    for (let start = 0; start < bytes.length; start += 10_000) {
      const part = bytes.subarray(start, start + 10_000);
      await sendAll(poller, client, part);
      part.fill(0);
    }
    assertEquals((await receiveAll(poller, server, 50_000)).bytes, expected);
  });

  testPair("StreamHandle.send() takes a part when there is no more room", async (platform, s) => {
    const { client } = s;
    assertEquals(client.send(new Uint8Array(0)), 0);
    assertLess(client.send(new Uint8Array(MUCH)), MUCH);
    await pass(platform.poller, 0);
  });

  testPair("StreamHandle keeps every byte behind a slow reader", async ({ poller }, streams) => {
    const { client, server } = streams;
    const bytes = pattern(300_000);
    let sent = 0;
    poller.register(client, WRITE);
    while (sent < bytes.length) {
      const before = sent;
      await pass(poller, 0, () => sent += client.send(bytes.subarray(sent, sent + 7001)));
      if (sent === before) break;
    }
    const received: number[] = [];
    const some = new Uint8Array(999);
    poller.register(server, READ);
    await until(poller, () => received.length === bytes.length, (handle) => {
      if (handle === client) sent += client.send(bytes.subarray(sent, sent + 7001));
      if (sent === bytes.length && handle === client) poller.modify(client, 0);
      if (handle !== server) return;
      const count = server.receiveInto(some);
      if (typeof count === "number") received.push(...some.subarray(0, count));
    });
    assertEquals(Uint8Array.from(received), bytes);
  });

  testPair(
    "StreamHandle is not ready for WRITE without room, and is again with",
    async ({ poller }, { client, server }) => {
      const taken = await sendUntilFull(poller, client);
      poller.register(client, WRITE);
      assertEquals(client.send(new Uint8Array(1)), 0);
      let received = 0;
      poller.register(server, READ);
      let writable = false;
      await until(poller, () => writable && received === taken, (handle) => {
        if (handle === client) {
          writable = true;
          poller.modify(client, 0);
        } else received += server.receive()?.length ?? 0;
      });
    },
  );

  testPair("StreamHandle.receive() returns undefined when nothing came", async (platform, s) => {
    const { poller } = platform;
    assertEquals(s.client.receive(), undefined);
    poller.register(s.client, READ);
    assertEquals(await pass(poller, 0.002), []);
    assertEquals(s.client.receive(), undefined);
    assertEquals(s.client.receiveInto(new Uint8Array(1)), undefined);
  });

  testPair("StreamHandle.receiveInto() leaves what does not fit", async ({ poller }, streams) => {
    const { client, server } = streams;
    client.send(encoder.encode("abc"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    const two = new Uint8Array(2);
    assertEquals([server.receiveInto(two), decoder.decode(two)], [2, "ab"]);
    assertEquals(decoder.decode(server.receive() as Uint8Array), "c");
    assertThrows(() => server.receiveInto(new Uint8Array(0)), RangeError);
  });

  testPair("StreamHandle.receive() lends a view that a handler may read", async (platform, s) => {
    const { poller } = platform;
    const { client, server } = s;
    const texts: string[] = [];
    poller.register(server, READ);
    for (const text of ["first", "second", "third"]) {
      client.send(encoder.encode(text));
      const before = texts.length;
      await until(poller, () => texts.length > before, () => {
        const view = server.receive() as Uint8Array;
        // More may arrive while the handler runs: the view must not change.
        client.send(encoder.encode("!"));
        texts.push(decoder.decode(view));
      });
      await until(poller, () => texts.at(-1) === "!", () => {
        const view = server.receive();
        if (view) texts.push(decoder.decode(view));
      });
    }
    assertEquals(texts, ["first", "!", "second", "!", "third", "!"]);
  });

  // -- Ends --

  testPair("StreamHandle.close() sends what was taken, then ends", async ({ poller }, streams) => {
    const { client, server } = streams;
    const bytes = pattern(200_000);
    let taken = client.send(bytes);
    assertGreater(taken, 0);
    poller.register(client, WRITE);
    await pass(poller, Infinity, () => taken += client.send(bytes.subarray(taken)));
    client.close();
    client.close();
    assertEquals([client.closed, client.fileno()], [true, -1]);
    const received = await receiveAll(poller, server);
    assertEquals(received.ended, true);
    assertEquals(received.bytes, bytes.subarray(0, taken));
  });

  testPair("StreamHandle.close() sends also what waits for room", async (platform, streams) => {
    const { client, server } = streams;
    const taken = await sendUntilFull(platform.poller, client);
    client.close();
    assertEquals(platform.network.handles.size, 1);
    const { bytes, ended } = await receiveAll(platform.poller, server);
    assertEquals([bytes.length, ended], [taken, true]);
  });

  testPair("StreamHandle.shutdownWrite() ends behind what waits for room", async (p, streams) => {
    const { client, server } = streams;
    const taken = await sendUntilFull(p.poller, client);
    client.shutdownWrite();
    const { bytes, ended } = await receiveAll(p.poller, server);
    assertEquals([bytes.length, ended], [taken, true]);
  });

  testPair("StreamHandle.abort() drops what waits for room", async (platform, streams) => {
    const { client, server } = streams;
    const taken = await sendUntilFull(platform.poller, client);
    client.abort();
    let received = 0;
    let lost = false;
    platform.poller.register(server, READ);
    await until(platform.poller, () => lost, () => {
      try {
        const view = server.receive();
        if (view === null) lost = true;
        else received += view?.length ?? 0;
      } catch {
        lost = true;
      }
    });
    assertLess(received, taken);
  });

  testPair("StreamHandle.close() in its own handler is allowed", async ({ poller }, streams) => {
    const { client, server } = streams;
    poller.register(client, READ | WRITE);
    await pass(poller, Infinity, () => client.close());
    assertEquals(await pass(poller, 0), []);
    assertEquals((await receiveAll(poller, server)).ended, true);
  });

  testPair("StreamHandle.receive() stays at the end of the stream", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    client.close();
    poller.register(server, READ);
    for (let i = 0; i < 3; i++) {
      assertEquals(await ready(poller, server, READ), READ);
      assertEquals(server.receive(), null);
    }
    assertEquals(server.receiveInto(new Uint8Array(1)), null);
    assertEquals(server.takeError(), null);
  });

  testPair("StreamHandle.shutdownWrite() ends one direction only", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    const bytes = pattern(100_000);
    let taken = client.send(bytes);
    taken += client.send(bytes.subarray(taken));
    client.shutdownWrite();
    client.shutdownWrite();
    assertEquals(assertThrows(() => client.send(bytes), SocketError).code, "EPIPE");
    const received = await receiveAll(poller, server);
    assertEquals([received.ended, received.bytes.length], [true, taken]);
    assertEquals(server.send(encoder.encode("still here")), 10);
    assertEquals(decoder.decode((await receiveAll(poller, client, 10)).bytes), "still here");
    server.shutdownWrite();
    assertEquals((await receiveAll(poller, client)).ended, true);
  });

  testPair("StreamHandle after close() refuses to be used", async ({ poller }, { client }) => {
    client.close();
    client.setNoDelay(true);
    client.setKeepAlive(true);
    client.shutdownWrite();
    assertEquals(client.takeError(), null);
    for (
      const use of [
        () => client.send(new Uint8Array(1)),
        () => client.receive(),
        () => client.receiveInto(new Uint8Array(1)),
      ]
    ) assertEquals(assertThrows(use, SocketError).code, "EBADF");
    await pass(poller, 0);
  });

  testPair("StreamHandle leaves Network.handles while it still sends", async (platform, s) => {
    const { network, poller } = platform;
    const { client, server } = s;
    const bytes = pattern(65_536);
    const taken = client.send(bytes);
    client.close();
    assertEquals([...network.handles.values()], [server]);
    assertEquals((await receiveAll(poller, server)).bytes, bytes.subarray(0, taken));
  });

  testPair("StreamHandle options may be set at any time", async ({ poller }, streams) => {
    const { client, server } = streams;
    client.setNoDelay(false);
    client.send(encoder.encode("x"));
    client.setNoDelay(true);
    client.setKeepAlive(true);
    client.setKeepAlive(false);
    assertEquals((await receiveAll(poller, server, 1)).bytes.length, 1);
  });

  // -- Errors --

  testPair("StreamHandle reports the loss of its peer once", async ({ poller }, streams) => {
    const { client, server } = streams;
    server.send(encoder.encode("never read"));
    poller.register(client, READ);
    await ready(poller, client, READ);
    client.abort();
    poller.register(server, READ);
    const errors: string[] = [];
    let ended = false;
    await until(poller, () => ended, () => {
      try {
        ended = server.receive() === null;
      } catch (error) {
        errors.push((error as SocketError).code);
      }
    });
    assert(errors.length === 0 || (errors.length === 1 && errors[0] === "ECONNRESET"), `${errors}`);
    assertEquals(server.takeError(), null);
    assertEquals(server.receive(), null);
    poller.modify(server, WRITE);
    assertEquals(await brokenBy(poller, server), "EPIPE");
  });
}

/** Sends until it fails; returns the code of the last failure once they repeat. */
async function brokenBy(poller: Platform["poller"], stream: StreamHandle): Promise<string> {
  const codes: string[] = [];
  await until(poller, () => codes.length === 3, () => {
    try {
      stream.send(new Uint8Array(1));
    } catch (error) {
      codes.push((error as SocketError).code);
    }
  });
  assertEquals(codes[1], codes[2]);
  return codes[2] as string;
}
