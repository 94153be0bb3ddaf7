/**
 * The stub resolver proper: it asks name servers.
 *
 * @module
 */

import type { UDPAddress } from "../poller/address.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import type { Answer } from "./answer.ts";
import type { AnswerCache } from "./answer_cache.ts";
import { checkDomainName, describeName, nameKey } from "./domain_name.ts";
import { DNSCancelledError, DNSChainError } from "./errors.ts";
import { IdleWatch } from "./idle_watch.ts";
import { Inquiry, type InquiryContext } from "./inquiry.ts";
import { type AnyLoop, type ResolverLoop, resolverLoop } from "./loop.ts";
import type { Message, Query } from "./message.ts";
import { parseResolvConf, type ResolvConf } from "./resolv_conf.ts";
import { ResolverBase } from "./resolver_base.ts";
import { parseServer } from "./server_address.ts";
import { QuestionTimers } from "./question_timers.ts";
import { TCPChannels } from "./tcp_channels.ts";
import { type TextFiles, WatchedFile } from "./text_files.ts";
import { UDPSockets } from "./udp_sockets.ts";
import { transferZone } from "./zone_transfer.ts";

/** The seconds to wait for each server, round by round, as in Twisted. */
export const DEFAULT_TIMEOUTS: readonly number[] = [1, 3, 11, 45];

/** Where the system keeps its `resolv.conf`. */
export const RESOLV_CONF_PATH = "/etc/resolv.conf";

/** Whom to ask when nobody is configured. */
const DEFAULT_SERVER = parseServer("127.0.0.1");

/** How a {@linkcode DNSClient} is made. One of `servers` and `files` must be there. */
export interface DNSClientOptions {
  /** Servers to ask before those of `resolv.conf`: `127.0.0.1`, `[::1]:5300`. */
  readonly servers?: readonly string[];
  /** Reads `resolv.conf`; without it the servers given are all there are. */
  readonly files?: TextFiles;
  /**
   * The path of `resolv.conf`.
   *
   * @default {"/etc/resolv.conf"}
   */
  readonly resolvConf?: string;
  /**
   * The seconds to wait for each server, round by round.
   *
   * @default {[1, 3, 11, 45]}
   */
  readonly timeouts?: readonly number[];
  /**
   * Whether to begin with another server each time, also if `resolv.conf` does not say so.
   *
   * @default {false}
   */
  readonly rotate?: boolean;
  /**
   * What questions go over: UDP, and TCP for answers that do not fit; or TCP alone, also if
   * `resolv.conf` does not say so (`options use-vc`).
   *
   * All questions to a server share one TCP connection (RFC 7766), so that a burst of them takes a
   * few system calls, where UDP takes two for each; and nobody who does not see the connection can
   * forge an answer. A question by itself takes longer: it waits for the connection. When a server
   * ends a connection on which it has answered some, the others are asked again on a new one.
   *
   * @default {"udp"}
   */
  readonly transport?: "udp" | "tcp";
  /** A cache to fill. The client itself does not look into it. */
  readonly cache?: AnswerCache;
}

/**
 * Asks name servers: over UDP from sockets on random ports that live for a burst of questions, over
 * TCP when an answer does not fit. Questions in flight are shared.
 *
 * Guaranteed: an answer counts only if its identifier, its question, and the address and port that
 * it came from are those of the query; whatever servers send, each lookup ends within the sum of
 * the time-outs (a second time-out each for TCP); `close()` leaves no socket and no timer.
 *
 * Twisted: `client.Resolver` (`names/client.py`, 24.7). Differs from Twisted: A server that answers
 * with an error other than "no such name" is passed over instead of ending the lookup; IPv6 servers
 * and `options rotate` work; a change of `resolv.conf` is noticed by the next lookup instead of
 * a delayed call that runs for ever.
 *
 * @example
 * ```ts ignore
 * import { DNSClient } from "@twinloop/twinloop/resolver";
 *
 * const client = new DNSClient(loop, { servers: ["127.0.0.1:5300"] });
 * const { answers } = await client.lookupMailExchange("example.test");
 * client.close();
 * ```
 */
export class DNSClient extends ResolverBase {
  /** The seconds to wait for each server, round by round. */
  readonly timeouts: readonly number[];
  readonly #loop: ResolverLoop;
  readonly #givenServers: readonly UDPAddress[];
  /** `null` if only the given servers are used. */
  readonly #conf: WatchedFile<ResolvConf> | null;
  readonly #rotate: boolean;
  readonly #transport: "udp" | "tcp";
  readonly #context: InquiryContext;
  readonly #timers: QuestionTimers;
  readonly #sockets: UDPSockets;
  /** Closes sockets and the timer when nobody asks any more. */
  readonly #idleWatch: IdleWatch;
  /** What is in flight, by question. */
  readonly #inquiries = new RenewingMap<string, Inquiry>();
  readonly #channels: TCPChannels;
  /** Ends zone transfers under way. */
  readonly #transfers = new Set<() => void>();
  /** How many questions were asked: where rotation stands. */
  #asked = 0;
  #isClosed = false;

  /**
   * Makes a client. Nothing is opened or read before the first lookup.
   *
   * @param loop The loop to run on.
   * @param options The servers.
   * @throws {TypeError} If neither servers nor files are given, or a server is no address.
   * @throws {RangeError} If a time-out is not a positive number, or there is none.
   */
  constructor(loop: AnyLoop, options: DNSClientOptions) {
    super();
    const { servers, files, timeouts = DEFAULT_TIMEOUTS, cache } = options;
    if (servers === undefined && files === undefined) {
      throw new TypeError("Cannot make a client: neither servers nor files are given");
    }
    checkTimeouts(timeouts);
    this.timeouts = [...timeouts];
    this.#loop = resolverLoop(loop);
    this.#givenServers = (servers ?? []).map(parseServer);
    this.#rotate = options.rotate ?? false;
    this.#transport = options.transport ?? "udp";
    const { clock, report } = this.#loop.platform;
    this.#conf = files === undefined ? null : new WatchedFile(
      options.resolvConf ?? RESOLV_CONF_PATH,
      parseResolvConf,
      { files, clock, report },
    );
    this.#timers = new QuestionTimers(this.#loop);
    this.#sockets = new UDPSockets(this.#loop, this.#timers);
    this.#channels = new TCPChannels(this.#loop, this.#timers);
    this.#idleWatch = new IdleWatch(this.#loop, {
      isIdle: () => this.#inquiries.size === 0,
      onIdle: () => this.#goToRest(),
    });
    this.#context = {
      plainServers: new Set(),
      isOverTCP: () => this.#isOverTCP(),
      startUDP: (attempt) => this.#sockets.ask(attempt),
      startTCP: (attempt) => this.#channels.ask(attempt, this.#isOverTCP() ? "stay" : "close"),
      onMessage: (query, message) => store(cache, query, message),
      onEnd: (inquiry) => this.#onEnd(inquiry),
    };
  }

  /** The servers as of now: those given, then those of `resolv.conf`; 127.0.0.1 if there are none. */
  get servers(): readonly UDPAddress[] {
    if (this.#conf === null && this.#givenServers.length > 0) return this.#givenServers;
    const configured = (this.#conf?.value.servers ?? []).map(parseServer);
    const servers = [...this.#givenServers, ...configured];
    return servers.length > 0 ? servers : [DEFAULT_SERVER];
  }

  /** What `resolv.conf` says about names, as of now. */
  get searchConf(): Pick<ResolvConf, "search" | "ndots"> {
    return this.#conf?.value ?? { search: [], ndots: 1 };
  }

  /** How many questions are in flight. */
  get inquiryCount(): number {
    return this.#inquiries.size;
  }

  /** How many TCP connections are open. */
  get connectionCount(): number {
    return this.#channels.size;
  }

  /**
   * Asks the servers.
   *
   * @param query The question.
   * @param timeouts The seconds to wait for each server, round by round; ignored for a question
   * that is in flight already.
   * @returns The answer; rejects with a `DNSLookupError`, and with `RangeError` if a time-out is not a
   * positive number, or there is none.
   */
  override lookup(query: Query, timeouts: readonly number[] = this.timeouts): Promise<Answer> {
    try {
      return this.#lookup({ name: checkDomainName(query.name), type: query.type }, timeouts);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Fetches all records of a zone (AXFR, RFC 5936) from the first server that hands them out.
   *
   * @param name The zone.
   * @param timeouts The seconds to wait for each server; the largest counts.
   * @returns The records, from SOA to SOA; rejects as {@linkcode DNSClient.lookup} does.
   */
  override lookupZone(name: string, timeouts: readonly number[] = this.timeouts): Promise<Answer> {
    try {
      const zone = checkDomainName(name);
      this.#checkOpen(zone);
      checkTimeouts(timeouts);
      const seconds = Math.max(...timeouts);
      const loop = this.#loop;
      return transferZone({ loop, zone, servers: this.servers, seconds, running: this.#transfers });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Ends everything in flight: lookups reject with {@linkcode DNSCancelledError}, sockets are closed,
   * timers cancelled. Later lookups reject the same way. A second call is ignored.
   */
  close(): void {
    this.#isClosed = true;
    for (const inquiry of [...this.#inquiries.values()]) inquiry.cancel();
    for (const cancel of [...this.#transfers]) cancel();
    this.#idleWatch.end();
    this.#goToRest();
  }

  /** Closes the client, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #lookup(query: Query, timeouts: readonly number[]): Promise<Answer> {
    this.#checkOpen(query.name);
    checkTimeouts(timeouts);
    const key = keyOf(query);
    const inFlight = this.#inquiries.get(key);
    if (inFlight !== undefined) return inFlight.result;
    const servers = this.#rotated(this.servers);
    const inquiry = new Inquiry(this.#context, { query, key, servers, timeouts });
    this.#inquiries.set(key, inquiry);
    try {
      inquiry.start();
    } catch (error) {
      // The loop is closed and takes nothing: nobody would ever hear of the question again.
      this.#inquiries.delete(key);
      this.#goToRest();
      throw error;
    }
    return inquiry.result;
  }

  #onEnd(inquiry: Inquiry): void {
    this.#inquiries.delete(inquiry.key);
    if (!this.#isClosed && this.#inquiries.size === 0) this.#idleWatch.begin();
  }

  #goToRest(): void {
    if (this.#inquiries.size > 0) return;
    this.#sockets.rest();
    this.#channels.rest();
    this.#timers.rest();
  }

  #checkOpen(name: string): void {
    if (!this.#isClosed) return;
    throw new DNSCancelledError(`Cannot resolve ${describeName(name)}: the resolver is closed`);
  }

  #rotated(servers: readonly UDPAddress[]): readonly UDPAddress[] {
    if (!this.#rotate && this.#conf?.value.rotate !== true) return servers;
    const first = this.#asked++ % servers.length;
    return [...servers.slice(first), ...servers.slice(0, first)];
  }

  #isOverTCP(): boolean {
    return this.#transport === "tcp" || this.#conf?.value.useTCP === true;
  }
}

function keyOf(query: Query): string {
  return `${query.type} ${nameKey(query.name)}`;
}

function checkTimeouts(timeouts: readonly number[]): void {
  if (timeouts.length === 0) {
    throw new RangeError("Cannot wait for a server: there is no time-out");
  }
  for (const seconds of timeouts) {
    if (!(seconds > 0)) {
      throw new RangeError(`Cannot wait for a server: its time-out is ${seconds}`);
    }
  }
}

/** Fills the cache; an answer whose aliases lead nowhere is not worth remembering. */
function store(cache: AnswerCache | undefined, query: Query, message: Message): void {
  try {
    cache?.storeMessage(query, message);
  } catch (error) {
    if (!(error instanceof DNSChainError)) throw error;
  }
}
