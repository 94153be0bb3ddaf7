/**
 * Questions, records and messages, as the wire format is read into.
 *
 * @module
 */

import type { RecordType } from "./record_type.ts";

/** A question: records of one type of one name, in the class IN. Twisted: `dns.Query`. */
export interface Query {
  /** The name, without a dot at the end. */
  readonly name: string;
  /** The type of the records. */
  readonly type: RecordType;
}

/** The data of a start of authority. */
export interface SOAData {
  /** The primary server. */
  readonly mname: string;
  /** The mailbox of the person responsible. */
  readonly rname: string;
  /** The version of the zone. */
  readonly serial: number;
  /** Seconds between refreshes by secondaries. */
  readonly refresh: number;
  /** Seconds between retries. */
  readonly retry: number;
  /** Seconds until a secondary gives up. */
  readonly expire: number;
  /** For how many seconds "there is none" may be remembered (RFC 2308). */
  readonly minimum: number;
}

/** A record of an answer. */
export interface ResourceRecord {
  /** Whose record it is: the name in the case that the server wrote, without a dot at the end. */
  readonly name: string;
  /** The type; a number if this package has no name for it. */
  readonly type: RecordType | number;
  /** For how many seconds the record may be used. */
  readonly ttl: number;
  /**
   * The data: an address or a name as text for A, AAAA, CNAME, NS, PTR, DNAME, MB, MG and MR;
   * {@linkcode SOAData} for SOA; an object for MX, SRV, NAPTR, HINFO, RP, AFSDB and MINFO; a list of byte
   * strings for TXT and SPF; bytes for everything else.
   */
  readonly data: unknown;
}

/** A message of a server, checked. */
export interface Message {
  /** The identifier, which must be that of the query. */
  readonly id: number;
  /** True for an answer, false for a query. */
  readonly isResponse: boolean;
  /** The kind of query; 0 is the usual one. */
  readonly opcode: number;
  /** Whether records were left out because the packet was too small for them. */
  readonly isTruncated: boolean;
  /** The response code, its extended bits included (RFC 6891 6.1.3); 0 is success. */
  readonly rcode: number;
  /** The question, or `null` if the message has none, or one that this package cannot ask. */
  readonly question: Query | null;
  /** The records that answer the question. */
  readonly answers: readonly ResourceRecord[];
  /** The records that say who would know. */
  readonly authority: readonly ResourceRecord[];
  /** Records that may be of use; without OPT. */
  readonly additional: readonly ResourceRecord[];
}
