/**
 * The part that all resolvers of records share: one method a type, over one lookup.
 *
 * @module
 */

import type { Answer } from "./answer.ts";
import { followChain } from "./cname_chain.ts";
import { describeName } from "./domain_name.ts";
import { type DNSLookupError, DNSNoDataError, DNSQueryUnsupportedError } from "./errors.ts";
import { type DNSResponseErrorClass, exceptionForCode } from "./response_errors.ts";
import type { Query } from "./message.ts";
import type { RecordType } from "./record_type.ts";
import type { IResolver } from "./resolver_interfaces.ts";

/** A method of {@linkcode ResolverBase} that looks up one type. */
type LookupName = Exclude<keyof IResolver, "query" | "getHostByName">;

/** The method for each type. Twisted: `typeToMethod` (`names/common.py`, 24.7). */
const METHODS: Partial<Record<RecordType, LookupName>> = {
  A: "lookupAddress",
  AAAA: "lookupIPV6Address",
  A6: "lookupAddress6",
  NS: "lookupNameservers",
  CNAME: "lookupCanonicalName",
  SOA: "lookupAuthority",
  MB: "lookupMailBox",
  MG: "lookupMailGroup",
  MR: "lookupMailRename",
  NULL: "lookupNull",
  WKS: "lookupWellKnownServices",
  PTR: "lookupPointer",
  HINFO: "lookupHostInfo",
  MINFO: "lookupMailboxInfo",
  MX: "lookupMailExchange",
  TXT: "lookupText",
  SPF: "lookupSenderPolicy",
  RP: "lookupResponsibility",
  AFSDB: "lookupAFSDatabase",
  SRV: "lookupService",
  AXFR: "lookupZone",
  ALL_RECORDS: "lookupAllRecords",
  NAPTR: "lookupNamingAuthorityPointer",
};

/**
 * Looks up records of any type by one method that subclasses write, {@linkcode ResolverBase.lookup}.
 *
 * Twisted: `ResolverBase` (`names/common.py`, 24.7).
 */
export abstract class ResolverBase implements IResolver {
  /**
   * Looks up the records of a question. Twisted: `_lookup`.
   *
   * @param query The question.
   * @param timeouts The seconds to wait for each server, round by round; the resolver's own by
   * default.
   * @returns The answer; rejects with a `DNSLookupError`.
   */
  abstract lookup(query: Query, timeouts?: readonly number[]): Promise<Answer>;

  /**
   * Dispatches on the question's type to one of the typed methods.
   *
   * @param query The question.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns What the method returns; rejects with {@linkcode DNSQueryUnsupportedError} if there is none
   * for the type.
   */
  query(query: Query, timeouts?: readonly number[]): Promise<Answer> {
    const method = METHODS[query.type];
    if (method !== undefined) return this[method](query.name, timeouts);
    return Promise.reject(
      new DNSQueryUnsupportedError(
        `Cannot look up ${query.type} records: the type is not supported`,
      ),
    );
  }

  /**
   * Returns the class of the error for a response code.
   *
   * @param rcode The response code, not 0.
   * @returns The class.
   */
  exceptionForCode(rcode: number): DNSResponseErrorClass {
    return exceptionForCode(rcode);
  }

  /**
   * Returns the first address of a name: IPv4 if it has one, otherwise IPv6.
   *
   * Differs from Twisted: A and AAAA are asked for separately and in parallel, where Twisted asks
   * for records of any type (RFC 8482).
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The address; rejects with {@linkcode DNSNoDataError} if the name has none.
   */
  async getHostByName(name: string, timeouts?: readonly number[]): Promise<string> {
    const lookups = await Promise.allSettled([
      this.lookupAddress(name, timeouts),
      this.lookupIPV6Address(name, timeouts),
    ]);
    let failure: DNSLookupError | undefined;
    for (const [index, type] of (["A", "AAAA"] as const).entries()) {
      const settled = lookups[index] as PromiseSettledResult<Answer>;
      if (settled.status === "rejected") {
        failure ??= settled.reason;
        continue;
      }
      const [first] = followChain({ name, type }, settled.value.answers).found;
      if (first !== undefined) return first.data as string;
    }
    throw failure ??
      new DNSNoDataError(`Cannot resolve ${describeName(name)}: it has no address`);
  }

  /**
   * Looks up A records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupAddress(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "A" }, timeouts);
  }

  /**
   * Looks up AAAA records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupIPV6Address(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "AAAA" }, timeouts);
  }

  /**
   * Looks up A6 records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupAddress6(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "A6" }, timeouts);
  }

  /**
   * Looks up NS records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupNameservers(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "NS" }, timeouts);
  }

  /**
   * Looks up CNAME records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupCanonicalName(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "CNAME" }, timeouts);
  }

  /**
   * Looks up SOA records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupAuthority(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "SOA" }, timeouts);
  }

  /**
   * Looks up MB records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupMailBox(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "MB" }, timeouts);
  }

  /**
   * Looks up MG records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupMailGroup(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "MG" }, timeouts);
  }

  /**
   * Looks up MR records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupMailRename(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "MR" }, timeouts);
  }

  /**
   * Looks up NULL records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupNull(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "NULL" }, timeouts);
  }

  /**
   * Looks up WKS records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupWellKnownServices(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "WKS" }, timeouts);
  }

  /**
   * Looks up PTR records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupPointer(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "PTR" }, timeouts);
  }

  /**
   * Looks up HINFO records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupHostInfo(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "HINFO" }, timeouts);
  }

  /**
   * Looks up MINFO records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupMailboxInfo(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "MINFO" }, timeouts);
  }

  /**
   * Looks up MX records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupMailExchange(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "MX" }, timeouts);
  }

  /**
   * Looks up TXT records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupText(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "TXT" }, timeouts);
  }

  /**
   * Looks up SPF records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupSenderPolicy(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "SPF" }, timeouts);
  }

  /**
   * Looks up RP records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupResponsibility(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "RP" }, timeouts);
  }

  /**
   * Looks up AFSDB records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupAFSDatabase(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "AFSDB" }, timeouts);
  }

  /**
   * Looks up SRV records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupService(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "SRV" }, timeouts);
  }

  /**
   * Looks up the records of a zone.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupZone(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "AXFR" }, timeouts);
  }

  /**
   * Looks up records of all types.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupAllRecords(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "ALL_RECORDS" }, timeouts);
  }

  /**
   * Looks up NAPTR records.
   *
   * @param name The name.
   * @param timeouts The seconds to wait for each server, round by round.
   * @returns The answer.
   */
  lookupNamingAuthorityPointer(name: string, timeouts?: readonly number[]): Promise<Answer> {
    return this.lookup({ name, type: "NAPTR" }, timeouts);
  }
}
