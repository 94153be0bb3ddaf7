/**
 * One attempt to get an answer from one server: what it is given, and how it ends.
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import type { SocketError } from "../poller/errors.ts";
import type { RandomSource } from "../poller/random.ts";
import { isSameName } from "./domain_name.ts";
import { DNSConnectionError, DNSMalformedError } from "./errors.ts";
import type { Message, Query } from "./message.ts";

/** How an attempt ends. */
export type Outcome =
  | { readonly kind: "message"; readonly message: Message; readonly transport: "udp" | "tcp" }
  /** The answer did not fit, or wrong ones came in such numbers that UDP cannot be trusted. */
  | { readonly kind: "needs TCP" }
  /** The server refused a query with EDNS(0) in the way of servers that do not know it. */
  | { readonly kind: "needs plain query" }
  | { readonly kind: "failure"; readonly error: DNSConnectionError | DNSMalformedError }
  | { readonly kind: "timeout" };

/** What an attempt is made of. */
export interface AttemptOptions {
  /** The server to ask. */
  readonly server: UDPAddress;
  /** The question. */
  readonly query: Query;
  /** Whether to announce EDNS(0). */
  readonly edns: boolean;
  /** How many seconds to wait. */
  readonly seconds: number;
  /** Called once with the end, unless the attempt is cancelled; never within the call that starts it. */
  readonly done: (outcome: Outcome) => void;
}

/** An attempt under way. */
export interface Attempt {
  /** Ends it without a word. */
  cancel(): void;
}

/**
 * Tells whether a message answers a query (RFC 5452 9.1); its identifier was compared before.
 *
 * @param message The message.
 * @param query The question.
 * @returns Whether it does.
 */
export function isAnswerTo(message: Message, query: Query): boolean {
  const { question } = message;
  return message.isResponse && message.opcode === 0 && question !== null &&
    question.type === query.type && isSameName(question.name, query.name);
}

/** Holds what {@linkcode random16} draws, for no longer than its call. */
const drawn = new Uint8Array(2);

/**
 * Draws an unpredictable number.
 *
 * @param random Where randomness comes from.
 * @returns A number of 16 bits.
 */
export function random16(random: RandomSource): number {
  random.fill(drawn);
  return ((drawn[0] as number) << 8) | (drawn[1] as number);
}

/** Makes the end of an attempt out of a socket's error. */
export function socketFailure(server: UDPAddress, error: SocketError): Outcome {
  const message = `Cannot ask server ${
    formatAddress(server)
  }: its socket failed with ${error.code}`;
  return { kind: "failure", error: new DNSConnectionError(message, { cause: error }) };
}

/** Makes the end of an attempt out of a packet that cannot be read. */
export function malformedFailure(server: UDPAddress, cause: unknown): Outcome {
  const message = `Cannot use the answer of server ${formatAddress(server)}: it is malformed`;
  return { kind: "failure", error: new DNSMalformedError(message, { cause }) };
}
