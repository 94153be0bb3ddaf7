/**
 * The searches of reads.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ChunkedBuffer } from "../../../ioloop/iostream/chunked_buffer.ts";
import { DelimiterSearch } from "../../../ioloop/iostream/delimiter_search.ts";
import { DelimiterRequest, RegexRequest } from "../../../ioloop/iostream/search_request.ts";
import { UnsatisfiableReadError } from "../../../ioloop/mod.ts";

const ENCODER = new TextEncoder();

/** All bytes of a text, as `feed` takes them. */
function all(text: string): [bytes: Uint8Array, start: number, end: number] {
  const bytes = ENCODER.encode(text);
  return [bytes, 0, bytes.length];
}

/** Feeds a text in pieces; the index behind the first match, or -1. */
function search(pattern: string, pieces: readonly string[]): number {
  const delimiter = new DelimiterSearch(ENCODER.encode(pattern));
  let before = 0;
  for (const piece of pieces) {
    const end = delimiter.feed(...all(piece));
    if (end !== -1) return before + end;
    before += piece.length;
  }
  return -1;
}

Deno.test("DelimiterSearch.feed() finds a sequence that lies across pieces", () => {
  assertEquals(search("\r\n", ["a\r", "\nb"]), 3);
  assertEquals(search("\r\n", ["a\r\r", "\nb"]), 4);
  assertEquals(search("aab", ["aaa", "aa", "b"]), 6);
  assertEquals(search("abcabd", ["abcab", "cabd"]), 9);
  assertEquals(search("x", ["abc", ""]), -1);
});

Deno.test("DelimiterSearch.feed() looks at its part of the bytes only", () => {
  for (const length of [8, 10_000]) {
    const bytes = new Uint8Array(length);
    bytes.set(ENCODER.encode("x;ab;x;"));
    const delimiter = new DelimiterSearch(ENCODER.encode(";x"));
    assertEquals(delimiter.feed(bytes, 2, 4), -1);
    assertEquals(delimiter.feed(bytes, 2, 5), -1);
    assertEquals(delimiter.feed(bytes, 5, 6), 6);
  }
});

Deno.test("DelimiterSearch.reset() forgets a match that had begun", () => {
  const delimiter = new DelimiterSearch(ENCODER.encode("ab"));
  assertEquals(delimiter.feed(...all("a")), -1);
  delimiter.reset();
  assertEquals(delimiter.feed(...all("b")), -1);
});

Deno.test("DelimiterSearch.isFor() compares bytes", () => {
  const delimiter = new DelimiterSearch(ENCODER.encode("ab"));
  assert(delimiter.isFor(ENCODER.encode("ab")));
  assert(!delimiter.isFor(ENCODER.encode("abc")));
  assert(!delimiter.isFor(ENCODER.encode("ac")));
});

Deno.test("DelimiterSearch.feed() finds what indexOf finds, however it is cut", () => {
  const letters = fc.constantFrom("a", "b");
  const property = fc.property(
    fc.array(letters, { minLength: 1, maxLength: 6 }),
    fc.array(fc.array(letters, { maxLength: 8 }), { maxLength: 10 }),
    (pattern, pieces) => {
      const wanted = pattern.join("");
      const texts = pieces.map((piece) => piece.join(""));
      const start = texts.join("").indexOf(wanted);
      assertEquals(search(wanted, texts), start === -1 ? -1 : start + wanted.length);
    },
  );
  fc.assert(property, { seed: 20_260_101, numRuns: 2000 });
});

/** A buffer that counts how many bytes were looked at. */
class CountingBuffer extends ChunkedBuffer {
  looked = 0;

  override search(search: DelimiterSearch, offset: number): number {
    this.looked += this.length - offset;
    return super.search(search, offset);
  }
}

Deno.test("IS-22 DelimiterRequest.find() looks at every byte once", () => {
  const buffer = new CountingBuffer(65_536);
  const request = new DelimiterRequest(ENCODER.encode("\r\n")).begin(Infinity);
  // Nothing but beginnings of the delimiter.
  const piece = new Uint8Array(1000).fill(0x0d);
  for (let i = 0; i < 4000; i++) {
    buffer.append(piece);
    assertEquals(request.find(buffer), -1);
  }
  buffer.append(ENCODER.encode("\n"));
  assertEquals(request.find(buffer), 4_000_001);
  assertEquals(buffer.looked, 4_000_001);
});

Deno.test("DelimiterRequest.find() throws as soon as the limit is passed", () => {
  const buffer = new ChunkedBuffer(64);
  const request = new DelimiterRequest(ENCODER.encode(";")).begin(5);
  buffer.append(ENCODER.encode("12345"));
  assertEquals(request.find(buffer), -1);
  buffer.append(ENCODER.encode("6"));
  assertThrows(() => request.find(buffer), UnsatisfiableReadError, "within 5 bytes");
});

Deno.test("RegexRequest.find() sees bytes as characters of the same code", () => {
  const buffer = new ChunkedBuffer(64);
  buffer.append(Uint8Array.from({ length: 256 }, (_, i) => i));
  for (const code of [0, 0x7f, 0x80, 0x9f, 0xa0, 0xff]) {
    const request = new RegexRequest(new RegExp(String.fromCharCode(code)), Infinity);
    assertEquals(request.find(buffer), code + 1);
  }
});

Deno.test("RegexRequest.find() takes what lies in many chunks", () => {
  const buffer = new ChunkedBuffer(8);
  const request = new RegexRequest(/x.*y/, Infinity);
  for (const piece of ["aaaaaaaaaaaaaaax", "bbbbbbbbbbbbbbbb"]) {
    buffer.append(ENCODER.encode(piece));
    assertEquals(request.find(buffer), -1);
    assertEquals(request.find(buffer), -1);
  }
  buffer.append(ENCODER.encode("y!"));
  assertEquals(request.find(buffer), 33);
});
