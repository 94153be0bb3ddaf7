import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InvariantError } from "../../../poller/mod.ts";
import {
  fromStreamAddress,
  HostnameAddress,
  IPv4Address,
  IPv6Address,
  UNIXAddress,
} from "../../../reactor/net/address.ts";

/** How to make an address, and others that differ from it in one value. */
const CASES = [
  {
    make: () => new IPv4Address("TCP", "127.0.0.1", 80),
    others: [
      new IPv4Address("UDP", "127.0.0.1", 80),
      new IPv4Address("TCP", "127.0.0.2", 80),
      new IPv4Address("TCP", "127.0.0.1", 81),
      new IPv6Address("TCP", "127.0.0.1", 80),
    ],
  },
  {
    make: () => new IPv6Address("TCP", "::1", 80),
    others: [
      new IPv6Address("UDP", "::1", 80),
      new IPv6Address("TCP", "::2", 80),
      new IPv6Address("TCP", "::1", 81),
    ],
  },
  {
    make: () => new HostnameAddress("example.com", 80),
    others: [new HostnameAddress("example.org", 80), new HostnameAddress("example.com", 81)],
  },
  {
    make: () => new UNIXAddress("/run/a"),
    others: [new UNIXAddress("/run/b"), new UNIXAddress(null)],
  },
  { make: () => new UNIXAddress(null), others: [new UNIXAddress("null")] },
];

Deno.test("ADDR-01 addresses with the same values are equal", () => {
  for (const { make } of CASES) assertEquals(make().equals(make()), true);
});

Deno.test("ADDR-02, ADDR-08 the texts of equal addresses serve as one key", () => {
  for (const { make } of CASES) {
    const byAddress = new Map([[make().toString(), 1]]);
    assertEquals(byAddress.get(make().toString()), 1);
  }
});

Deno.test("ADDR-03, ADDR-07 addresses that differ in one value are not equal", () => {
  for (const { make, others } of CASES) {
    for (const other of others) {
      assertEquals(make().equals(other), false, `${make()} equals ${other}`);
      assertNotEquals(make().toString(), other.toString());
    }
    assertEquals(make().equals(null), false);
  }
});

Deno.test("ADDR-04 UNIXAddress.toString() has the path", () => {
  assertEquals(new UNIXAddress("/run/a").toString(), "UNIXAddress(name='/run/a')");
});

Deno.test("fromStreamAddress() tells the families apart", () => {
  const v4 = fromStreamAddress({ transport: "tcp", hostname: "10.0.0.1", port: 1 });
  const v6 = fromStreamAddress({ transport: "tcp", hostname: "fe80::1%eth0", port: 2 });
  assertEquals(v4.equals(new IPv4Address("TCP", "10.0.0.1", 1)), true);
  assertEquals(v6.equals(new IPv6Address("TCP", "fe80::1%eth0", 2)), true);
  assertThrows(() => fromStreamAddress({ transport: "unix", path: "/a" }), InvariantError);
});
