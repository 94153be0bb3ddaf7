import { assert, assertEquals, assertThrows } from "@std/assert";
import dnsPacket from "dns-packet";
import fc from "fast-check";
import { DNSMalformedError } from "../../resolver/errors.ts";
import { decodeMessage, EDNS_PAYLOAD, encodeQuery } from "../../resolver/wire.ts";
import { mutatedPacket, packet, PACKETS, seededRandom } from "./packets.ts";

/** A header with the given counts, and a body. */
function raw(counts: readonly number[], body: readonly number[], flags = 0x8180): Uint8Array {
  const words = [7, flags, ...counts];
  return new Uint8Array([...words.flatMap((word) => [word >> 8, word & 0xff]), ...body]);
}

const QUESTION = [1, 97, 0, 0, 1, 0, 1];

function assertMalformed(bytes: Uint8Array, reason: string): void {
  const error = assertThrows(() => decodeMessage(bytes), DNSMalformedError);
  assert(error.message.includes(reason), `${error.message} has no "${reason}"`);
}

Deno.test("encodeQuery() asks for recursion and announces EDNS(0)", () => {
  const bytes = encodeQuery({ name: "a.test", type: "A6" }, { id: 0x1234 });
  assertEquals([...bytes], [
    ...[0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1],
    ...[1, 97, 4, 116, 101, 115, 116, 0, 0, 38, 0, 1],
    ...[0, 0, 41, EDNS_PAYLOAD >> 8, EDNS_PAYLOAD & 0xff, 0, 0, 0, 0, 0, 0],
  ]);
  const plain = encodeQuery({ name: "a.test", type: "A" }, { id: 0, edns: false });
  assertEquals(plain.length, bytes.length - 11);
});

Deno.test("encodeQuery() writes the bytes that dns-packet would", () => {
  const label = fc.stringMatching(/^[!-\-/-[\]-~]{1,63}$/);
  const name = fc.oneof(
    fc.constant(""),
    fc.array(label, { minLength: 1, maxLength: 8 }).map((labels) =>
      labels.join(".").slice(0, 253).replace(/\.$/, "")
    ),
  );
  const id = fc.nat(0xffff);
  fc.assert(fc.property(name, id, fc.boolean(), (name, id, edns) => {
    const expected: Uint8Array = dnsPacket.encode({
      type: "query",
      id,
      flags: dnsPacket.RECURSION_DESIRED,
      questions: [{ type: "AAAA", name: name === "" ? "." : name }],
      additionals: edns
        ? [{ type: "OPT", name: ".", udpPayloadSize: EDNS_PAYLOAD, options: [] }]
        : [],
    });
    assertEquals([...encodeQuery({ name, type: "AAAA" }, { id, edns })], [...expected]);
  }));
});

Deno.test("decodeMessage() reads every kind of data", () => {
  const { answers } = decodeMessage(PACKETS["all types"] as Uint8Array);
  const text = answers.map(({ type, data }) =>
    `${type} ${JSON.stringify(data, (_, v) => v?.type === "Buffer" ? `<${v.data}>` : v)}`
  );
  assertEquals(text, [
    'A "10.0.0.1"',
    'AAAA "2001:db8::1"',
    'CNAME "b.example.test"',
    'NS "ns.example.test"',
    'PTR "host.example.test"',
    'MX {"preference":10,"exchange":"mx.example.test"}',
    'SRV {"priority":1,"weight":2,"port":3,"target":"srv.example.test"}',
    'TXT ["<104,105>","<121,111>"]',
    'SOA {"mname":"ns.test","rname":"me.test","serial":1,"refresh":2,"retry":3,"expire":4,"minimum":5}',
    'HINFO {"cpu":"PDP","os":"ITS"}',
    'NAPTR {"order":1,"preference":2,"flags":"s","services":"x","regexp":"","replacement":"r.test"}',
    'RP {"mbox":"m.test","txt":"t.test"}',
  ]);
});

Deno.test("decodeMessage() tells the parts of a header apart", () => {
  const message = decodeMessage(raw([1, 0, 0, 0], QUESTION, 0x9783));
  assertEquals(message.id, 7);
  assert(message.isResponse && message.isTruncated);
  assertEquals([message.opcode, message.rcode], [2, 3]);
  assertEquals(message.question, { name: "a", type: "A" });
});

Deno.test("decodeMessage() takes the upper bits of the rcode from OPT", () => {
  const bytes = raw([1, 0, 0, 1], [...QUESTION, 0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0]);
  assertEquals(decodeMessage(bytes).rcode, 16);
  assertEquals(decodeMessage(bytes).additional, []);
});

Deno.test("decodeMessage() takes a TTL with its highest bit set for 0 (RFC 2181 8)", () => {
  const record = [0xc0, 12, 0, 1, 0, 1, 0x80, 0, 0, 1, 0, 4, 1, 2, 3, 4];
  assertEquals(decodeMessage(raw([1, 1, 0, 0], [...QUESTION, ...record])).answers, [
    { name: "a", type: "A", ttl: 0, data: "1.2.3.4" },
  ]);
});

Deno.test("decodeMessage() leaves out records of other classes", () => {
  const record = [0xc0, 12, 0, 1, 0, 3, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4];
  assertEquals(decodeMessage(raw([1, 1, 0, 0], [...QUESTION, ...record])).answers, []);
});

Deno.test("decodeMessage() escapes what is no text in a name", () => {
  const name = [5, 97, 46, 92, 0, 98, 1, 99, 0];
  assertEquals(
    decodeMessage(raw([1, 0, 0, 0], [...name, 0, 1, 0, 1])).question?.name,
    "a\\.\\\\\\000b.c",
  );
});

Deno.test("decodeMessage() has no question when there are several or one it cannot ask", () => {
  assertEquals(decodeMessage(raw([2, 0, 0, 0], [...QUESTION, ...QUESTION])).question, null);
  assertEquals(decodeMessage(raw([1, 0, 0, 0], [1, 97, 0, 0, 1, 0, 3])).question, null);
  assertEquals(decodeMessage(raw([1, 0, 0, 0], [1, 97, 0, 99, 99, 0, 1])).question, null);
});

/** A question for `a.b`, and addresses of the names that lead to so many bytes of the packet. */
function pointingTo(...targets: readonly number[]): Uint8Array {
  const question = [1, 97, 1, 98, 0, 0, 1, 0, 1];
  const records = targets.flatMap((at) => [0xc0, at, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 1]);
  return raw([1, targets.length, 0, 0], [...question, ...records]);
}

Deno.test("decodeMessage() reads names that lead to the question's, or into it", () => {
  const { answers } = decodeMessage(pointingTo(12, 14, 12, 14, 16));
  assertEquals(answers.map(({ name }) => name), ["a.b", "b", "a.b", "b", ""]);
  // In the middle of a label there is no name, although one begins beside it.
  assertMalformed(pointingTo(12, 13), "label type is unknown");
});

Deno.test("decodeMessage() refuses compression loops and pointers that lead forwards", () => {
  assertMalformed(raw([1, 0, 0, 0], [0xc0, 12, 0, 1, 0, 1]), "does not lead backwards");
  assertMalformed(raw([1, 0, 0, 0], [1, 97, 0xc0, 12, 0, 1, 0, 1]), "does not lead backwards");
  assertMalformed(raw([1, 0, 0, 0], [0xc0, 14, 0xc0, 12, 0, 1, 0, 1]), "does not lead backwards");
});

Deno.test("decodeMessage() refuses names that are too long, also by pointers", () => {
  const label = [63, ...new Array(63).fill(97)];
  const long = [...label, ...label, ...label, 62, ...new Array(62).fill(97), 0, 0, 1, 0, 1];
  assertMalformed(raw([1, 0, 0, 0], long), "longer than 255 bytes");
  const first = [...label, ...label, ...label, 0, 0, 1, 0, 1];
  const second = [...label, 0xc0, 12, 0, 1, 0, 1];
  assertMalformed(raw([2, 0, 0, 0], [...first, ...second]), "longer than 255 bytes");
});

Deno.test("decodeMessage() refuses unknown label types", () => {
  assertMalformed(raw([1, 0, 0, 0], [0x41, 97, 0, 0, 1, 0, 1]), "label type");
});

Deno.test("decodeMessage() refuses counts that the packet cannot hold", () => {
  assertMalformed(raw([1, 65535, 65535, 65535], QUESTION), "more records than it can hold");
  assertMalformed(raw([65535, 0, 0, 0], QUESTION), "more records than it can hold");
});

Deno.test("decodeMessage() refuses data that does not fill its length", () => {
  const head = [...QUESTION, 0xc0, 12];
  assertMalformed(
    raw([1, 1, 0, 0], [...head, 0, 1, 0, 1, 0, 0, 0, 1, 0, 5, 1, 2, 3, 4, 5]),
    "wrong length",
  );
  assertMalformed(
    raw([1, 1, 0, 0], [...head, 0, 5, 0, 1, 0, 0, 0, 1, 0, 3, 0xc0, 12, 0]),
    "length of its CNAME data is wrong",
  );
  assertMalformed(
    raw([1, 1, 0, 0], [...head, 0, 16, 0, 1, 0, 0, 0, 1, 0, 2, 5, 97, 98, 99, 100, 101]),
    "length of its TXT data is wrong",
  );
});

Deno.test("decodeMessage() refuses each truncation of each packet", () => {
  for (const [name, bytes] of Object.entries(PACKETS)) {
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      assertThrows(() => decodeMessage(cut), DNSMalformedError, undefined, `${name} ${length}`);
    }
  }
});

Deno.test("decodeMessage() reads no more than the question of a packet that says it is truncated", () => {
  const bytes = packet({ questions: ["a.test A"], answers: [], truncated: true });
  bytes[7] = 40;
  const message = decodeMessage(bytes);
  assert(message.isTruncated);
  assertEquals(message.answers, []);
});

Deno.test("decodeMessage() refuses a packet of tangled names after bounded work", () => {
  // 3,000 records, each name of which is a way through 120 labels that no other name begins with.
  const body: number[] = [];
  for (let i = 0; i < 120; i++) body.push(1, 97);
  body.push(0, 0, 1, 0, 1);
  for (let i = 0; i < 3000; i++) {
    body.push(1, 98, 0xc0, 12 + 2 * (i % 30), 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4);
  }
  assertMalformed(raw([1, 3000, 0, 0], body), "tangled");
});

Deno.test("decodeMessage() throws nothing but DNSMalformedError, whatever the bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    try {
      decodeMessage(bytes);
    } catch (error) {
      assert(error instanceof DNSMalformedError);
    }
  }));
});

Deno.test("decodeMessage() survives mutated packets", () => {
  const random = seededRandom(1);
  let refused = 0;
  for (let i = 0; i < 20_000; i++) {
    try {
      decodeMessage(mutatedPacket(random));
    } catch (error) {
      assert(error instanceof DNSMalformedError, `mutation ${i}: ${error}`);
      refused++;
    }
  }
  assert(refused > 1000 && refused < 19_000, `${refused} refused`);
});
