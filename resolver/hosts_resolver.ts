/**
 * A resolver that knows the names of a hosts file.
 *
 * @module
 */

import { type AddressFamily, AF_INET, AF_INET6, AF_UNSPEC } from "./address_family.ts";
import type { Answer } from "./answer.ts";
import { describeName } from "./domain_name.ts";
import { DNSNotFoundError, DNSQueryUnsupportedError } from "./errors.ts";
import { type HostsTable, parseHosts } from "./hosts_table.ts";
import type { Query, ResourceRecord } from "./message.ts";
import type { RecordType } from "./record_type.ts";
import { ResolverBase } from "./resolver_base.ts";
import { type FileWorld, WatchedFile } from "./text_files.ts";

/** Where the system keeps its hosts file. */
export const HOSTS_PATH = "/etc/hosts";

/** The addresses that answer each type of question. */
const FAMILIES: Partial<Record<RecordType, AddressFamily>> = {
  A: AF_INET,
  AAAA: AF_INET6,
  ALL_RECORDS: AF_UNSPEC,
};

/** How a {@linkcode HostsResolver} is made. */
export interface HostsResolverOptions extends FileWorld {
  /**
   * The path of the file.
   *
   * @default {"/etc/hosts"}
   */
  readonly path?: string;
  /**
   * The TTL of its records, in seconds.
   *
   * @default {3600}
   */
  readonly ttl?: number;
}

/**
 * Answers from a hosts file, which it reads again when it has changed.
 *
 * Twisted: `hosts.Resolver` (`names/hosts.py`, 24.7). Differs from Twisted: a lookup of all records
 * brings the IPv6 addresses too, so that a name with only those is found by `getHostByName`.
 */
export class HostsResolver extends ResolverBase {
  /** The path of the file. */
  readonly path: string;
  /** The TTL of the records, in seconds. */
  readonly ttl: number;
  readonly #file: WatchedFile<HostsTable>;

  /**
   * Makes a resolver; the file is read by the first lookup.
   *
   * @param options The file, and where time comes from.
   */
  constructor(options: HostsResolverOptions) {
    super();
    this.path = options.path ?? HOSTS_PATH;
    this.ttl = options.ttl ?? 3600;
    this.#file = new WatchedFile(this.path, parseHosts, options);
  }

  /** The table as of now. */
  get table(): HostsTable {
    return this.#file.value;
  }

  /**
   * Looks a question up in the file.
   *
   * @param query The question.
   * @returns The answer. Rejects with {@linkcode DNSNotFoundError} if the name has no address of that
   * family in the file, and with {@linkcode DNSQueryUnsupportedError} for other types than A, AAAA and
   * ALL_RECORDS.
   */
  override lookup(query: Query): Promise<Answer> {
    if (!Object.hasOwn(FAMILIES, query.type)) {
      return Promise.reject(
        new DNSQueryUnsupportedError(`Cannot look up ${query.type} records: a hosts file has none`),
      );
    }
    const answer = this.answer(query);
    if (answer !== null) return Promise.resolve(answer);
    const message = `Cannot resolve ${describeName(query.name)}: it is not in ${this.path}`;
    return Promise.reject(new DNSNotFoundError(message));
  }

  /**
   * Looks a question up in the file.
   *
   * @param query The question.
   * @returns The answer, or `null` if the file has none.
   */
  answer(query: Query): Answer | null {
    const family = FAMILIES[query.type];
    if (family === undefined) return null;
    const addresses = this.table.addresses(query.name, family);
    if (addresses.length === 0) return null;
    const answers = addresses.map((address): ResourceRecord => ({
      name: query.name,
      type: address.includes(":") ? "AAAA" : "A",
      ttl: this.ttl,
      data: address,
    }));
    return { answers, authority: [], additional: [], source: { kind: "hosts" } };
  }
}
