/** How much a TLS stream takes from the connection below. */

import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { NativeStream } from "../../poller/deno_native_stream.ts";
import { TLSStream, Underlay } from "../../poller/deno_tls_stream.ts";

const ADDRESS = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;

Deno.test("TLSStream leaves the connection below alone while 64 KiB wait", async () => {
  let reads = 0;
  const below: NativeStream = {
    localAddr: ADDRESS,
    remoteAddr: ADDRESS,
    read() {
      reads++;
      return new Promise(() => {});
    },
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const underlay = new Underlay(Duplex, below);
  const socket = Object.assign(new Duplex({ read() {}, write() {} }), {
    alpnProtocol: null,
    getPeerCertificate: () => ({}),
  }) as unknown as TLSSocket;
  const stream = new TLSStream("test", socket, underlay, below);
  socket.emit("data", Buffer.alloc(65_536));
  socket.emit("data", Buffer.alloc(1000));
  underlay.duplex.read(0);
  assertEquals(reads, 0);
  // As soon as little enough waits, it is read again.
  assertEquals(await stream.read(new Uint8Array(999)), 999);
  assertEquals(reads, 0);
  assertEquals(await stream.read(new Uint8Array(1)), 1);
  assertEquals(reads, 1);
  socket.destroy();
  underlay.duplex.destroy();
});
