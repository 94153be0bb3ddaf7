/** Packets of servers, well-formed and otherwise. */

import { Buffer } from "node:buffer";
import dnsPacket from "dns-packet";

/** What {@linkcode packet} makes a packet of. */
export interface PacketOptions {
  /** `name TYPE` each. */
  readonly questions: readonly string[];
  /** Records as `dns-packet` wants them. */
  readonly answers: readonly unknown[];
  readonly authorities?: readonly unknown[];
  readonly id?: number;
  readonly rcode?: number;
  readonly truncated?: boolean;
}

/** Encodes an answer. */
export function packet(options: PacketOptions): Uint8Array {
  const { questions, answers, authorities = [], id = 7, rcode = 0, truncated = false } = options;
  const bytes: Uint8Array = dnsPacket.encode({
    type: "response",
    id,
    flags: 0x180 | (truncated ? 0x200 : 0) | rcode,
    questions: questions.map((question) => {
      const [name, type] = question.split(" ");
      return { name, type };
    }),
    answers: [...answers],
    authorities: [...authorities],
  });
  return new Uint8Array(bytes);
}

const NAME = "www.example.test";

function record(type: string, data: unknown, ttl = 300): unknown {
  return { name: NAME, type, ttl, data };
}

const SOA = {
  mname: "ns.test",
  rname: "me.test",
  serial: 1,
  refresh: 2,
  retry: 3,
  expire: 4,
  minimum: 5,
};

/** Packets to begin with. */
export const PACKETS: Readonly<Record<string, Uint8Array>> = {
  "address": packet({ questions: [`${NAME} A`], answers: [record("A", "10.0.0.1")] }),
  "addresses": packet({
    questions: [`${NAME} AAAA`],
    answers: Array.from({ length: 12 }, (_, i) => record("AAAA", `2001:db8::${i + 1}`)),
  }),
  "alias": packet({
    questions: [`${NAME} A`],
    answers: [record("CNAME", "b.test"), { name: "b.test", type: "A", ttl: 1, data: "10.0.0.1" }],
  }),
  "no such name": packet({
    questions: [`${NAME} A`],
    answers: [],
    authorities: [{ name: "test", type: "SOA", ttl: 60, data: SOA }],
    rcode: 3,
  }),
  "all types": packet({
    questions: [`${NAME} ANY`],
    answers: [
      record("A", "10.0.0.1"),
      record("AAAA", "2001:db8::1"),
      record("CNAME", "b.example.test"),
      record("NS", "ns.example.test"),
      record("PTR", "host.example.test"),
      record("MX", { preference: 10, exchange: "mx.example.test" }),
      record("SRV", { priority: 1, weight: 2, port: 3, target: "srv.example.test" }),
      record("TXT", [Buffer.from("hi"), Buffer.from("yo")]),
      record("SOA", SOA),
      record("HINFO", { cpu: "PDP", os: "ITS" }),
      record("NAPTR", {
        order: 1,
        preference: 2,
        flags: "s",
        services: "x",
        regexp: "",
        replacement: "r.test",
      }),
      record("RP", { mbox: "m.test", txt: "t.test" }),
    ],
  }),
};

const BASES = Object.values(PACKETS);

/** Returns numbers from 0 to 2^32 - 1 that a seed decides (xorshift). */
export function seededRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Values that are likely to break something: lengths, pointers, limits. */
const NASTY = [0, 1, 12, 63, 64, 0x7f, 0x80, 0xbf, 0xc0, 0xff];

/** Makes a packet that something is wrong with: bytes changed, cut, inserted, doubled or swapped. */
export function mutatedPacket(random: () => number): Uint8Array {
  let bytes = (BASES[random() % BASES.length] as Uint8Array).slice();
  for (let i = random() % 4; i >= 0; i--) {
    const at = random() % Math.max(bytes.length, 1);
    switch (random() % 8) {
      case 0:
      case 1:
        bytes[at] = random() & 0xff;
        break;
      case 2:
      case 3:
        bytes[at] = NASTY[random() % NASTY.length] as number;
        break;
      case 4:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8));
        break;
      case 5:
        bytes = bytes.slice(0, at);
        break;
      case 6: {
        const from = random() % Math.max(bytes.length, 1);
        bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(from)]);
        break;
      }
      default: {
        // A pointer, to anywhere.
        bytes[at] = 0xc0 | (random() % 4);
        if (at + 1 < bytes.length) bytes[at + 1] = random() & 0xff;
      }
    }
  }
  return bytes;
}
