/**
 * What can go wrong with the answers of a name server.
 *
 * @module
 */

import { type DNSQuestion, type DNSRecord, writeResponse } from "./dns_packets.ts";
import type { ZoneAnswer } from "./dns_zone.ts";

/**
 * What happens to an answer:
 *
 * - `drop`: it is lost (or the question was);
 * - `delay`: it comes after other things have happened;
 * - `late`: it comes when nobody waits for it any more;
 * - `duplicate`: it comes twice;
 * - `wrong id`: its identifier is another;
 * - `wrong question`: it answers what was not asked;
 * - `truncate`: it says that it did not fit;
 * - `lie`: records that nobody asked for come with it;
 * - `malformed`: it is cut off in the middle;
 * - `format error`, `server failure`, `not implemented`, `refuse`, `unknown code`: the server
 *   says no.
 */
export type DNSFault =
  | "drop"
  | "delay"
  | "late"
  | "duplicate"
  | "wrong id"
  | "wrong question"
  | "truncate"
  | "lie"
  | "malformed"
  | "format error"
  | "server failure"
  | "not implemented"
  | "refuse"
  | "unknown code";

/** A packet, and for how many seconds it is held up. */
export interface HeldPacket {
  /** The packet. */
  readonly bytes: Uint8Array;
  /** How long it is held up. */
  readonly delay: number;
}

const REFUSALS: Partial<Record<DNSFault, number>> = {
  "format error": 1,
  "server failure": 2,
  "not implemented": 4,
  "refuse": 5,
  "unknown code": 11,
};

/** Records for names that nobody asked about: what cache poisoning looks like. */
const LIES: readonly DNSRecord[] = [
  { name: "bank.test", type: "A", ttl: 86_400, data: "10.66.66.66" },
  { name: "bank.test", type: "AAAA", ttl: 86_400, data: "fd66::66" },
  { name: "test", type: "NS", ttl: 86_400, data: "evil.test" },
];

/** Makes packets out of answers. */
export class DNSFaults {
  readonly #delaySeconds: number;
  readonly #lateSeconds: number;

  /**
   * Makes one.
   *
   * @param delaySeconds For how long `delay` holds a packet up.
   * @param lateSeconds For how long `late` does.
   */
  constructor(delaySeconds: number, lateSeconds: number) {
    this.#delaySeconds = delaySeconds;
    this.#lateSeconds = lateSeconds;
  }

  /** The packets that an answer becomes. */
  packets(question: DNSQuestion, answer: ZoneAnswer, fault: DNSFault | null): HeldPacket[] {
    const bytes = this.#encode(question, answer, fault);
    switch (fault) {
      case "drop":
        return [];
      case "delay":
        return [{ bytes, delay: this.#delaySeconds }];
      case "late":
        return [{ bytes, delay: this.#lateSeconds }];
      case "duplicate":
        return [{ bytes, delay: 0 }, { bytes, delay: 0 }];
      case "malformed":
        return [{ bytes: bytes.slice(0, bytes.length - 3), delay: 0 }];
      default:
        return [{ bytes, delay: 0 }];
    }
  }

  #encode(question: DNSQuestion, answer: ZoneAnswer, fault: DNSFault | null): Uint8Array {
    const rcode = fault === null ? undefined : REFUSALS[fault];
    if (rcode !== undefined) return write(question, { rcode, answers: [], authority: [] }, {});
    if (fault === "wrong id") return write(question, answer, { id: question.id ^ 1 });
    if (fault === "wrong question") {
      return write(question, answer, { name: `not-${question.name}` });
    }
    if (fault === "lie") {
      return write(question, { ...answer, answers: [...LIES, ...answer.answers] }, {});
    }
    const bytes = write(question, answer, {});
    if (fault !== "truncate" && bytes.length <= question.payload) return bytes;
    return write(question, { ...answer, answers: [], authority: [] }, { truncated: true });
  }
}

/** What {@linkcode write} does otherwise than the question says. */
interface Changes {
  readonly id?: number;
  readonly name?: string;
  readonly truncated?: boolean;
}

function write(question: DNSQuestion, answer: ZoneAnswer, changes: Changes): Uint8Array {
  const { id = question.id, name = question.name, truncated = false } = changes;
  const { type } = question;
  return writeResponse({ ...answer, id, truncated, question: { name, type } });
}
