/**
 * Several resolvers, asked in turn.
 *
 * @module
 */

import type { Answer } from "./answer.ts";
import { describeName } from "./domain_name.ts";
import {
  DNSNotFoundError,
  DNSQueryTimeoutError,
  DNSQueryUnsupportedError,
  DomainError,
} from "./errors.ts";
import type { Query } from "./message.ts";
import { ResolverBase } from "./resolver_base.ts";
import type { IResolver } from "./resolver_interfaces.ts";

/**
 * Asks resolvers in turn until one knows. An authoritative "there is none" ends the search.
 *
 * Twisted: `ResolverChain` (`names/resolve.py`, 24.7). Differs from Twisted: a lookup of all records
 * is one of the lookups and goes through the same chain.
 *
 * @example A chain without resolvers knows nothing
 * ```ts
 * import { DNSNotFoundError, ResolverChain } from "@twinloop/twinloop/resolver";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => new ResolverChain([]).getHostByName("a.test"), DNSNotFoundError);
 * ```
 */
export class ResolverChain extends ResolverBase {
  /** The resolvers, in the order in which they are asked. */
  readonly resolvers: readonly IResolver[];

  /**
   * Makes a chain.
   *
   * @param resolvers The resolvers, in the order in which to ask them.
   */
  constructor(resolvers: readonly IResolver[]) {
    super();
    this.resolvers = resolvers;
  }

  /**
   * Asks the resolvers in turn.
   *
   * @param query The question.
   * @param timeouts Handed to each resolver.
   * @returns The first answer. Rejects with the last resolver's error if none has one, and with
   * {@linkcode DNSNotFoundError} if there are no resolvers.
   */
  override async lookup(query: Query, timeouts?: readonly number[]): Promise<Answer> {
    let failure: unknown = new DNSNotFoundError(
      `Cannot resolve ${describeName(query.name)}: there is no resolver to ask`,
    );
    for (const resolver of this.resolvers) {
      try {
        return await resolver.query(query, timeouts);
      } catch (error) {
        failure = error;
        if (!isInconclusive(error)) break;
      }
    }
    throw failure;
  }
}

function isInconclusive(error: unknown): boolean {
  return error instanceof DomainError || error instanceof DNSQueryTimeoutError ||
    error instanceof DNSQueryUnsupportedError;
}
