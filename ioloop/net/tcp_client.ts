/**
 * Tornado's client.
 *
 * @module
 */

import type { TCPAddress } from "../../poller/address.ts";
import { type AddressFamily, AF_INET, AF_INET6, AF_UNSPEC } from "../../poller/address_family.ts";
import { SocketError } from "../../poller/errors.ts";
import type { TLSClientOptions } from "../../poller/tls_options.ts";
import { TimeoutError } from "../errors.ts";
import { IOLoop } from "../io_loop.ts";
import { IOStream, type SSLIOStream } from "../iostream/io_stream.ts";
import type { IOStreamOptions } from "../iostream/stream_options.ts";
import { totalSeconds } from "../time_delta.ts";
import type { TimeDelta } from "../time_delta.ts";
import type { AddressInfo, AddressResolver } from "./address_resolver.ts";
import { type Attempt, Connector } from "./connector.ts";
import { isIPv6, isValidIp } from "./is_valid_ip.ts";

/** How a client is made. */
export interface TCPClientOptions {
  /** The loop to run on; by default the one that is current when the client is made. */
  readonly ioLoop?: IOLoop;
  /** What finds the addresses of names; by default the platform does. */
  readonly resolver?: AddressResolver;
}

/** How to connect. */
export interface TCPConnectOptions extends IOStreamOptions {
  /**
   * Which addresses: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both. Tornado: `af`.
   *
   * @default {0}
   */
  readonly family?: AddressFamily;
  /** The address of this machine to connect from. Tornado: `source_ip`. */
  readonly sourceIp?: string;
  /** The port to connect from. Tornado: `source_port`. */
  readonly sourcePort?: number;
  /**
   * How long to try: in seconds, or as a span. It covers the search for addresses, too. Tornado:
   * `timeout` (5.0).
   */
  readonly timeout?: number | TimeDelta;
  /**
   * Makes the client speak TLS; the server's certificate must be for the host unless this says
   * otherwise. Tornado: `ssl_options`.
   */
  readonly sslOptions?: Omit<TLSClientOptions, "side">;
}

/**
 * Connects to servers by name.
 *
 * Tornado: `TCPClient` (`tcpclient.py`, 4.5.3).
 *
 * Differs from Tornado: without a resolver the platform resolves names and tries their addresses; a
 * failed attempt rejects with the error of the socket itself.
 *
 * @example Nobody listens
 * ```ts
 * import { IOLoop, TCPClient } from "@twinloop/twinloop/ioloop";
 * import { SocketError } from "@twinloop/twinloop/poller";
 * import { assertRejects } from "@std/assert";
 *
 * using ioLoop = IOLoop.instance();
 * const client = new TCPClient({ ioLoop });
 * await assertRejects(
 *   () => ioLoop.runSync(() => client.connect("127.0.0.1", 1, { timeout: { seconds: 5 } })),
 *   SocketError,
 * );
 * ```
 */
export class TCPClient {
  /** The loop that the client runs on. Tornado: `io_loop`. */
  readonly ioLoop: IOLoop;
  readonly #resolver: AddressResolver | null;

  /**
   * Makes a client.
   *
   * @param options The loop, and the resolver.
   */
  constructor(options: TCPClientOptions = {}) {
    this.ioLoop = options.ioLoop ?? IOLoop.current();
    this.#resolver = options.resolver ?? null;
  }

  /**
   * Connects to a host: to the first of its addresses that answers, with those of either family
   * tried beside each other.
   *
   * Tornado: `connect(host, port, af=AF_UNSPEC, ssl_options=None, max_buffer_size=None,
   * source_ip=None, source_port=None, timeout=None)`.
   *
   * @param host A name, or a literal without brackets.
   * @param port The port.
   * @param options Which addresses, from where, how long, and the limits of the stream's buffers.
   * @returns A promise for the stream. It rejects with the `SocketError` of the last attempt, with
   * that of the resolver or of the handshake, with `TimeoutError` when the time is over, and with `RangeError` if
   * `port` is not a whole number from 1 to 65535.
   */
  async connect(host: string, port: number, options: TCPConnectOptions = {}): Promise<IOStream> {
    checkPort("port", port, 1);
    if (options.sourcePort !== undefined) checkPort("sourcePort", options.sourcePort, 0);
    const { timeout } = options;
    const deadline = timeout === undefined ? null : this.ioLoop.time() + secondsOf(timeout);
    const found = await this.#resolve(host, port, options.family ?? AF_UNSPEC, deadline);
    const connector = new Connector(
      this.ioLoop,
      found,
      (_family, address) => this.#attempt(address, options),
    );
    const stream = await connector.start(deadline);
    if (options.sslOptions === undefined) return stream;
    return await this.#startTls(stream, { hostname: host, ...options.sslOptions }, deadline);
  }

  /** Ends the client. It holds nothing: the resolver is its giver's. Tornado: `close()`. */
  close(): void {}

  /** Goes over to TLS; a handshake that takes too long is given up. */
  async #startTls(
    stream: IOStream,
    options: Omit<TLSClientOptions, "side">,
    deadline: number | null,
  ): Promise<IOStream> {
    let secure: SSLIOStream;
    try {
      secure = stream.beginTls({ ...options, side: "client" });
    } catch (error) {
      stream.close();
      throw error;
    }
    try {
      return await withDeadline(this.ioLoop, secure.waitForHandshake(), deadline);
    } catch (error) {
      secure.close();
      throw secure.error ?? error;
    }
  }

  #attempt([hostname, port]: AddressInfo[1], options: TCPConnectOptions): Attempt<IOStream> {
    const stream = new IOStream(null, this.ioLoop, options);
    const from = sourceOf(hostname, options);
    const address = { transport: "tcp", hostname, port } as const;
    const connected = stream.connect(address, from === null ? {} : { from });
    // What the connector is told is why, not that the stream is closed.
    const failed = (error: unknown): never => {
      throw stream.error ?? error;
    };
    return { stream, connected: connected.then(undefined, failed) };
  }

  async #resolve(
    host: string,
    port: number,
    family: AddressFamily,
    deadline: number | null,
  ): Promise<readonly AddressInfo[]> {
    if (this.#resolver === null) return resolveHere(host, port, family);
    const found = await withDeadline(
      this.ioLoop,
      this.#resolver.resolve(host, port, family),
      deadline,
    );
    if (found.length > 0) return found;
    throw new SocketError("ENOTFOUND", `Cannot connect to ${host}: host has no address`);
  }
}

/**
 * Finds what needs no question: literals, and `localhost`. Another name goes to the platform as it
 * is, which tries its addresses by itself, of whatever family.
 */
function resolveHere(host: string, port: number, family: AddressFamily): AddressInfo[] {
  const isName = !isValidIp(host);
  if (isName && host !== "localhost") {
    if (family === AF_UNSPEC) return [[AF_INET, [host, port]]];
    const reason = "addresses of one family are found by a resolver only";
    throw new SocketError("ENOTSUP", `Cannot connect to ${host}: ${reason}`);
  }
  const literals = isName ? ["127.0.0.1", "::1"] : [host];
  const found = literals
    .map((literal): AddressInfo => [isIPv6(literal) ? AF_INET6 : AF_INET, [literal, port]])
    .filter(([own]) => family === AF_UNSPEC || family === own);
  if (found.length > 0) return found;
  const reason = "address is of another family than asked for";
  throw new SocketError("EAFNOSUPPORT", `Cannot connect to ${host}: ${reason}`);
}

/** Where to connect from; `null` for wherever the system likes. */
function sourceOf(hostname: string, options: TCPConnectOptions): TCPAddress | null {
  const { sourceIp, sourcePort } = options;
  if (sourceIp === undefined && sourcePort === undefined) return null;
  const any = isIPv6(hostname) ? "::" : "0.0.0.0";
  return { transport: "tcp", hostname: sourceIp ?? any, port: sourcePort ?? 0 };
}

function checkPort(name: string, port: number, min: number): void {
  if (Number.isInteger(port) && port >= min && port <= 65_535) return;
  throw new RangeError(`Cannot connect: ${name} ${port} is not in ${min} to 65535`);
}

function secondsOf(timeout: number | TimeDelta): number {
  if (typeof timeout !== "number") return totalSeconds(timeout);
  if (Number.isNaN(timeout)) throw new RangeError("Cannot connect: the time-out is NaN");
  return timeout;
}

/** Waits for a promise, but not for longer than to a moment on the loop's clock. */
function withDeadline<T>(
  ioLoop: IOLoop,
  promise: PromiseLike<T>,
  deadline: number | null,
): Promise<T> {
  if (deadline === null) return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    const timer = ioLoop.callAt(
      deadline,
      () => reject(new TimeoutError("Cannot connect: time is up")),
    );
    const settle = (settled: () => void) => {
      ioLoop.removeTimeout(timer);
      settled();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
