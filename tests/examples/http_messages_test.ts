/**
 * The HTTP messages of the examples.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  encodeAnswer,
  encodeRequest,
  headerOf,
  MessageError,
  type Request,
  RequestReader,
  ResponseReader,
} from "../../examples/http/messages.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function readRequests(pieces: Iterable<Uint8Array | string>): Request[] {
  const reader = new RequestReader();
  const requests: Request[] = [];
  for (const piece of pieces) {
    const bytes = typeof piece === "string" ? encoder.encode(piece) : piece.slice();
    reader.push(bytes);
    // The reader must have copied what it needs.
    bytes.fill(0);
    for (let request; (request = reader.next()) !== undefined;) requests.push(request);
  }
  return requests;
}

const PIPELINED = "GET / HTTP/1.1\r\nHost: a\r\n\r\n" +
  "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
  "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
  "GET /last HTTP/1.0\r\n\r\n";

Deno.test("RequestReader reads the same requests however the bytes come", () => {
  const bytes = encoder.encode(PIPELINED);
  const check = (cuts: number[]) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
    const requests = readRequests(pieces.filter(({ length }) => length > 0));
    assertEquals(
      requests.map(({ method, target, body, isKeptAlive }) =>
        `${method} ${target} ${decoder.decode(body)} ${isKeptAlive}`
      ),
      ["GET /  true", "POST /echo?x=1 hello true", "POST /echo abcde true", "GET /last  false"],
    );
    assertEquals(headerOf(requests[0] as Request, "host"), "a");
  };
  fc.assert(fc.property(fc.array(fc.nat(bytes.length)), check), { seed: 1 });
  check(Array.from(bytes.keys()));
});

for (
  const [what, text] of [
    ["no HTTP", "hello, are you there?\r\n\r\n"],
    ["a length that is no number", "POST / HTTP/1.1\r\nContent-Length: abc\r\n\r\n"],
    ["a negative length", "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["an unknown encoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"],
    ["headers without an end", `GET / HTTP/1.1\r\n${"x: ".padEnd(99_999, "x")}`],
    [
      "a body that is too long",
      `POST / HTTP/1.1\r\nContent-Length: 10485761\r\n\r\n${"x".repeat(10_485_761)}`,
    ],
  ] as const
) {
  Deno.test(`RequestReader refuses ${what}`, () => {
    assertThrows(() => readRequests([text]), MessageError);
  });
}

Deno.test("ResponseReader reads up to the end where no length is told", () => {
  const reader = new ResponseReader("GET");
  reader.push(encoder.encode("HTTP/1.1 200 OK\r\n\r\nhel"));
  reader.push(encoder.encode("lo"));
  assertEquals(reader.next(), undefined);
  reader.end();
  const response = reader.next();
  assertEquals(decoder.decode(response?.body), "hello");
});

Deno.test("ResponseReader fails when the stream ends in the middle", () => {
  const reader = new ResponseReader("GET");
  reader.push(encoder.encode("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
  assertThrows(() => reader.end(), MessageError);
});

Deno.test("ResponseReader expects no body of the answer to a HEAD", () => {
  const reader = new ResponseReader("HEAD");
  const request = readRequests(["HEAD / HTTP/1.1\r\n\r\n"])[0] as Request;
  reader.push(encodeAnswer(request, { status: 200, body: "hello" }));
  const response = reader.next();
  assert(response !== undefined);
  assertEquals(headerOf(response, "content-length"), "5");
  assertEquals(response.body.length, 0);
});

Deno.test("encodeRequest() and encodeAnswer() write what the readers read", () => {
  const url = new URL("http://example.com:8000/echo?x=1");
  const [request] = readRequests([encodeRequest("POST", url, "héllo")]);
  assert(request !== undefined);
  assertEquals([request.method, request.target], ["POST", "/echo?x=1"]);
  assertEquals(decoder.decode(request.body), "héllo");
  assertEquals(headerOf(request, "host"), "example.com:8000");
  assertEquals(request.isKeptAlive, false);
  const reader = new ResponseReader("POST");
  reader.push(encodeAnswer(request, { status: 200, body: request.body }));
  const response = reader.next();
  assertEquals([response?.status, response?.reason], [200, "OK"]);
  assertEquals(decoder.decode(response?.body), "héllo");
  assertEquals(response?.isKeptAlive, false);
});
