/**
 * The types of records and their numbers.
 *
 * @module
 */

/** A type of records, by name. `ALL_RECORDS` is the query type that `dig` calls ANY. */
export type RecordType =
  | "A"
  | "NS"
  | "CNAME"
  | "SOA"
  | "MB"
  | "MG"
  | "MR"
  | "NULL"
  | "WKS"
  | "PTR"
  | "HINFO"
  | "MINFO"
  | "MX"
  | "TXT"
  | "RP"
  | "AFSDB"
  | "AAAA"
  | "SRV"
  | "NAPTR"
  | "A6"
  | "DNAME"
  | "OPT"
  | "SPF"
  | "AXFR"
  | "ALL_RECORDS";

/** The numbers of the types (IANA's registry). */
const NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  A6: 38,
  DNAME: 39,
  OPT: 41,
  SPF: 99,
  AXFR: 252,
  ALL_RECORDS: 255,
};

const NAMES = new Map<number, RecordType>(
  Object.entries(NUMBERS).map(([name, number]) => [number, name as RecordType]),
);

/**
 * Returns the number of a type.
 *
 * @param type The type's name.
 * @returns Its number on the wire.
 */
export function typeNumber(type: RecordType): number {
  return NUMBERS[type];
}

/**
 * Returns the name of a type.
 *
 * @param number The number on the wire.
 * @returns The name, or `null` for one that this package does not know.
 */
export function typeName(number: number): RecordType | null {
  return NAMES.get(number) ?? null;
}
