/** Datagram handles over sockets that do what a test says. */

import { assertEquals } from "@std/assert";
import { DenoDatagram } from "../../poller/deno_datagram.ts";
import type { NativeDatagram } from "../../poller/deno_native_datagram.ts";
import { NullDescriptorReserve } from "../../poller/descriptor_reserve.ts";
import { Farewells } from "../../poller/deno_farewells.ts";
import { RenewingMap } from "../../poller/renewing_map.ts";

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
    const sink = { raised() {}, started() {}, taken() {}, closed() {} };
    const socket = new DenoDatagram({
      sink,
      handles: new RenewingMap(),
      farewells: new Farewells(),
      reserve: new NullDescriptorReserve(),
      report() {},
    }, native);
    for (const byte of [1, 2, 3]) socket.send(Uint8Array.of(byte), ADDRESS);
    socket[verb]();
    await socket.released;
    assertEquals(sent, [...expected]);
  });
}
