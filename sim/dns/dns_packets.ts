/**
 * The part of `npm:dns-packet` that the simulated DNS server uses, with types.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import untyped from "dns-packet";

/** A record of a simulated zone. */
export interface DNSRecord {
  /** Whose record it is. */
  readonly name: string;
  /** The type: `A`, `AAAA`, `CNAME` … */
  readonly type: string;
  /**
   * For how many seconds it may be used.
   *
   * @default {300}
   */
  readonly ttl?: number;
  /** The data as `dns-packet` wants it: an address or a name as text, an object for MX and such. */
  readonly data: unknown;
}

/** A question that came to a simulated DNS server. */
export interface DNSQuestion {
  /** The identifier of the query. */
  readonly id: number;
  /** The name, in the case that it was asked in. */
  readonly name: string;
  /** The type: `A`, `AAAA` …; `UNKNOWN_n` for one without a name. */
  readonly type: string;
  /** How many bytes a UDP answer may have: 512 without EDNS(0). */
  readonly payload: number;
  /** Whether the query spoke EDNS(0). */
  readonly edns: boolean;
}

/** An answer of a simulated DNS server. */
export interface DNSResponse {
  /** The identifier. */
  readonly id: number;
  /** The response code. */
  readonly rcode: number;
  /** Whether it says that records were left out. */
  readonly truncated: boolean;
  /** The question that it claims to answer. */
  readonly question: Pick<DNSQuestion, "name" | "type">;
  /** The records that answer. */
  readonly answers: readonly DNSRecord[];
  /** The records that say who would know. */
  readonly authority: readonly DNSRecord[];
}

interface DecodedPacket {
  readonly id: number;
  readonly type: "query" | "response";
  readonly questions: { readonly name: string; readonly type: string }[];
  readonly additionals: { readonly type: string; readonly udpPayloadSize?: number }[];
}

interface DNSPacket {
  decode(buffer: Buffer): DecodedPacket;
  encode(message: unknown): Uint8Array;
}

const dnsPacket = untyped as unknown as DNSPacket;

/** QR is set by the type; these are RD and RA. */
const RECURSION_FLAGS = 0x0180;

const TRUNCATED_FLAG = 0x0200;

/** The size of UDP answers without EDNS(0) (RFC 1035 4.2.1). */
const PAYLOAD_MIN = 512;

/** Reads a query; `null` if it is none. */
export function readQuestion(bytes: Uint8Array): DNSQuestion | null {
  let packet: DecodedPacket;
  try {
    packet = dnsPacket.decode(Buffer.from(bytes));
  } catch {
    return null;
  }
  const [question] = packet.questions;
  if (packet.type !== "query" || question === undefined) return null;
  const opt = packet.additionals.find((record) => record.type === "OPT");
  return {
    id: packet.id,
    name: question.name === "." ? "" : question.name,
    type: question.type,
    payload: Math.max(opt?.udpPayloadSize ?? 0, PAYLOAD_MIN),
    edns: opt !== undefined,
  };
}

/** Writes an answer. */
export function writeResponse(response: DNSResponse): Uint8Array {
  const bytes = dnsPacket.encode({
    type: "response",
    id: response.id,
    flags: RECURSION_FLAGS | (response.truncated ? TRUNCATED_FLAG : 0) | response.rcode,
    questions: [{ name: response.question.name, type: response.question.type }],
    answers: response.answers.map(withTTL),
    authorities: response.authority.map(withTTL),
  });
  return new Uint8Array(bytes);
}

function withTTL(record: DNSRecord): DNSRecord {
  return { ttl: 300, ...record };
}
