import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { LastAddress } from "../../poller/deno_last_address.ts";

const NATIVE = { transport: "udp", hostname: "10.0.0.1", port: 53 } as const;

Deno.test("LastAddress.from() gives the same object for the same sender", () => {
  const last = new LastAddress();
  const first = last.from(NATIVE);
  assertEquals(first, NATIVE);
  assert(Object.isFrozen(first));
  assertStrictEquals(last.from({ ...NATIVE }), first);
  assertEquals(last.from({ ...NATIVE, port: 54 }), { ...NATIVE, port: 54 });
  assertEquals(last.from({ ...NATIVE, hostname: "10.0.0.2" }).transport, "udp");
  assertEquals(last.from({ transport: "unixpacket", path: "/tmp/a" }), {
    transport: "unixpacket",
    path: "/tmp/a",
  });
});

Deno.test("LastAddress.toNative() follows an address that its owner changes", () => {
  const last = new LastAddress();
  const sender = last.from(NATIVE);
  const to = { transport: "udp" as const, hostname: "10.0.0.1", port: 53 };
  assertEquals(last.toNative(to), NATIVE);
  assert(last.is(to));
  to.port = 54;
  assert(!last.is(to));
  assertEquals(last.toNative(to), { ...NATIVE, port: 54 });
  // What was sent to another address in between says nothing about who answers.
  assertEquals(last.from({ ...NATIVE, port: 54 }), { ...NATIVE, port: 54 });
  assertEquals(last.from(NATIVE), sender);
});

Deno.test("LastAddress.toNative() takes the brackets off an IPv6 literal", () => {
  const last = new LastAddress();
  const to = { transport: "udp", hostname: "[::1]", port: 53 } as const;
  for (let i = 0; i < 2; i++) assertEquals(last.toNative(to), { ...to, hostname: "::1" });
});
