/**
 * One question put to a list of servers, round by round, until one answers.
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import type { Answer } from "./answer.ts";
import type { Attempt, AttemptOptions, Outcome } from "./attempt.ts";
import { describeName } from "./domain_name.ts";
import { DNSCancelledError, type DNSLookupError, DNSQueryTimeoutError } from "./errors.ts";
import { exceptionForCode } from "./response_errors.ts";
import type { Message, Query } from "./message.ts";

/** What an inquiry needs of the client that makes it. */
export interface InquiryContext {
  /** Servers that do not know EDNS(0), by their text; learnt from their answers. */
  readonly plainServers: Set<string>;
  /** Whether questions go over TCP from the start. */
  readonly isOverTCP: () => boolean;
  /** Starts an attempt over UDP. */
  readonly startUDP: (options: AttemptOptions) => Attempt;
  /** Starts an attempt over TCP. */
  readonly startTCP: (options: AttemptOptions) => Attempt;
  /** Told each message that answers, success or "no such name", before the listeners. */
  readonly onMessage: (query: Query, message: Message) => void;
  /** Told when an inquiry has ended, before its result settles. */
  readonly onEnd: (inquiry: Inquiry) => void;
}

/** What to ask, and whom. */
export interface InquiryOptions {
  /** The question. */
  readonly query: Query;
  /** What the client knows the question by. */
  readonly key: string;
  /** The servers, in the order in which to ask them; not empty. */
  readonly servers: readonly UDPAddress[];
  /** The seconds to wait for each server, round by round. */
  readonly timeouts: readonly number[];
}

/**
 * Asks each server once within the first time-out, then each within the next, and so on. A server
 * that fails (refuses, has an error, answers nonsense) is not asked again; one that is silent is.
 *
 * Twisted: `Resolver._queryUDP`, `_reissue` (`names/client.py`, 24.7).
 */
export class Inquiry {
  /** Settles with the answer or a `DNSLookupError`. */
  readonly result: Promise<Answer>;
  /** The question. */
  readonly query: Query;
  /** What the client knows the question by. */
  readonly key: string;
  readonly #context: InquiryContext;
  readonly #options: InquiryOptions;
  readonly #resolvers: PromiseWithResolvers<Answer>;
  /** What each server that failed said, in the order of the failures. */
  readonly #failures = new Map<UDPAddress, DNSLookupError>();
  #round = 0;
  /** The place of the server that is asked, or will be next. */
  #turn = 0;
  /** The attempt under way; `null` once the inquiry has ended. */
  #attempt: Attempt | null = null;

  /**
   * Prepares an inquiry.
   *
   * @param context What is shared with other inquiries.
   * @param options The question and the servers.
   */
  constructor(context: InquiryContext, options: InquiryOptions) {
    this.#context = context;
    this.#options = options;
    this.query = options.query;
    this.key = options.key;
    this.#resolvers = Promise.withResolvers<Answer>();
    this.result = this.#resolvers.promise;
  }

  /** Asks the first server. */
  start(): void {
    this.#next();
  }

  /** Ends the inquiry; its result rejects with {@linkcode DNSCancelledError}. */
  cancel(): void {
    this.#attempt?.cancel();
    const name = describeName(this.#options.query.name);
    this.#fail(new DNSCancelledError(`Cannot resolve ${name}: the resolver is closed`));
  }

  #fail(error: DNSLookupError): void {
    this.#end();
    this.#resolvers.reject(error);
  }

  #end(): void {
    this.#attempt = null;
    this.#context.onEnd(this);
  }

  /** Goes to the next server that has not failed, or ends when no round or no server is left. */
  #next(): void {
    const { servers, timeouts } = this.#options;
    while (this.#round < timeouts.length && this.#failures.size < servers.length) {
      const server = servers[this.#turn];
      if (server === undefined) {
        this.#turn = 0;
        this.#round++;
      } else if (this.#failures.has(server)) {
        this.#turn++;
      } else {
        return this.#ask(server, this.#context.isOverTCP());
      }
    }
    this.#fail(this.#failure());
  }

  #failure(): DNSLookupError {
    for (const error of this.#failures.values()) return error;
    const { query, servers } = this.#options;
    const list = servers.map(formatAddress).join(", ");
    return new DNSQueryTimeoutError(
      `Cannot resolve ${describeName(query.name)}: no answer came from ${list}`,
    );
  }

  #ask(server: UDPAddress, overTCP: boolean): void {
    const { plainServers, startUDP, startTCP } = this.#context;
    const { query, timeouts } = this.#options;
    const edns = plainServers.size === 0 || !plainServers.has(formatAddress(server));
    const options: AttemptOptions = {
      server,
      query,
      edns,
      seconds: timeouts[this.#round] as number,
      done: (outcome) => this.#onOutcome(server, edns, outcome),
    };
    this.#attempt = overTCP ? startTCP(options) : startUDP(options);
  }

  #onOutcome(server: UDPAddress, edns: boolean, outcome: Outcome): void {
    switch (outcome.kind) {
      case "message":
        return this.#onMessage(server, edns, outcome.message, outcome.transport);
      case "needs TCP":
        return this.#ask(server, true);
      case "needs plain query":
        return this.#askPlainly(server, false);
      case "failure":
        this.#failures.set(server, outcome.error);
        break;
      case "timeout":
        this.#turn++;
    }
    this.#next();
  }

  #askPlainly(server: UDPAddress, overTCP: boolean): void {
    this.#context.plainServers.add(formatAddress(server));
    this.#ask(server, overTCP);
  }

  #onMessage(
    server: UDPAddress,
    edns: boolean,
    message: Message,
    transport: "udp" | "tcp",
  ): void {
    const { query } = this.#options;
    const { rcode } = message;
    if (rcode === 0 || rcode === 3) {
      this.#context.onMessage(query, message);
      if (rcode === 3) return this.#fail(this.#errorFor(rcode, server));
      const { answers, authority, additional } = message;
      const source = { kind: "server", server, transport } as const;
      this.#end();
      return this.#resolvers.resolve({ answers, authority, additional, source });
    }
    // FORMERR, NOTIMP and BADVERS may mean no more than that EDNS(0) is not known.
    if (edns && (rcode === 1 || rcode === 4 || rcode === 16)) {
      return this.#askPlainly(server, transport === "tcp");
    }
    this.#failures.set(server, this.#errorFor(rcode, server));
    this.#next();
  }

  #errorFor(rcode: number, server: UDPAddress): DNSLookupError {
    const ErrorClass = exceptionForCode(rcode);
    const name = describeName(this.#options.query.name);
    const where = formatAddress(server);
    const reason = rcode === 3
      ? `the name does not exist, says server ${where}`
      : `server ${where} answers with error ${rcode}`;
    return new ErrorClass(`Cannot resolve ${name}: ${reason}`, { rcode });
  }
}
