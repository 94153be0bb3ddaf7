/**
 * The part of `npm:dns-packet` that this package uses, with types.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import untyped from "dns-packet";

/** An encoder and decoder of one type's data, with the two bytes of its length before it. */
interface RecordCodec {
  decode(buffer: Buffer, offset: number): unknown;
}

/** A message, as `dns-packet` wants it to encode. */
interface EncodableMessage {
  type: "query";
  id: number;
  flags: number;
  questions: { type: string; name: string }[];
  additionals: { type: string; name: string; udpPayloadSize: number; options: [] }[];
}

interface DNSPacket {
  readonly RECURSION_DESIRED: number;
  encode(message: EncodableMessage): Uint8Array;
  record(type: string): RecordCodec;
}

const dnsPacket = untyped as unknown as DNSPacket;

/**
 * Encodes a query that asks a server to recurse.
 *
 * @param id The identifier.
 * @param name The name, checked.
 * @param type The number of the type.
 * @param payload The size for EDNS(0), or 0 for a query without.
 * @returns The packet.
 */
export function encodeQueryPacket(
  id: number,
  name: string,
  type: number,
  payload: number,
): Uint8Array {
  const opt = { type: "OPT", name: ".", udpPayloadSize: payload, options: [] as [] };
  return dnsPacket.encode({
    type: "query",
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: `UNKNOWN_${type}`, name: name === "" ? "." : name }],
    additionals: payload === 0 ? [] : [opt],
  });
}

/**
 * Decodes the data of a record whose bounds were checked.
 *
 * @param type The type's name.
 * @param bytes The packet.
 * @param offset Where the data's length stands.
 * @returns What `dns-packet` makes of it.
 */
export function decodeRecordData(type: string, bytes: Uint8Array, offset: number): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return dnsPacket.record(type).decode(buffer, offset);
}
