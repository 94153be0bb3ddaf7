/**
 * How numbers, bytes, values and errors stand in a recording.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SocketError, TLSError } from "../../../poller/mod.ts";
import { digestOf } from "../../../sim/recording/digest.ts";
import { describeError, restoreError } from "../../../sim/recording/error_text.ts";
import { LineBuffer } from "../../../sim/recording/line_buffer.ts";
import {
  describeValue,
  NotRecordableError,
  restoreValue,
} from "../../../sim/recording/value_text.ts";

const RUNS = { numRuns: 500, seed: 11 };

/** What a buffer has after something was added to it. */
function written(add: (buffer: LineBuffer) => void): string {
  const buffer = new LineBuffer(1);
  add(buffer);
  return new TextDecoder().decode(buffer.bytes);
}

Deno.test("LineBuffer.base64() writes what Uint8Array.toBase64() does, of any length", () => {
  const sizes = fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ minLength: 1500 }));
  fc.assert(
    fc.property(sizes, fc.nat(3), (bytes, less) => {
      const count = Math.max(0, bytes.length - less);
      const text = written((buffer) => buffer.base64(bytes, count));
      assertEquals(text, bytes.subarray(0, count).toBase64());
    }),
    RUNS,
  );
});

Deno.test("LineBuffer.number() writes what JSON.stringify() does, but for the sign of zero", () => {
  const numbers = fc.oneof(fc.integer(), fc.double(), fc.maxSafeNat(), fc.nat(99));
  fc.assert(
    fc.property(numbers, (number) => {
      assertEquals(written((buffer) => buffer.number(number)), JSON.stringify(number));
    }),
    RUNS,
  );
  for (const edge of [0x7ffffffe, 0x7fffffff, 0x80000000, 9, 10, 99, 100]) {
    assertEquals(written((buffer) => buffer.number(edge)), String(edge));
  }
});

Deno.test("LineBuffer.text() writes UTF-8, and grows", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
      const all = written((buffer) => texts.forEach((text) => buffer.text(text)));
      assertEquals(all, texts.join(""));
    }),
    RUNS,
  );
  const long = "é".repeat(5000);
  assertEquals(written((buffer) => buffer.text(long)), long);
});

Deno.test("digestOf() tells bytes apart, wherever they lie in memory", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 1200 }), fc.nat(), (bytes, at) => {
      const digest = digestOf(bytes);
      const moved = new Uint8Array(bytes.length + 3);
      moved.set(bytes, 3);
      assertEquals(digestOf(moved.subarray(3)), digest);
      assertEquals(digestOf(Uint8Array.of(...bytes, 1, 2), bytes.length), digest);
      const other = bytes.slice();
      other[at % bytes.length]! ^= 1 << at % 8;
      assert(digestOf(other) !== digest);
      assert(digestOf(bytes, bytes.length, 1) !== digest);
      assert(digestOf(bytes, bytes.length - 1) !== digest);
    }),
    RUNS,
  );
});

Deno.test("restoreValue() makes again what describeValue() described", () => {
  const values = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    maxDepth: 3,
  });
  fc.assert(
    fc.property(values, (value) => {
      assertEquals(restoreValue(JSON.parse(JSON.stringify(describeValue(value)))), value);
    }),
    RUNS,
  );
  assertEquals(restoreValue(describeValue(Uint8Array.of(1, 2))), Uint8Array.of(1, 2));
  const holes = restoreValue(JSON.parse(JSON.stringify(describeValue(new Array(2)))));
  assertEquals(holes, [undefined, undefined]);
});

Deno.test("describeValue() refuses what has no text, and what contains itself", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [() => {}, /x/, new (class Account {})(), circle, Symbol("x")]) {
    assertThrows(() => describeValue(value), NotRecordableError);
  }
  assertThrows(() => restoreValue({ is: "a secret" }), TypeError);
});

Deno.test("restoreError() makes an error of the same class, with its cause", () => {
  const cause = new Error("os error 104");
  const reset = new SocketError("ECONNRESET", "Cannot send: connection is reset", { cause });
  const again = restoreError(JSON.parse(JSON.stringify(describeError(reset))));
  assertInstanceOf(again, SocketError);
  assertEquals([again.code, again.message], [reset.code, reset.message]);
  assertEquals((again.cause as Error).message, "os error 104");

  const expired = new TLSError("start TLS with [::1]:443", "expired");
  const expiredAgain = restoreError(describeError(expired));
  assertInstanceOf(expiredAgain, TLSError);
  assertEquals([expiredAgain.reason, expiredAgain.message], [expired.reason, expired.message]);

  class AccountError extends Error {
    override name = "AccountError";
    code = "ACCOUNT";
  }
  const other = restoreError(describeError(new AccountError("empty"))) as AccountError;
  assertEquals([other.name, other.code, other.message], ["AccountError", "ACCOUNT", "empty"]);
  assertInstanceOf(restoreError(describeError(new RangeError("far"))), RangeError);
  assertEquals(restoreError(describeError("only text")).message, "only text");
  const loop = new Error("itself");
  loop.cause = loop;
  assertEquals(restoreError(describeError(loop)).message, "itself");
});
