/**
 * Recorded streams.
 *
 * @module
 */

import type { StreamAddress, StreamHandle, TLSOptions, TLSSession } from "../../poller/mod.ts";
import { digestOf, digestOfJSON } from "./digest.ts";
import { RecordingHandle } from "./recording_handle.ts";
import type { RecordingSite } from "./recording_site.ts";
import { RecordingTLSSession } from "./recording_tls_session.ts";

/** A stream of a platform without TLS. */
export class RecordingPlainStream extends RecordingHandle<StreamHandle> implements StreamHandle {
  /** See `StreamHandle.kind`. */
  readonly kind = "stream";
  // What the recording knows of the handle; a change is noted when the program sees it.
  #connecting: boolean;
  #localAddress: StreamAddress | null;
  #remoteAddress: StreamAddress;

  /** Made by {@linkcode recordStream}. */
  constructor(site: RecordingSite, inner: StreamHandle) {
    super(site, inner);
    this.#connecting = inner.connecting;
    this.#localAddress = inner.localAddress;
    this.#remoteAddress = inner.remoteAddress;
  }

  /** See `StreamHandle.connecting`. */
  get connecting(): boolean {
    const { connecting } = this.inner;
    if (connecting !== this.#connecting) {
      this.#connecting = connecting;
      this.site.writer.fact(this.id, "connecting", connecting);
    }
    return connecting;
  }

  /** See `StreamHandle.localAddress`. */
  get localAddress(): StreamAddress | null {
    const { localAddress } = this.inner;
    if (localAddress !== this.#localAddress) {
      this.#localAddress = localAddress;
      this.site.writer.fact(this.id, "localAddress", localAddress);
    }
    return localAddress;
  }

  /** See `StreamHandle.remoteAddress`. */
  get remoteAddress(): StreamAddress {
    const { remoteAddress } = this.inner;
    if (remoteAddress !== this.#remoteAddress) {
      this.#remoteAddress = remoteAddress;
      this.site.writer.fact(this.id, "remoteAddress", remoteAddress);
    }
    return remoteAddress;
  }

  /** See `StreamHandle.receive`. */
  receive(): Uint8Array | null | undefined {
    const { writer } = this.site;
    let bytes: Uint8Array | null | undefined;
    try {
      bytes = this.inner.receive();
    } catch (error) {
      writer.threw(error, "receive", this.id);
      throw error;
    }
    writer.begin("receive");
    writer.number(this.id);
    if (bytes) writer.bytes(bytes, bytes.length);
    else if (bytes === null) writer.json(null);
    writer.end();
    return bytes;
  }

  /** See `StreamHandle.receiveInto`. */
  receiveInto(buffer: Uint8Array): number | null | undefined {
    const { writer } = this.site;
    let count: number | null | undefined;
    try {
      count = this.inner.receiveInto(buffer);
    } catch (error) {
      writer.threw(error, "receiveInto", this.id, buffer.length);
      throw error;
    }
    writer.begin("receiveInto");
    writer.number(this.id);
    writer.number(buffer.length);
    if (count) writer.bytes(buffer, count);
    else if (count === null) writer.json(null);
    writer.end();
    return count;
  }

  /** See `StreamHandle.send`. */
  send(bytes: Uint8Array): number {
    const { writer } = this.site;
    let count: number;
    try {
      count = this.inner.send(bytes);
    } catch (error) {
      writer.threw(error, "send", this.id, bytes.length);
      throw error;
    }
    writer.begin("send");
    writer.number(this.id);
    writer.number(bytes.length);
    writer.number(count);
    writer.number(digestOf(bytes, count));
    writer.end();
    return count;
  }

  /** See `StreamHandle.shutdownWrite`. */
  shutdownWrite(): void {
    this.site.writer.step("shutdownWrite", this.id);
    this.inner.shutdownWrite();
  }

  /** See `StreamHandle.setNoDelay`. */
  setNoDelay(noDelay: boolean): void {
    const set = () => this.inner.setNoDelay(noDelay);
    this.site.writer.call("setNoDelay", [this.id, noDelay], set);
  }

  /** See `StreamHandle.setKeepAlive`. */
  setKeepAlive(keepAlive: boolean): void {
    const set = () => this.inner.setKeepAlive(keepAlive);
    this.site.writer.call("setKeepAlive", [this.id, keepAlive], set);
  }
}

/** A stream. */
export class RecordingStream extends RecordingPlainStream {
  #session: RecordingTLSSession | null = null;

  /** See `StreamHandle.tls`. */
  get tls(): TLSSession | null {
    const session = this.inner.tls ?? null;
    if (session === null) return null;
    return this.#session ??= new RecordingTLSSession(this.site.writer, this.id, session);
  }

  /** See `StreamHandle.startTls`. */
  startTls(options: TLSOptions): StreamHandle {
    const digest = digestOfJSON(options);
    const start = () => this.inner.startTls?.(options) as StreamHandle;
    const { writer, handles } = this.site;
    const stream = writer.call("startTls", [this.id, options.side, digest], start, describeStream);
    handles.delete(this.id);
    return recordStream(this.site, stream);
  }
}

/**
 * Makes a stream recorded.
 *
 * @param site What it shares with the others.
 * @param inner The stream.
 * @returns What the program is given instead.
 */
export function recordStream(site: RecordingSite, inner: StreamHandle): StreamHandle {
  const hasTLS = inner.startTls !== undefined;
  return hasTLS ? new RecordingStream(site, inner) : new RecordingPlainStream(site, inner);
}

/** What a recording says of a stream when it is opened. */
export function describeStream(stream: StreamHandle): unknown {
  const { id, connecting, localAddress, remoteAddress, startTls } = stream;
  const description = { id, connecting, local: localAddress, remote: remoteAddress };
  return startTls === undefined ? { ...description, plain: true } : description;
}
