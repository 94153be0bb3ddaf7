/**
 * What a simulated DNS server knows.
 *
 * @module
 */

import type { DNSQuestion, DNSRecord } from "./dns_packets.ts";

/** What a zone says to a question. */
export interface ZoneAnswer {
  /** The response code: 0, or 3 for a name that does not exist. */
  readonly rcode: number;
  /** The records, aliases first. */
  readonly answers: readonly DNSRecord[];
  /** The SOA record, where there is nothing to answer. */
  readonly authority: readonly DNSRecord[];
}

/** Records by name. */
export class DNSZone {
  readonly #records = new Map<string, DNSRecord[]>();
  readonly #negativeTTL: number;
  readonly #followsAliases: boolean;

  /**
   * Makes a zone.
   *
   * @param records The records.
   * @param negativeTTL For how many seconds "there is none" may be remembered; 0 for no SOA record.
   * @param followsAliases Whether an answer goes on where an alias leads.
   */
  constructor(records: readonly DNSRecord[], negativeTTL: number, followsAliases: boolean) {
    this.#negativeTTL = negativeTTL;
    this.#followsAliases = followsAliases;
    for (const record of records) {
      const key = record.name.toLowerCase();
      this.#records.set(key, [...this.#records.get(key) ?? [], record]);
    }
  }

  /** Answers a question, following aliases as far as they lead to new names. */
  answer({ name, type }: Pick<DNSQuestion, "name" | "type">): ZoneAnswer {
    if (type === "AXFR") return { rcode: 0, answers: this.#transfer(name), authority: [] };
    const answers: DNSRecord[] = [];
    const passed = new Set<string>();
    for (let key = name.toLowerCase(); !passed.has(key);) {
      passed.add(key);
      const records = this.#records.get(key);
      if (records === undefined) return { rcode: 3, answers, authority: this.#soa() };
      const found = records.filter((record) => record.type === type || type === "ANY");
      if (found.length > 0) return { rcode: 0, answers: [...answers, ...found], authority: [] };
      const alias = records.find((record) => record.type === "CNAME");
      if (alias === undefined) return { rcode: 0, answers, authority: this.#soa() };
      answers.push(alias);
      if (!this.#followsAliases) break;
      key = (alias.data as string).toLowerCase();
    }
    return { rcode: 0, answers, authority: [] };
  }

  /** All records of a zone between two SOA records (RFC 5936 2.2). */
  #transfer(name: string): DNSRecord[] {
    const suffix = `.${name.toLowerCase()}`;
    const soa = this.#soa().map((record) => ({ ...record, name }));
    const records = [...this.#records].filter(([key]) => `.${key}`.endsWith(suffix));
    return [...soa, ...records.flatMap(([, each]) => each), ...soa];
  }

  #soa(): DNSRecord[] {
    const ttl = this.#negativeTTL;
    if (ttl === 0) return [];
    const times = { serial: 1, refresh: 3600, retry: 600, expire: 86_400, minimum: ttl };
    const data = { mname: "ns.invalid", rname: "admin.invalid", ...times };
    return [{ name: ".", type: "SOA", ttl, data }];
  }
}
