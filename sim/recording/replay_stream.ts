/**
 * Streams of a replay.
 *
 * @module
 */

import type { StreamAddress, StreamHandle, TLSOptions, TLSSession } from "../../poller/mod.ts";
import { digestOf, digestOfJSON } from "./digest.ts";
import { formatStep } from "./format.ts";
import { ReplayHandle, type ReplaySite } from "./replay_handle.ts";

/** What a recording says of a stream when it is opened. */
export interface StreamDescription {
  /** Its id. */
  readonly id: number;
  /** Whether it connects. */
  readonly connecting: boolean;
  /** Its own address. */
  readonly local: StreamAddress | null;
  /** The address of the peer. */
  readonly remote: StreamAddress;
  /** Whether its platform has no TLS. */
  readonly plain?: boolean;
}

/** So many bytes of what was sent instead stand in a message. */
const SHOWN_MAX = 60;

/** A stream of a platform without TLS. */
class ReplayPlainStream extends ReplayHandle implements StreamHandle {
  readonly kind = "stream";
  readonly #description: StreamDescription;

  constructor(site: ReplaySite, description: StreamDescription) {
    super(site, description.id);
    this.#description = description;
  }

  get connecting(): boolean {
    const known = this.site.cursor.fact(this.id, "connecting");
    return (known ?? this.#description.connecting) as boolean;
  }

  get localAddress(): StreamAddress | null {
    const known = this.site.cursor.fact(this.id, "localAddress");
    return (known ?? this.#description.local) as StreamAddress | null;
  }

  get remoteAddress(): StreamAddress {
    const known = this.site.cursor.fact(this.id, "remoteAddress");
    return (known ?? this.#description.remote) as StreamAddress;
  }

  receive(): Uint8Array | null | undefined {
    return bytesOf(this.site.cursor.call("receive", this.id));
  }

  receiveInto(buffer: Uint8Array): number | null | undefined {
    const bytes = bytesOf(this.site.cursor.call("receiveInto", this.id, buffer.length));
    if (!bytes) return bytes;
    buffer.set(bytes);
    return bytes.length;
  }

  send(bytes: Uint8Array): number {
    const { cursor } = this.site;
    const answer = cursor.callForParts("send", this.id, bytes.length);
    const [count, digest] = answer as [number, number];
    if (count <= bytes.length && digestOf(bytes, count) === digest) return count;
    const sent = new TextDecoder().decode(bytes.subarray(0, Math.min(count, SHOWN_MAX)));
    const step = formatStep("send", [this.id, bytes.length]);
    const came = `${step} of other bytes: ${JSON.stringify(sent)}`;
    throw cursor.mismatch(came, undefined, cursor.steps - 1);
  }

  shutdownWrite(): void {
    this.site.cursor.call("shutdownWrite", this.id);
  }

  setNoDelay(noDelay: boolean): void {
    this.site.cursor.call("setNoDelay", this.id, noDelay);
  }

  setKeepAlive(keepAlive: boolean): void {
    this.site.cursor.call("setKeepAlive", this.id, keepAlive);
  }
}

/** A stream. */
class ReplayStream extends ReplayPlainStream {
  #session: ReplayTLSSession | null = null;

  get tls(): TLSSession | null {
    const agreed = this.site.cursor.fact(this.id, "tls") as AgreedOn | undefined;
    if (agreed === undefined) return null;
    return this.#session ??= new ReplayTLSSession(this.site, this.id, agreed);
  }

  startTls(options: TLSOptions): StreamHandle {
    const digest = digestOfJSON(options);
    const description = this.site.cursor.call("startTls", this.id, options.side, digest);
    this.left();
    return replayStream(this.site, description);
  }
}

/** What a recording says of a session. */
interface AgreedOn {
  readonly alpnProtocol: string | null;
  readonly peerCertificate: string | null;
}

/** What TLS had agreed on. */
class ReplayTLSSession implements TLSSession {
  readonly alpnProtocol: string | null;
  readonly peerCertificate: Uint8Array | null;
  readonly #site: ReplaySite;
  readonly #id: number;

  constructor(site: ReplaySite, id: number, { alpnProtocol, peerCertificate }: AgreedOn) {
    this.#site = site;
    this.#id = id;
    this.alpnProtocol = alpnProtocol;
    this.peerCertificate = peerCertificate === null ? null : Uint8Array.fromBase64(peerCertificate);
  }

  get isTruncated(): boolean {
    return this.#site.cursor.fact(this.#id, "isTruncated") === true;
  }
}

/**
 * Makes a stream of what a recording says of it.
 *
 * @param site What it shares with the others.
 * @param description The answer of the call that opened it.
 * @returns The stream.
 */
export function replayStream(site: ReplaySite, description: unknown): StreamHandle {
  const described = description as StreamDescription;
  const isPlain = described.plain === true;
  return isPlain ? new ReplayPlainStream(site, described) : new ReplayStream(site, described);
}

/** The bytes of an answer; its other values are what the program gets. */
function bytesOf(answer: unknown): Uint8Array | null | undefined {
  return typeof answer === "string" ? Uint8Array.fromBase64(answer) : answer as null | undefined;
}
