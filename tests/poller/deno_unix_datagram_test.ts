/**
 * Sending while receiving, where the second socket that it takes cannot be had.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import type { NativeDatagram } from "../../poller/deno_native_datagram.ts";
import { UNIXDatagramSocket } from "../../poller/deno_unix_datagram.ts";

const PEER = { transport: "unixpacket", path: "\0peer" } as Deno.UnixAddr;

/** A socket that sends nothing and to which nothing comes. */
function silentSocket(path: string): NativeDatagram {
  return {
    addr: { transport: "unixpacket", path } as Deno.UnixAddr,
    receive: () => new Promise(() => {}),
    send: (bytes) => Promise.resolve(bytes.length),
    close() {},
  };
}

Deno.test("UNIXDatagramSocket.send() rejects each time if it may open no second socket", async () => {
  const opened: string[] = [];
  const socket = new UNIXDatagramSocket("\0own", (path) => {
    opened.push(path === "\0own" ? "own" : "second");
    if (path !== "\0own") throw new Deno.errors.NotCapable("Requires net access");
    return silentSocket(path);
  });
  socket.receive(new Uint8Array(16));
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => socket.send(new Uint8Array(1), PEER), Deno.errors.NotCapable);
  }
  assertEquals(opened, ["own", "second", "second"]);
  socket.close();
});

Deno.test("UNIXDatagramSocket.send() goes over the second socket if that cannot reach the first", async () => {
  const sent: string[] = [];
  const socket = new UNIXDatagramSocket("\0own", (path) => ({
    ...silentSocket(path),
    send(bytes, to) {
      const { path } = to as Deno.UnixAddr;
      if (path === "\0own") return Promise.reject(new Deno.errors.NotFound("No such file"));
      sent.push(`${bytes.length} to ${path.slice(1)}`);
      return Promise.resolve(bytes.length);
    },
  }));
  socket.receive(new Uint8Array(16));
  assertEquals(await socket.send(new Uint8Array(3), PEER), 3);
  assertEquals(await socket.send(new Uint8Array(4), PEER), 4);
  assertEquals(sent, ["3 to peer", "4 to peer"]);
  socket.close();
});
