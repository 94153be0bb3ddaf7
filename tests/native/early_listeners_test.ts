/** Listeners that are opened before there is a loop; sharing ports takes `--unstable-net`. */

import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import {
  earlyPlatform,
  handOverListeners,
  openEarly,
  takeEarlyPlatform,
} from "../../ioloop/process/early_listeners.ts";
import type { StreamAddress } from "../../poller/mod.ts";
import { type SimulatedHost, Simulation } from "../../sim/mod.ts";

function open(host: SimulatedHost, ...addresses: StreamAddress[]) {
  return openEarly(80, () => addresses.map((address) => host.network.listen(address)));
}

const V4 = { transport: "tcp", hostname: "127.0.0.1", port: 80 } as const;
const V6 = { transport: "tcp", hostname: "::1", port: 80 } as const;
const NONE = { ports: [], hosts: [] };

Deno.test("handOverListeners() closes what has a port, once, and tells where it was", () => {
  const host = new Simulation({ seed: 1 }).host("host");
  const tcp = open(host, V4, V6);
  const unix = open(host, { transport: "unix", path: "/run/service" });
  assertEquals(handOverListeners(), {
    ports: [80, 0],
    hosts: ["127.0.0.1:80", "[::1]:80"],
  });
  assertEquals(tcp.map(({ closed }) => closed), [true, true]);
  // A path cannot be shared: it stays.
  assertEquals(unix.map(({ closed }) => closed), [false]);
  assertEquals(handOverListeners(), NONE);
  unix[0]?.close();
});

Deno.test("handOverListeners() leaves what was opened before the default loop was made", () => {
  const host = new Simulation({ seed: 1 }).host("host");
  const [listener] = open(host, V4);
  const platform = earlyPlatform();
  assertStrictEquals(takeEarlyPlatform(), platform);
  assertEquals(handOverListeners(), NONE);
  assertEquals(listener?.closed, false);
  // The loop has it for itself.
  assertNotStrictEquals(takeEarlyPlatform(), platform);
  listener?.close();
});
