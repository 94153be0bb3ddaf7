/**
 * The wire format (RFC 1035 4): what is sent, and what is let in.
 *
 * @module
 */

import { DNSMalformedError } from "./errors.ts";
import type { Message, Query, ResourceRecord } from "./message.ts";
import { type RecordType, typeName, typeNumber } from "./record_type.ts";
import { readRecordData } from "./wire_data.ts";
import { encodeQueryPacket } from "./query_packet.ts";
import { WireReader } from "./wire_reader.ts";

/** The size that servers may fill with UDP answers, as agreed on DNS flag day 2020. */
export const EDNS_PAYLOAD = 1232;

/** A packet's header. */
const HEADER_BYTES = 12;

/** The shortest record: a root name, type, class, TTL, length. The shortest question is 5 bytes. */
const RECORD_BYTES_MIN = 11;

const QUESTION_BYTES_MIN = 5;

const CLASS_IN = 1;

const TYPE_OPT = 41;

/** A TTL with its highest bit set counts as 0 (RFC 2181 8). */
const TTL_MAX = 0x7fffffff;

/**
 * Encodes a query that asks for recursion.
 *
 * @example
 * ```ts
 * import { decodeMessage, encodeQuery } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const packet = encodeQuery({ name: "example.test", type: "AAAA" }, { id: 7 });
 * assertEquals(decodeMessage(packet).question, { name: "example.test", type: "AAAA" });
 * ```
 *
 * @param query The question; its name must have passed {@linkcode checkDomainName}.
 * @param options The identifier, and whether to use EDNS(0).
 * @returns The packet.
 */
export function encodeQuery(query: Query, options: EncodeQueryOptions): Uint8Array {
  const payload = options.edns === false ? 0 : EDNS_PAYLOAD;
  return encodeQueryPacket(options.id, query.name, typeNumber(query.type), payload);
}

/** How to encode a query. */
export interface EncodeQueryOptions {
  /** The identifier, 0 to 65535. */
  readonly id: number;
  /**
   * Whether to announce EDNS(0) with {@linkcode EDNS_PAYLOAD}.
   *
   * @default {true}
   */
  readonly edns?: boolean;
}

/**
 * Decodes a packet, trusting nothing in it.
 *
 * Compression loops, names over 255 bytes, counts that the packet cannot hold, data that does not
 * fill its length, and truncated packets are refused; the work is bounded whatever the packet
 * says. Records of other classes than IN are left out. A packet that says that it is truncated
 * may end anywhere after its question.
 *
 * @param bytes The packet.
 * @returns What it says.
 * @throws {DNSMalformedError} If it breaks the rules; nothing else is ever thrown.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof DNSMalformedError) throw error;
    throw new DNSMalformedError("Cannot read the packet: a record is malformed", { cause: error });
  }
}

function decode(bytes: Uint8Array): Message {
  const reader = new WireReader(bytes);
  reader.need(HEADER_BYTES);
  const id = reader.uint16();
  const flags = reader.uint16();
  const questions = reader.uint16();
  const counts = [reader.uint16(), reader.uint16(), reader.uint16()] as const;
  const isTruncated = (flags & 0x0200) !== 0;
  const records = counts[0] + counts[1] + counts[2];
  const least = questions * QUESTION_BYTES_MIN + (isTruncated ? 0 : records * RECORD_BYTES_MIN);
  if (least > reader.remaining) {
    throw new DNSMalformedError("Cannot read the packet: it counts more records than it can hold");
  }
  const sections: ResourceRecord[][] = [[], [], []];
  const state: DecodeState = { reader, extendedRcode: 0 };
  const question = readQuestions(reader, questions);
  // What is left of a truncated answer is not used: the question is asked again over TCP.
  if (!isTruncated) {
    for (let i = 0; i < 3; i++) {
      readSection(state, sections[i] as ResourceRecord[], counts[i] as number);
    }
  }
  return {
    id,
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    isTruncated,
    rcode: (state.extendedRcode << 4) | (flags & 0xf),
    question,
    answers: sections[0] as ResourceRecord[],
    authority: sections[1] as ResourceRecord[],
    additional: sections[2] as ResourceRecord[],
  };
}

interface DecodeState {
  readonly reader: WireReader;
  /** The upper bits of the rcode, from the OPT record. */
  extendedRcode: number;
}

/** Reads the question; several, or one of another class or type, count as none. */
function readQuestions(reader: WireReader, count: number): Query | null {
  let question: Query | null = null;
  for (let i = 0; i < count; i++) {
    const name = reader.name();
    const type = typeName(reader.uint16());
    const isIN = reader.uint16() === CLASS_IN;
    question = count === 1 && type !== null && isIN ? { name, type } : null;
  }
  return question;
}

function readSection(state: DecodeState, section: ResourceRecord[], count: number): void {
  const { reader } = state;
  for (let i = 0; i < count; i++) {
    const name = reader.name();
    const number = reader.uint16();
    const recordClass = reader.uint16();
    if (number === TYPE_OPT) {
      state.extendedRcode = reader.uint8();
      reader.skip(3);
      reader.skip(reader.uint16());
      continue;
    }
    const ttl = reader.uint32();
    if (recordClass !== CLASS_IN) {
      reader.skip(reader.uint16());
      continue;
    }
    const type: RecordType | number = typeName(number) ?? number;
    const data = readRecordData(reader, type);
    section.push({ name, type, ttl: ttl > TTL_MAX ? 0 : ttl, data });
  }
}
