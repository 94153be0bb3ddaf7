/**
 * Streams over TLS in a simulated network.
 *
 * @module
 */

import {
  READ,
  SocketError,
  type StreamAddress,
  type StreamHandle,
  TLSError,
  type TLSErrorReason,
  type TLSOptions,
  type TLSSession,
  WRITE,
} from "../../poller/mod.ts";
import { ByteQueue } from "./byte_queue.ts";
import { derOf } from "./deno_certificates.ts";
import { drawSize } from "./partial.ts";
import { RawConnection } from "./raw_connection.ts";
import { RECEIVE_MAX, ReceivingHandle } from "./receiving_handle.ts";
import type { SimStream } from "./sim_stream.ts";
import {
  reasonOfAlert,
  type TLSAgreement,
  TLSHandshake,
  type TLSMessage,
} from "./tls_handshake.ts";
import {
  ALERT,
  DATA,
  DATA_MAX,
  HANDSHAKE,
  RecordReader,
  type TLSRecord,
  writeRecord,
} from "./tls_records.ts";

/** The alert that ends a stream. */
const GOODBYE = "close_notify";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A stream over TLS: the records go over the connection that it has taken over, so that the
 * handshake takes the round trips it takes, and all faults of the network befall it.
 */
export class SimTLSStream extends ReceivingHandle implements StreamHandle {
  /** True until the handshake has succeeded or failed. */
  connecting = true;
  /** The address of the other end. */
  readonly remoteAddress: StreamAddress;
  readonly #operation: string;
  readonly #raw: RawConnection;
  readonly #handshake: TLSHandshake;
  readonly #reader = new RecordReader();
  /** What has arrived and was not received. */
  readonly #inbox = new ByteQueue();
  /** Records for which there was no room. */
  #outbox: Uint8Array[] = [];
  #session: { -readonly [K in keyof TLSSession]: TLSSession[K] } | null = null;
  #localAddress: StreamAddress | null = null;
  /** Whether the other side has ended, with or without a goodbye. */
  #hasEnded = false;
  /** Whether this side has ended its direction. */
  #isShut = false;
  #hasSaidGoodbye = false;
  /** Whether an error was reported: nothing can be received or sent any more. */
  #isLost = false;
  /** Whether it goes on when the program, which is paused, does. */
  #isWaiting = false;
  /** Whether it is at work, so that what it does need not call it again. */
  #isBusy = false;

  /** Made by the network, which calls {@linkcode SimTLSStream.start} then. */
  constructor(stream: SimStream, operation: string, options: TLSOptions) {
    super(stream.host, "stream");
    this.#operation = operation;
    this.remoteAddress = stream.remoteAddress;
    const { clock, world } = stream.host;
    const now = () => (world.wallClock + clock.wall()) * 1000;
    const isLate = () => world.surprises?.tls === true && world.choose("tls", 2) === 1;
    this.#handshake = new TLSHandshake(options, now, isLate);
    this.#raw = new RawConnection(stream, () => this.#advance());
    this.host.record("tls", this.label, options.side);
  }

  /** The address of this end; `null` until the handshake is over. */
  get localAddress(): StreamAddress | null {
    return this.#localAddress;
  }

  /** What was agreed on; `null` until the handshake has succeeded. */
  get tls(): TLSSession | null {
    return this.#session;
  }

  /** Begins the handshake. */
  start(): void {
    const message = this.#handshake.start();
    if (message !== null) this.#say(message);
    this.#advance();
  }

  /** Sends bytes, as many as there is room for. */
  send(bytes: Uint8Array): number {
    if (this.closed) throw new SocketError("EBADF", `Cannot send on ${this.label}: it is closed`);
    this.throwError();
    if (this.#isLost || this.#isShut) {
      throw new SocketError("EPIPE", `Cannot send on ${this.label}: it is shut for writing`);
    }
    if (this.connecting || bytes.length === 0 || this.#outbox.length > 0) return 0;
    const count = drawSize(this.host.world, "send", Math.min(bytes.length, RECEIVE_MAX), 0);
    for (let done = 0; done < count; done += DATA_MAX) {
      const content = bytes.subarray(done, Math.min(count, done + DATA_MAX));
      this.#outbox.push(writeRecord({ type: DATA, content }));
    }
    this.#flush();
    if (this.#outbox.length > 0) this.lower(WRITE);
    return count;
  }

  /** Ends the stream in this direction once all that was taken is sent. */
  shutdownWrite(): void {
    if (this.closed || this.#isLost || this.#isShut) return;
    this.#isShut = true;
    if (this.connecting) return;
    this.#flush();
    this.raise(WRITE);
  }

  /** Turns the probes of an idle connection on or off. */
  setKeepAlive(keepAlive: boolean): void {
    if (!this.closed) this.#raw.setKeepAlive(keepAlive);
  }

  /** Goes over to TLS in TLS, which nobody does. */
  startTls(): StreamHandle {
    throw new SocketError("ENOTSUP", `Cannot ${this.#operation}: TLS is spoken already`);
  }

  /** Closes the handle; what was taken is still sent, and then the goodbye: not when a program ends. */
  close(): void {
    const isOver = this.connecting || this.#isLost || this.error !== null;
    if (!this.markClosed()) return;
    if (isOver || this.host.program === "ended") this.#raw.close();
    else this.#flush();
  }

  /** Closes the handle at once; the peer sees a reset. */
  abort(): void {
    if (this.markClosed()) this.#raw.abort();
  }

  /** Has the handle be closed without a word to anybody, as its host has crashed. */
  vanish(): void {
    this.markClosed();
    this.#raw.vanish();
  }

  /** Called when something may be wrong with the network, or with the peer's host. */
  watchPeer(): void {
    this.#raw.watchPeer();
  }

  /** Nothing can be received or sent after an error was reported. */
  protected override errorTaken(): void {
    this.#isLost = true;
  }

  /** Does what can be done, when the program runs. */
  #advance(): void {
    if (this.#isBusy || this.#isWaiting) return;
    const { program } = this.host;
    if (program === "ended") return this.#raw.close();
    if (program === "paused") {
      this.#isWaiting = true;
      this.host.whenRunning(() => {
        this.#isWaiting = false;
        this.#advance();
      });
      return;
    }
    this.#isBusy = true;
    try {
      this.#flush();
      while (this.#mayRead) {
        const record = this.#nextRecord();
        if (record === undefined) break;
        this.#hear(record);
      }
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      this.#connectionFailed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  get #mayRead(): boolean {
    const isOver = this.closed || this.#hasEnded || this.#isLost || this.error !== null;
    return !isOver && this.#inbox.length < RECEIVE_MAX;
  }

  /** The next record; `null` if what comes is none, `undefined` if nothing more has come. */
  #nextRecord(): TLSRecord | null | undefined {
    for (;;) {
      const record = this.#reader.next();
      if (record !== undefined) return record;
      const bytes = this.#raw.receive();
      if (bytes === undefined) return undefined;
      if (bytes === null) {
        this.#end("cut off");
        return undefined;
      }
      this.#reader.push(bytes);
    }
  }

  #hear(record: TLSRecord | null): void {
    if (record === null) return this.#failTLS("not-tls", "unexpected_message");
    if (record.type === ALERT) return this.#hearAlert(decoder.decode(record.content));
    if (record.type === HANDSHAKE) return this.#hearMessage(record.content);
    if (this.connecting) return this.#failTLS("failed", "unexpected_message");
    // The record belongs to a buffer of its own.
    this.#inbox.push(record.content);
    if (record.content.length > 0) this.raise(READ);
  }

  #hearAlert(alert: string): void {
    if (alert === GOODBYE) this.#end(alert);
    else this.#failTLS(reasonOfAlert(alert), null, new Error(`The peer sends the alert ${alert}`));
  }

  #hearMessage(content: Uint8Array): void {
    const message = readMessage(content);
    if (message === null) return this.#failTLS("failed", "decode_error");
    const { reply, agreement, failure } = this.#handshake.receive(message);
    if (reply !== undefined) this.#say(reply);
    if (failure !== undefined) return this.#failTLS(failure.reason, failure.alert);
    if (agreement !== undefined) this.#agree(agreement);
  }

  #agree({ version, protocol, peerCert }: TLSAgreement): void {
    this.host.record("secured", this.label, `${version} ${protocol ?? ""}`);
    this.connecting = false;
    this.#localAddress = this.#raw.localAddress;
    this.#session = {
      alpnProtocol: protocol,
      peerCertificate: peerCert === null ? null : derOf(peerCert),
      isTruncated: false,
    };
    this.#flush();
    this.raise(WRITE);
  }

  /** The other side has ended: with a goodbye, or by the end of the connection below. */
  #end(how: string): void {
    this.host.record("end", this.label, how);
    if (this.#session === null) return this.#failTLS("closed", null);
    this.#session.isTruncated = how !== GOODBYE;
    this.#hasEnded = true;
    this.raise(READ);
  }

  /** Fails; `alert` is what the other side is told. */
  #failTLS(reason: TLSErrorReason, alert: string | null, cause?: Error): void {
    this.host.record("failed", this.label, reason);
    if (alert !== null) this.#sayAlert(alert);
    this.#raw.close();
    this.connecting = false;
    const why = cause ?? (alert === null ? undefined : new Error(`The alert ${alert} is sent`));
    this.fail(new TLSError(this.#operation, reason, why === undefined ? {} : { cause: why }));
  }

  #sayAlert(alert: string): void {
    this.#outbox.push(recordOf(ALERT, alert));
    try {
      this.#flushRecords();
    } catch (error) {
      // The connection is lost: it does not matter any more.
      if (!(error instanceof SocketError)) throw error;
    }
  }

  #connectionFailed(cause: SocketError): void {
    this.#outbox = [];
    this.#raw.close();
    if (this.closed) return;
    const wasConnecting = this.connecting;
    this.connecting = false;
    this.fail(wasConnecting ? new TLSError(this.#operation, "closed", { cause }) : cause);
  }

  #say(message: TLSMessage): void {
    this.#outbox.push(recordOf(HANDSHAKE, JSON.stringify(message)));
    this.#flush();
  }

  /** Sends what waits; then the goodbye, if it is time for it. */
  #flush(): void {
    const hadToWait = this.#outbox.length > 0;
    try {
      this.#flushRecords();
      const isEnding = (this.closed || this.#isShut) && !this.connecting;
      if (isEnding && this.#outbox.length === 0) this.#sayGoodbye();
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      return this.#connectionFailed(error);
    }
    if (this.#outbox.length > 0 || this.connecting) return;
    if (this.closed) this.#raw.close();
    else if (hadToWait) this.raise(WRITE);
  }

  #sayGoodbye(): void {
    if (!this.#hasSaidGoodbye) {
      this.#hasSaidGoodbye = true;
      this.#outbox.push(recordOf(ALERT, GOODBYE));
      this.#flushRecords();
    }
    if (this.#outbox.length === 0) this.#raw.shutdownWrite();
  }

  #flushRecords(): void {
    for (let record = this.#outbox[0]; record !== undefined; record = this.#outbox[0]) {
      const count = this.#raw.send(record);
      if (count < record.length) {
        this.#outbox[0] = record.subarray(count);
        return;
      }
      this.#outbox.shift();
    }
  }

  /** See {@linkcode ReceivingHandle.receivable}. */
  protected override receivable(): number | null | undefined {
    if (this.closed) {
      throw new SocketError("EBADF", `Cannot receive on ${this.label}: it is closed`);
    }
    if (this.#inbox.length > 0) {
      return drawSize(this.host.world, "read", Math.min(this.#inbox.length, RECEIVE_MAX), 1);
    }
    this.throwError();
    return this.#isLost || this.#hasEnded ? null : undefined;
  }

  /** See {@linkcode ReceivingHandle.take}. */
  protected override take(count: number): Uint8Array {
    const bytes = this.#inbox.take(count);
    this.#advance();
    if (this.#inbox.length === 0 && !this.#hasEnded && this.error === null) this.lower(READ);
    return bytes;
  }
}

function recordOf(type: number, text: string): Uint8Array {
  return writeRecord({ type, content: encoder.encode(text) });
}

/** Reads a message; `null` if it is none. */
function readMessage(content: Uint8Array): TLSMessage | null {
  try {
    return JSON.parse(decoder.decode(content)) as TLSMessage;
  } catch {
    return null;
  }
}
