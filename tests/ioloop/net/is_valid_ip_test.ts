/**
 * Addresses and names.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { isValidIp } from "../../../ioloop/mod.ts";

const VALID = [
  "127.0.0.1",
  "4.4.4.4",
  "0.0.0.0",
  "255.255.255.255",
  "::1",
  "::",
  "1::",
  "2620:0:1cfe:face:b00c::3",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7::",
  "::ffff:1.2.3.4",
  "1:2:3:4:5:6:1.2.3.4",
  "FE80::1%eth0",
];

const INVALID = [
  "www.google.com",
  "localhost",
  "4.4.4.4<",
  " 127.0.0.1",
  "127.0.0.1 ",
  "",
  " ",
  "\n",
  "\x00",
  "127.0.0.1\n",
  "1.2.3",
  "1.2.3.4.5",
  "256.1.1.1",
  "01.2.3.4",
  "1.2.3.-4",
  "1.2.3.4e0",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  ":1:2:3:4:5:6:7",
  "12345::",
  "g::",
  "1.2.3.4::",
  "::1.2.3",
  "1:2:3:4:5:6:7:1.2.3.4",
  "[::1]",
  "::1%",
  "::1%a b",
];

Deno.test("NU-06 isValidIp() knows addresses from anything else", () => {
  assertEquals(VALID.filter((text) => !isValidIp(text)), []);
  assertEquals(INVALID.filter((text) => isValidIp(text)), []);
});
