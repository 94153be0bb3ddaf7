/**
 * Follows aliases from a name to the records that were asked for.
 *
 * @module
 */

import { describeName, isSameName, nameKey } from "./domain_name.ts";
import { DNSChainError } from "./errors.ts";
import type { Query, ResourceRecord } from "./message.ts";

/**
 * How many aliases may lead from a name to its addresses. Twisted follows 10, BIND 11, unbound 12;
 * a chain that servers still follow should not fail here.
 */
export const CHAIN_MAX = 16;

/** Where the aliases of an answer lead. */
export interface CNAMEChain {
  /** The records on the way: the CNAMEs in order, then the records that were asked for. */
  readonly records: readonly ResourceRecord[];
  /** The records that were asked for, of the name that the aliases lead to; may be empty. */
  readonly found: readonly ResourceRecord[];
  /** The name that the aliases lead to; the question's own if there are none. */
  readonly target: string;
  /** How many aliases were followed. */
  readonly length: number;
}

/**
 * Follows the CNAME records of an answer. Records that do not lie on the way are left out:
 * they were not asked for, and must not be believed.
 *
 * @param query The question.
 * @param answers The records, in any order.
 * @returns The way.
 * @throws {DNSChainError} If the aliases lead in a circle or are more than {@linkcode CHAIN_MAX}.
 */
export function followChain(query: Query, answers: readonly ResourceRecord[]): CNAMEChain {
  const records: ResourceRecord[] = [];
  /** The keys of the names that were passed; `null` before the first alias: most have none. */
  let passed: Set<string> | null = null;
  let target = query.name;
  for (;;) {
    const found = answers.filter((record) =>
      isWanted(record, query) && isSameName(record.name, target)
    );
    if (found.length > 0) {
      records.push(...found);
      return { records, found, target, length: passed?.size ?? 0 };
    }
    const alias = answers.find((record) =>
      record.type === "CNAME" && isSameName(record.name, target)
    );
    if (alias === undefined) return { records, found, target, length: passed?.size ?? 0 };
    passed ??= new Set();
    passed.add(nameKey(target));
    target = alias.data as string;
    checkChain(query.name, passed, target);
    records.push(alias);
  }
}

/**
 * Checks one step along a chain.
 *
 * @param name The name that was asked for, for the message.
 * @param passed The keys of the names that were passed.
 * @param target The next name.
 * @throws {DNSChainError} If it was passed before, or the chain is too long.
 */
export function checkChain(name: string, passed: ReadonlySet<string>, target: string): void {
  if (passed.has(nameKey(target))) {
    throw new DNSChainError(
      `Cannot resolve ${describeName(name)}: its aliases lead back to ${describeName(target)}`,
    );
  }
  if (passed.size > CHAIN_MAX) {
    throw new DNSChainError(
      `Cannot resolve ${describeName(name)}: it has more than ${CHAIN_MAX} aliases`,
    );
  }
}

function isWanted(record: ResourceRecord, query: Query): boolean {
  return record.type === query.type || query.type === "ALL_RECORDS";
}
