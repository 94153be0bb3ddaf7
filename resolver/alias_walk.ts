/**
 * From a name along its aliases to the addresses of one family.
 *
 * @module
 */

import { AF_INET, type Family, formatFamily } from "./address_family.ts";
import type { Answer } from "./answer.ts";
import { checkChain, type CNAMEChain, followChain } from "./cname_chain.ts";
import { checkDomainName, describeName, nameKey } from "./domain_name.ts";
import { DNSLookupError, DNSMalformedError, DNSNoDataError } from "./errors.ts";
import type { HostAddress, LookupStep } from "./host_lookup.ts";
import type { Query, ResourceRecord } from "./message.ts";

/** What one family of one name came to. */
export interface FamilyResult {
  /** The addresses, if any. */
  readonly addresses: readonly HostAddress[];
  /** The name that bears them; empty if there are none. */
  readonly canonicalName: string;
  /** The questions that were asked. */
  readonly path: readonly LookupStep[];
  /** Why there are no addresses; `null` if there are. */
  readonly failure: DNSLookupError | null;
}

/**
 * Says what to ask next, and takes the answers. Answers may end in the middle of a chain of
 * aliases: then the name that they lead to is asked for.
 */
export class AliasWalk {
  /** The question to ask next. */
  query: Query;
  readonly #name: string;
  readonly #family: Family;
  readonly #path: LookupStep[] = [];
  /** The keys of the names that were passed; `null` before the first alias. */
  #passed: Set<string> | null = null;
  /** The smallest TTL of the aliases on the way. */
  #ttl = Infinity;

  /**
   * Begins at a name.
   *
   * @param name The name, checked.
   * @param family The family.
   */
  constructor(name: string, family: Family) {
    this.#name = name;
    this.#family = family;
    this.query = { name, type: family === AF_INET ? "A" : "AAAA" };
  }

  /**
   * Ends the walk because the question has failed.
   *
   * @param failure Why.
   * @returns What the family came to.
   */
  failed(failure: DNSLookupError): FamilyResult {
    this.#path.push({ ...this.#step(), source: null, aliases: [], failure });
    return failed(failure, this.#path);
  }

  /**
   * Takes the answer to the question.
   *
   * @param answer The answer.
   * @returns What the family came to; `null` if there is another question to ask.
   */
  follow({ answers, source }: Answer): FamilyResult | null {
    const step = this.#step();
    let aliases: readonly string[] = NO_ALIASES;
    try {
      const chain = followChain(this.query, answers);
      if (chain.length > 0) aliases = this.#pass(chain);
      if (chain.found.length > 0) {
        this.#path.push({ ...step, source, aliases, failure: null });
        return this.#found(chain.found);
      }
    } catch (error) {
      if (!(error instanceof DNSLookupError)) throw error;
      return failed(error, this.#path);
    }
    const failure = aliases.length > 0 ? null : noAddress(this.#name, this.#family);
    this.#path.push({ ...step, source, aliases, failure });
    return failure === null ? null : failed(failure, this.#path);
  }

  #step(): Pick<LookupStep, "name" | "family"> {
    return { name: this.query.name, family: this.#family };
  }

  /** Goes along the aliases of an answer; returns the names that they lead to. */
  #pass({ records, length }: CNAMEChain): readonly string[] {
    const passed = this.#passed ??= new Set();
    let { name } = this.query;
    const aliases = records.slice(0, length);
    for (const alias of aliases) {
      passed.add(nameKey(alias.name));
      this.#ttl = Math.min(this.#ttl, alias.ttl);
      name = checkAlias(this.#name, passed, alias);
    }
    this.query = { name, type: this.query.type };
    return aliases.map((alias) => alias.data as string);
  }

  #found(records: readonly ResourceRecord[]): FamilyResult {
    const addresses = records.map(({ data, ttl }) => ({
      family: this.#family,
      address: data as string,
      ttl: Math.min(this.#ttl, ttl),
    }));
    return { addresses, canonicalName: this.query.name, path: this.#path, failure: null };
  }
}

const NO_ALIASES: readonly string[] = [];

/** What a family came to that has no addresses. */
export function failed(failure: DNSLookupError, path: readonly LookupStep[]): FamilyResult {
  return { addresses: [], canonicalName: "", path, failure };
}

/** Says that a name exists, without an address of a family. */
export function noAddress(name: string, family: Family): DNSNoDataError {
  return new DNSNoDataError(
    `Cannot resolve ${describeName(name)}: the name has no address of ${formatFamily(family)}`,
  );
}

/** Checks where an alias leads: to a name that was not passed, and that can be asked for. */
function checkAlias(name: string, passed: ReadonlySet<string>, alias: ResourceRecord): string {
  const target = alias.data as string;
  checkChain(name, passed, target);
  try {
    return checkDomainName(target);
  } catch (cause) {
    const message = `Cannot resolve ${describeName(name)}: its alias is not a name`;
    throw new DNSMalformedError(message, { cause });
  }
}
