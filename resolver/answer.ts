/**
 * What a lookup of records brings.
 *
 * @module
 */

import type { UDPAddress } from "../poller/address.ts";
import type { ResourceRecord } from "./message.ts";

/** Where an answer came from. */
export type AnswerSource =
  | { readonly kind: "literal" | "hosts" | "localhost" | "cache" }
  | ServerSource;

/** An answer that a server gave. */
export interface ServerSource {
  /** Tells the kinds of sources apart. */
  readonly kind: "server";
  /** The server. */
  readonly server: UDPAddress;
  /** How the answer travelled: over TCP when it was too long for UDP. */
  readonly transport: "udp" | "tcp";
}

/**
 * The records that answer a question. Empty `answers` mean that the name exists without such
 * records.
 *
 * Twisted: the tuple `(answers, authority, additional)` that `IResolver` methods fire with.
 */
export interface Answer {
  /** The records that answer the question, CNAMEs on the way included. */
  readonly answers: readonly ResourceRecord[];
  /** The records that say who would know. */
  readonly authority: readonly ResourceRecord[];
  /** Records that may be of use. */
  readonly additional: readonly ResourceRecord[];
  /** Where the answer came from. */
  readonly source: AnswerSource;
}
