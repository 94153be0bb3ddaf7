/**
 * The messages of HTTP/1.1, parsed by `http-parser-js`; for both styles of servers and clients.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { HTTPParser } from "http-parser-js";

/** How many bytes a body may have. */
const BODY_MAX = 10_485_760;

const ENCODER = new TextEncoder();

/** A message of HTTP, whole. */
export interface Message {
  /** The headers: a name, its value, the next name … */
  readonly headers: readonly string[];
  /** What follows the headers. */
  readonly body: Uint8Array;
  /** Whether the connection goes on after it. */
  readonly isKeptAlive: boolean;
}

/** What a client asks for. */
export interface Request extends Message {
  /** What to do: `GET`. */
  readonly method: string;
  /** With what: `/path?query`. */
  readonly target: string;
}

/** What a server answers. */
export interface Response extends Message {
  /** How it went: 200. */
  readonly status: number;
  /** The same in words: `OK`. */
  readonly reason: string;
}

/** What a handler of a server returns. */
export interface Answer {
  /** How it went. */
  readonly status: number;
  /** The body; text as UTF-8. */
  readonly body: Uint8Array | string;
}

/** Answers a request. */
export type Handler = (request: Request) => Answer | PromiseLike<Answer>;

/** What came is no HTTP, or more than is taken. */
export class MessageError extends Error {
  /** The class's name. */
  override readonly name = "MessageError";
}

/** Cuts a stream of bytes into messages. */
abstract class MessageReader<T> {
  readonly #parser: InstanceType<typeof HTTPParser>;
  readonly #messages: T[] = [];
  #body: Uint8Array[] = [];
  #bodySize = 0;

  constructor(type: "REQUEST" | "RESPONSE") {
    const parser = this.#parser = new HTTPParser(type);
    let info: HeadersInfo;
    parser[HTTPParser.kOnHeadersComplete] = (headers) => {
      info = headers as HeadersInfo;
      checkLength(info.headers);
      return this.skipsBody() ? 1 : 0;
    };
    parser[HTTPParser.kOnBody] = (chunk) => {
      this.#bodySize += chunk.length;
      if (this.#bodySize > BODY_MAX) throw new MessageError("Cannot read: the body is too long");
      // A copy: the memory is the caller's, who may use it again.
      this.#body.push(new Uint8Array(chunk));
    };
    parser[HTTPParser.kOnMessageComplete] = () => {
      this.#messages.push(this.make(info, this.#takeBody()));
    };
  }

  /** Takes the next bytes; they may be overwritten afterwards. Throws a `MessageError`. */
  push(bytes: Uint8Array): void {
    const result = this.#parser.execute(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    if (result instanceof Error) throw new MessageError("Cannot read", { cause: result });
  }

  /** Takes the next bytes, too; returns false if they are no HTTP, instead of throwing. */
  tryPush(bytes: Uint8Array): boolean {
    try {
      this.push(bytes);
      return true;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      return false;
    }
  }

  /** Takes the end of the stream, which ends a message of unknown length. */
  end(): void {
    const result = this.#parser.finish() as unknown;
    if (result instanceof Error) throw new MessageError("Cannot read", { cause: result });
  }

  /** Returns the next message that is whole; `undefined` if there is none. */
  next(): T | undefined {
    return this.#messages.shift();
  }

  /** Whether the next message has no body, whatever its headers say. */
  protected abstract skipsBody(): boolean;

  /** Makes a message. */
  protected abstract make(info: HeadersInfo, body: Uint8Array): T;

  #takeBody(): Uint8Array {
    if (this.#bodySize === 0) return NO_BODY;
    const body = new Uint8Array(Buffer.concat(this.#body));
    this.#body = [];
    this.#bodySize = 0;
    return body;
  }
}

/** Cuts a stream of bytes into requests. */
export class RequestReader extends MessageReader<Request> {
  constructor() {
    super("REQUEST");
  }

  protected override skipsBody(): boolean {
    return false;
  }

  protected override make(info: HeadersInfo, body: Uint8Array): Request {
    const { headers, shouldKeepAlive: isKeptAlive, url: target } = info;
    return { method: HTTPParser.methods[info.method] ?? "", target, headers, body, isKeptAlive };
  }
}

/** Cuts a stream of bytes into the responses to requests of one method. */
export class ResponseReader extends MessageReader<Response> {
  readonly #method: string;

  constructor(method: string) {
    super("RESPONSE");
    this.#method = method;
  }

  protected override skipsBody(): boolean {
    return this.#method === "HEAD";
  }

  protected override make(info: HeadersInfo, body: Uint8Array): Response {
    const { headers, shouldKeepAlive: isKeptAlive, statusMessage: reason } = info;
    return { status: info.statusCode, reason, headers, body, isKeptAlive };
  }
}

/** Returns the value of a header, or `null`. */
export function headerOf({ headers }: Message, name: string): string | null {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) return headers[i + 1] as string;
  }
  return null;
}

/** Turns a request into bytes. The connection ends after it. */
export function encodeRequest(method: string, url: URL, body: Uint8Array | string): Uint8Array {
  const bytes = toBytes(body);
  const length = bytes.length > 0 ? `Content-Length: ${bytes.length}\r\n` : "";
  const target = `${url.pathname}${url.search}`;
  const head =
    `${method} ${target} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n${length}`;
  return join(`${head}\r\n`, bytes);
}

/** Turns an answer to a request into bytes; `null` stands for one that could not be read. */
export function encodeAnswer(request: Request | null, { status, body }: Answer): Uint8Array {
  const bytes = toBytes(body);
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Unknown"}\r\n` +
    `Content-Type: text/plain; charset=UTF-8\r\nContent-Length: ${bytes.length}\r\n` +
    (request?.isKeptAlive ? "" : "Connection: close\r\n");
  return join(`${head}\r\n`, request?.method === "HEAD" ? NO_BODY : bytes);
}

/** The answer to what is no request. */
export const BAD_REQUEST: Answer = { status: 400, body: "Bad Request\n" };

/** The answer where a handler failed. */
export const SERVER_ERROR: Answer = { status: 500, body: "Internal Server Error\n" };

const NO_BODY = new Uint8Array(0);

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
};

/** What the parser tells of a message's headers. */
interface HeadersInfo {
  readonly headers: string[];
  readonly method: number;
  readonly url: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly shouldKeepAlive: boolean;
}

/** The parser believes any length; two readings of where a message ends are an attack. */
function checkLength(headers: readonly string[]): void {
  let hasLength = false;
  let isChunked = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 14 && name.toLowerCase() === "content-length") {
      hasLength = true;
      if (!/^\d{1,15}$/.test(headers[i + 1] as string)) {
        throw new MessageError("Cannot read: the length is not a number");
      }
    } else if (name.length === 17 && name.toLowerCase() === "transfer-encoding") {
      isChunked = true;
      if (headers[i + 1]?.toLowerCase() !== "chunked") {
        throw new MessageError("Cannot read: the encoding is unknown");
      }
    }
  }
  if (hasLength && isChunked) throw new MessageError("Cannot read: there are two lengths");
}

function toBytes(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? ENCODER.encode(body) : body;
}

function join(head: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length);
  ENCODER.encodeInto(head, bytes);
  bytes.set(body, head.length);
  return bytes;
}
