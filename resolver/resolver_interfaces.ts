/**
 * Twisted's contract of a resolver of records.
 *
 * @module
 */

import type { Answer } from "./answer.ts";
import type { Query } from "./message.ts";

/** A lookup by name alone: what all typed methods of {@linkcode IResolver} look like. */
export type LookupMethod = (name: string, timeouts?: readonly number[]) => Promise<Answer>;

/**
 * Looks up records of any type.
 *
 * All methods reject with a `DNSLookupError`; a name that exists without records of the type is no
 * failure but an empty answer. `timeouts` are the seconds to wait for each server, round by round.
 *
 * Twisted: `IResolver` (`internet/interfaces.py`, 24.7). Differs from Twisted: a Deferred of three
 * lists is a promise of an object with three lists and the answer's source.
 */
export interface IResolver {
  /** Dispatches on the question's type to one of the methods below. */
  query(query: Query, timeouts?: readonly number[]): Promise<Answer>;
  /** Returns the first address of a name: IPv4 if it has one, otherwise IPv6. */
  getHostByName(name: string, timeouts?: readonly number[]): Promise<string>;
  /** A records. */
  lookupAddress: LookupMethod;
  /** AAAA records. */
  lookupIPV6Address: LookupMethod;
  /** A6 records (historic). */
  lookupAddress6: LookupMethod;
  /** NS records. */
  lookupNameservers: LookupMethod;
  /** CNAME records. */
  lookupCanonicalName: LookupMethod;
  /** SOA records. */
  lookupAuthority: LookupMethod;
  /** MB records. */
  lookupMailBox: LookupMethod;
  /** MG records. */
  lookupMailGroup: LookupMethod;
  /** MR records. */
  lookupMailRename: LookupMethod;
  /** NULL records. */
  lookupNull: LookupMethod;
  /** WKS records. */
  lookupWellKnownServices: LookupMethod;
  /** PTR records. */
  lookupPointer: LookupMethod;
  /** HINFO records. */
  lookupHostInfo: LookupMethod;
  /** MINFO records. */
  lookupMailboxInfo: LookupMethod;
  /** MX records. */
  lookupMailExchange: LookupMethod;
  /** TXT records. */
  lookupText: LookupMethod;
  /** SPF records (historic). */
  lookupSenderPolicy: LookupMethod;
  /** RP records. */
  lookupResponsibility: LookupMethod;
  /** AFSDB records. */
  lookupAFSDatabase: LookupMethod;
  /** SRV records. */
  lookupService: LookupMethod;
  /** A whole zone (AXFR). */
  lookupZone: LookupMethod;
  /** Records of all types. Many servers refuse or shorten the answer (RFC 8482). */
  lookupAllRecords: LookupMethod;
  /** NAPTR records. */
  lookupNamingAuthorityPointer: LookupMethod;
}
