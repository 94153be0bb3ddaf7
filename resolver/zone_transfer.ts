/**
 * Fetches whole zones (AXFR, RFC 5936).
 *
 * @module
 */

import { formatAddress, type UDPAddress } from "../poller/address.ts";
import { emptyContext } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { StreamHandle } from "../poller/handle.ts";
import { READ, WRITE } from "../poller/interest.ts";
import type { Answer } from "./answer.ts";
import { random16 } from "./attempt.ts";
import { describeName, nameKey } from "./domain_name.ts";
import {
  DNSCancelledError,
  DNSConnectionError,
  DNSLookupError,
  DNSMalformedError,
  DNSQueryTimeoutError,
} from "./errors.ts";
import { exceptionForCode } from "./response_errors.ts";
import type { Cancellable, ResolverLoop } from "./loop.ts";
import type { ResourceRecord } from "./message.ts";
import { frame, FrameReader } from "./tcp_frames.ts";
import { decodeMessage, encodeQuery } from "./wire.ts";

/** A zone with more records than this is not meant for a stub resolver. */
const RECORDS_MAX = 100_000;

/** What to transfer, and from whom. */
export interface TransferOptions {
  /** Where it runs. */
  readonly loop: ResolverLoop;
  /** The zone, checked. */
  readonly zone: string;
  /** The servers, in the order in which to ask them. */
  readonly servers: readonly UDPAddress[];
  /** How many seconds one server may take for everything. */
  readonly seconds: number;
  /** Holds, while a transfer runs, the function that ends it. */
  readonly running: Set<() => void>;
}

/**
 * Asks servers in turn for a zone.
 *
 * @param options What to transfer, and from whom.
 * @returns The records; rejects with the last server's error.
 */
export async function transferZone(options: TransferOptions): Promise<Answer> {
  let failure: unknown;
  for (const server of options.servers) {
    const transfer = new ZoneTransfer(options, server);
    const cancel = () => transfer.cancel();
    options.running.add(cancel);
    try {
      emptyContext(() => transfer.start());
      const answers = await transfer.result;
      const source = { kind: "server", server, transport: "tcp" } as const;
      return { answers, authority: [], additional: [], source };
    } catch (error) {
      if (!(error instanceof DNSLookupError)) throw error;
      failure = error;
      if (error instanceof DNSCancelledError) break;
    } finally {
      options.running.delete(cancel);
    }
  }
  throw failure;
}

/** A transfer from one server, on a connection of its own. */
class ZoneTransfer {
  readonly result: Promise<readonly ResourceRecord[]>;
  readonly #options: TransferOptions;
  readonly #server: UDPAddress;
  readonly #resolve: (records: readonly ResourceRecord[]) => void;
  readonly #reject: (error: DNSLookupError) => void;
  readonly #id: number;
  readonly #frames = new FrameReader();
  readonly #records: ResourceRecord[] = [];
  /** How much of the query is not sent yet. */
  #outgoing: Uint8Array;
  /** `null` before the start and after the end. */
  #stream: StreamHandle | null = null;
  /** Runs while `#stream` is there. */
  #timer: Cancellable | null = null;

  constructor(options: TransferOptions, server: UDPAddress) {
    const { promise, resolve, reject } = Promise.withResolvers<readonly ResourceRecord[]>();
    this.result = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#options = options;
    this.#server = server;
    this.#id = random16(options.loop.platform.random);
    const query = { name: options.zone, type: "AXFR" } as const;
    this.#outgoing = frame(encodeQuery(query, { id: this.#id, edns: false }));
  }

  start(): void {
    const { loop, seconds } = this.#options;
    const { hostname, port } = this.#server;
    try {
      this.#stream = loop.platform.network.connect({ transport: "tcp", hostname, port });
    } catch (error) {
      return this.#fail(this.#connectionError("cannot be reached", error));
    }
    try {
      this.#timer = loop.callLater(seconds, () => {
        this.#timer = null;
        this.#fail(new DNSQueryTimeoutError(`${this.#failure} does not finish in time`));
      });
      loop.addHandler(this.#stream, () => this.#onReady(), WRITE);
    } catch (error) {
      // The loop is closed.
      this.#release();
      throw error;
    }
  }

  cancel(): void {
    this.#fail(new DNSCancelledError(`${this.#failure} is not waited for: the resolver is closed`));
  }

  get #failure(): string {
    const zone = describeName(this.#options.zone);
    return `Cannot transfer zone ${zone}: server ${formatAddress(this.#server)}`;
  }

  #connectionError(reason: string, cause?: unknown): DNSConnectionError {
    return new DNSConnectionError(`${this.#failure} ${reason}`, { cause });
  }

  #fail(error: DNSLookupError): void {
    this.#release();
    this.#reject(error);
  }

  #release(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#stream === null) return;
    this.#options.loop.removeHandler(this.#stream);
    this.#stream.close();
    this.#stream = null;
  }

  #onReady(): void {
    const stream = this.#stream;
    if (stream === null) return;
    try {
      const failed = stream.takeError();
      if (failed !== null) throw failed;
      if (stream.connecting) return;
      this.#outgoing = this.#outgoing.subarray(stream.send(this.#outgoing));
      const interest = this.#outgoing.length > 0 ? READ | WRITE : READ;
      this.#options.loop.updateHandler(stream, interest);
      const bytes = stream.receive();
      if (bytes === null) return this.#fail(this.#connectionError("closed the connection"));
      if (bytes !== undefined) this.#onBytes(bytes);
    } catch (error) {
      if (error instanceof SocketError) this.#fail(this.#connectionError("is lost", error));
      else if (error instanceof DNSLookupError) this.#fail(error);
      else throw error;
    }
  }

  #onBytes(bytes: Uint8Array): void {
    this.#frames.push(bytes);
    for (let packet = this.#frames.next(); packet !== null; packet = this.#frames.next()) {
      if (this.#isFinishedBy(packet)) {
        this.#release();
        return this.#resolve(this.#records);
      }
    }
  }

  /** Takes the records of a packet; true when the SOA record came a second time. */
  #isFinishedBy(packet: Uint8Array): boolean {
    const message = decodeMessage(packet);
    if (message.id !== this.#id || !message.isResponse) {
      throw new DNSMalformedError(`${this.#failure} answers what nobody asked`);
    }
    if (message.rcode !== 0) {
      const ErrorClass = exceptionForCode(message.rcode);
      const { rcode } = message;
      throw new ErrorClass(`${this.#failure} answers with error ${rcode}`, { rcode });
    }
    for (const record of message.answers) {
      const isApex = record.type === "SOA" && nameKey(record.name) === nameKey(this.#options.zone);
      if (this.#records.length === 0 && !isApex) {
        throw new DNSMalformedError(`${this.#failure} does not begin with the SOA record`);
      }
      this.#records.push(record);
      if (isApex && this.#records.length > 1) return true;
    }
    if (message.answers.length > 0 && this.#records.length <= RECORDS_MAX) return false;
    throw new DNSMalformedError(`${this.#failure} sends too many records, or none`);
  }
}
