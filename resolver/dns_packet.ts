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

interface DNSPacket {
  record(type: string): RecordCodec;
}

const dnsPacket = untyped as unknown as DNSPacket;

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
