/**
 * Reads the data of records.
 *
 * @module
 */

import { decodeRecordData } from "./dns_packet.ts";
import { DNSMalformedError } from "./errors.ts";
import { formatIPv4, formatIPv6 } from "./ip_address.ts";
import type { RecordType } from "./record_type.ts";
import type { WireReader } from "./wire_reader.ts";

/**
 * What the data of a type consists of: `n` a name, `s` a string with its length before it,
 * a digit so many bytes, `*` strings up to the end.
 */
const LAYOUTS: Partial<Record<RecordType, string>> = {
  SOA: "nn44444",
  MX: "2n",
  SRV: "222n",
  NAPTR: "22sssn",
  HINFO: "ss",
  RP: "nn",
  TXT: "*",
  SPF: "*",
};

/**
 * Reads the data of a record; the cursor stands at its length and ends behind it.
 *
 * @param reader The cursor.
 * @param type The record's type.
 * @returns The data in the form that `ResourceRecord.data` promises.
 * @throws {DNSMalformedError} If the data does not fill its length exactly.
 */
export function readRecordData(reader: WireReader, type: RecordType | number): unknown {
  const start = reader.offset;
  const length = reader.uint16();
  reader.need(length);
  const end = reader.offset + length;
  const data = readData(reader, type, start, end);
  if (reader.offset !== end) {
    throw new DNSMalformedError(`Cannot read a record: the length of its ${type} data is wrong`);
  }
  return data;
}

function readData(
  reader: WireReader,
  type: RecordType | number,
  start: number,
  end: number,
): unknown {
  switch (type) {
    case "A":
      return formatIPv4(readBytes(reader, start, 4));
    case "AAAA":
      return formatIPv6(readBytes(reader, start, 16));
    case "CNAME":
    case "NS":
    case "PTR":
    case "DNAME":
    case "MB":
    case "MG":
    case "MR":
      return reader.name();
    case "MINFO":
      return { rmailbx: reader.name(), emailbx: reader.name() };
    case "AFSDB":
      return { subtype: reader.uint16(), hostname: reader.name() };
  }
  const layout = typeof type === "string" ? LAYOUTS[type] : undefined;
  if (layout === undefined) return readBytes(reader, start, end - reader.offset).slice();
  checkLayout(reader, layout, end);
  // The reader has walked the data to its end: what is left to dns-packet cannot run astray.
  if (reader.offset !== end) return null;
  return decodeRecordData(type === "SPF" ? "TXT" : type as string, reader.bytes, start);
}

/** Takes the bytes of fixed-size data, whose length at `start` must say the same. */
function readBytes(reader: WireReader, start: number, count: number): Uint8Array {
  const at = reader.offset;
  const length = ((reader.bytes[start] as number) << 8) | (reader.bytes[start + 1] as number);
  if (length !== count) {
    throw new DNSMalformedError("Cannot read a record: its data has the wrong length");
  }
  reader.skip(count);
  return reader.bytes.subarray(at, at + count);
}

function checkLayout(reader: WireReader, layout: string, end: number): void {
  for (const part of layout) {
    if (part === "n") reader.name();
    else if (part === "s") reader.skipString();
    else if (part === "*") { while (reader.offset < end) reader.skipString(); }
    else reader.skip(Number(part));
  }
}
