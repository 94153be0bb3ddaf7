/**
 * From a host name to its addresses, and the story of how they were found.
 *
 * @module
 */

import { AF_INET6, type Family } from "./address_family.ts";
import type { Answer, AnswerSource } from "./answer.ts";
import { AliasWalk, failed, type FamilyResult, noAddress } from "./alias_walk.ts";
import { nameKey } from "./domain_name.ts";
import { DNSChainError, DNSLookupError, DNSNameError, DNSNoDataError } from "./errors.ts";
import type { HostsResolver } from "./hosts_resolver.ts";
import type { Query } from "./message.ts";

/** An address, and for how long it holds. */
export interface HostAddress {
  /** Its family. */
  readonly family: Family;
  /** The literal. */
  readonly address: string;
  /**
   * For how many seconds it holds: the smallest TTL on the way to it; `Infinity` for literals and
   * `localhost`.
   */
  readonly ttl: number;
}

/** A question on the way to the addresses, and what came of it. */
export interface LookupStep {
  /** The name that was asked for. */
  readonly name: string;
  /** The family that was asked for. */
  readonly family: Family;
  /** Who answered; `null` if nobody did. */
  readonly source: AnswerSource | null;
  /** The names that aliases in the answer led to, in order. */
  readonly aliases: readonly string[];
  /** Why the step brought no address, if so. */
  readonly failure: DNSLookupError | null;
}

/** The addresses of a host, and how they were found. */
export interface HostLookup {
  /** What was asked for. */
  readonly host: string;
  /** The name that bears the addresses: the end of the aliases. */
  readonly canonicalName: string;
  /** The addresses; at least one. */
  readonly addresses: readonly HostAddress[];
  /** All questions, those that brought nothing included; in order for each family. */
  readonly path: readonly LookupStep[];
}

/** Finds addresses by asking a resolver of records. */
export class HostLookups {
  readonly #records: (query: Query) => Promise<Answer>;
  readonly #hosts: HostsResolver | null;

  /**
   * Makes one.
   *
   * @param records Asked for A and AAAA records.
   * @param hosts Asked first whether it knows a name at all, if there.
   */
  constructor(records: (query: Query) => Promise<Answer>, hosts: HostsResolver | null) {
    this.#records = records;
    this.#hosts = hosts;
  }

  /**
   * Finds the addresses of the first candidate that has any.
   *
   * @param host What the user asked for.
   * @param candidates The names to try, in order; not empty.
   * @param families The families to ask for, in the order of the result.
   * @returns The addresses. Rejects with the error that says most: that a name exists without
   * addresses, or that a server failed, before that no name exists.
   */
  async find(
    host: string,
    candidates: readonly string[],
    families: readonly Family[],
  ): Promise<HostLookup> {
    const path: LookupStep[] = [];
    let failure: DNSLookupError | null = null;
    for (const name of candidates) {
      const known = this.#knownFamilies(name, families);
      const lookups = families.map((family) =>
        this.#findFamily(name, family, known.includes(family))
      );
      // `Promise.all` of one costs as much as the rest of this class.
      const results = lookups.length === 1
        ? [await lookups[0] as FamilyResult]
        : await Promise.all(lookups);
      for (const result of results) path.push(...result.path);
      const found = results.filter((result) => result.failure === null);
      const [first] = found;
      if (first !== undefined) {
        const addresses = found.flatMap((result) => result.addresses);
        return { host, canonicalName: first.canonicalName, addresses, path };
      }
      const errors = results.map((result) => result.failure as DNSLookupError);
      // A name that does not exist does so in both families, whatever befell the other question.
      const error = errors.find((error) => error instanceof DNSNameError) ?? weightiest(errors);
      failure = failure === null ? error : weightiest([failure, error]);
      if (!mayTryNext(error)) break;
    }
    throw failure;
  }

  /** A name of the hosts file is asked for only in the families that the file has for it. */
  #knownFamilies(name: string, families: readonly Family[]): readonly Family[] {
    if (this.#hosts === null) return families;
    const { table } = this.#hosts;
    const known = families.filter((family) => table.addresses(name, family).length > 0);
    return known.length > 0 ? known : families;
  }

  /** Finds the addresses of one family; at once where nobody is asked. */
  #findFamily(
    name: string,
    family: Family,
    isAsked: boolean,
  ): FamilyResult | Promise<FamilyResult> {
    const localhost = localhostAddress(name, family, this.#hosts);
    if (localhost !== null) return localhost;
    return isAsked ? this.#ask(name, family) : failed(noAddress(name, family), []);
  }

  async #ask(name: string, family: Family): Promise<FamilyResult> {
    const walk = new AliasWalk(name, family);
    for (;;) {
      let answer: Answer;
      try {
        answer = await this.#records(walk.query);
      } catch (error) {
        if (!(error instanceof DNSLookupError)) throw error;
        return walk.failed(error);
      }
      const result = walk.follow(answer);
      if (result !== null) return result;
    }
  }
}

/** `localhost` and names below it are this machine (RFC 6761 6.3), whatever servers say. */
function localhostAddress(
  name: string,
  family: Family,
  hosts: HostsResolver | null,
): FamilyResult | null {
  const key = nameKey(name);
  if (key !== "localhost" && !key.endsWith(".localhost")) return null;
  if (hosts !== null && hosts.table.addresses(name, family).length > 0) return null;
  const address = family === AF_INET6 ? "::1" : "127.0.0.1";
  const source = { kind: "localhost" } as const;
  return {
    addresses: [{ family, address, ttl: Infinity }],
    canonicalName: name,
    path: [{ name, family, source, aliases: [], failure: null }],
    failure: null,
  };
}

/** How much an error says about a host: the larger number wins. */
function weight(error: DNSLookupError): number {
  if (error instanceof DNSNameError) return 0;
  return error instanceof DNSNoDataError ? 1 : 2;
}

/** The error that says most; the first of equals. */
function weightiest(errors: readonly DNSLookupError[]): DNSLookupError {
  return errors.reduce((most, error) => weight(error) > weight(most) ? error : most);
}

/** Whether the next search domain is worth a try: only if this name is known to bring nothing. */
function mayTryNext(error: DNSLookupError): boolean {
  return weight(error) < 2 || error instanceof DNSChainError;
}
