/** Datagram handles over sockets that do what a test says. */

import { assertEquals } from "@std/assert";
import { takeBuffer } from "../../poller/deno_buffer_pool.ts";
import { DenoDatagram } from "../../poller/deno_datagram.ts";
import type { HandleSite } from "../../poller/deno_handle.ts";
import { READ } from "../../poller/interest.ts";
import type { NativeDatagram } from "../../poller/deno_native_datagram.ts";
import { NullDescriptorReserve } from "../../poller/descriptor_reserve.ts";
import { Farewells } from "../../poller/deno_farewells.ts";
import { RenewingMap } from "../../poller/renewing_map.ts";

/** A site whose poller does nothing. */
function makeSite(): HandleSite {
  return {
    sink: { raised() {}, started() {}, taken() {}, closed() {} },
    handles: new RenewingMap(),
    farewells: new Farewells(),
    reserve: new NullDescriptorReserve(),
    report() {},
  };
}

const ADDRESS = { transport: "udp", hostname: "127.0.0.1", port: 9 } as const;

for (const [verb, expected] of [["close", ["1", "2", "3"]], ["abort", ["1"]]] as const) {
  Deno.test(`DatagramHandle.${verb}() sends ${expected.length} of 3 datagrams that were taken`, async () => {
    const sent: string[] = [];
    const native: NativeDatagram = {
      addr: ADDRESS,
      receive: () => new Promise(() => {}),
      send(bytes) {
        sent.push(`${bytes}`);
        return Promise.resolve(bytes.length);
      },
      close() {},
    };
    const socket = new DenoDatagram(makeSite(), native);
    for (const byte of [1, 2, 3]) socket.send(Uint8Array.of(byte), ADDRESS);
    socket[verb]();
    await socket.released;
    assertEquals(sent, [...expected]);
  });
}

Deno.test("DatagramHandle gives its buffers back once, though it is closed twice", async () => {
  let fail = (_error: Error): void => {};
  const native: NativeDatagram = {
    addr: ADDRESS,
    receive: () => new Promise((_resolve, reject) => fail = reject),
    send: (bytes) => Promise.resolve(bytes.length),
    close: () => fail(new Error("closed")),
    ended: Promise.resolve(),
  };
  const free = [1, 2].map(() => takeBuffer(65_536));
  const socket = new DenoDatagram(makeSite(), native);
  socket.interest = READ;
  socket.arm();
  socket.send(new Uint8Array(60_000), ADDRESS);
  socket.abort(); // And again when what was being sent is sent.
  await socket.released;
  for (let hop = 0; hop < 5; hop++) await null;
  const taken = [1, 2, 3].map(() => takeBuffer(65_536));
  assertEquals(new Set([...free, ...taken]).size, 5);
});
