import { assert, assertEquals, assertThrows } from "@std/assert";
import { isIPAddress, isIPv6Address } from "../../../reactor/mod.ts";

const AF_INET6 = 10;

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function assertNone(...texts: string[]): void {
  assertEquals(texts.filter((text) => isIPAddress(text)), []);
}

Deno.test("ABS4-01 isIPAddress() takes four decimal numbers with dots", () => {
  for (const text of ["0.1.2.3", "252.253.254.255", "127.0.0.1", "0.0.0.0"]) {
    assert(isIPAddress(text), text);
  }
});

Deno.test("ABS4-02 isIPAddress() refuses fewer and more than four parts", () => {
  assertNone("0", "0.1", "0.1.2", "0.1.2.3.4", "0.1.2.", ".1.2.3");
});

Deno.test("ABS4-03, ABS4-04, ABS4-05 isIPAddress() refuses letters, other marks and nothing", () => {
  assertNone("a.2.3.4", "1.b.3.4", "1.2.c.4", "1.2.3.d", "0x1.2.3.4");
  assertNone(",", ",2", ",2,3", "0.1.2,3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1e1.2.3.4");
  assertNone("", ".", "...");
});

Deno.test("ABS4-06, ABS4-07 isIPAddress() refuses numbers out of range", () => {
  assertNone("-1", "1.-2", "1.2.-3", "1.2.-3.4", "1.2.3.-4", "+1.2.3.4");
  assertNone("256.0.0.0", "0.256.0.0", "0.0.256.0", "0.0.0.256", "0.0.0.1000", "256.256.256.256");
});

Deno.test("ABS4-08, ABS4-10 isIPAddress() takes ASCII bytes, and refuses what is not ASCII", () => {
  assert(isIPAddress(bytes("4.3.2.1")));
  assertEquals(isIPAddress(bytes("4.3")), false);
  assertEquals(isIPAddress(new Uint8Array([0xff])), false);
  assertNone("4321", "4.3.2.\u0661", "\u06f4.\u06f3.\u06f2.\u06f1");
});

Deno.test("ABS4-09 isIPAddress() throws for another family", () => {
  assertThrows(() => isIPAddress("a", 1), RangeError, "family is 1");
  assert(isIPAddress("::1", AF_INET6));
  assertEquals(isIPAddress("127.0.0.1", AF_INET6), false);
});

Deno.test("ABS6-01, ABS6-02 isIPv6Address() refuses nothing and a colon", () => {
  const none = ["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::"];
  none.push("[::1]", "g::", ":1", "1:", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "1:2:3:4:5:6:7::8");
  assertEquals(none.filter((text) => isIPv6Address(text)), []);
});

Deno.test("ABS6-03 isIPv6Address() takes the ways to write an address", () => {
  const all = ["::1", "::", "1::", "fe80::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4"];
  all.push("1:2:3:4:5:6:1.2.3.4", "ABCD:ef01::", "1:2:3:4:5:6::8");
  assertEquals(all.filter((text) => !isIPv6Address(text)), []);
});

Deno.test("ABS6-04, ABS6-05, ABS6-06 isIPv6Address() takes a scope, and ASCII bytes", () => {
  assert(isIPv6Address("fe80::1%eth0"));
  assert(isIPv6Address(bytes("fe80::1%1")));
  for (const text of ["%eth0", ":%eth0", "hello%eth0", "::1%", "::1%a%b"]) {
    assertEquals(isIPv6Address(text), false, text);
  }
});
