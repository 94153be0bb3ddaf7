/**
 * Tornado's server.
 *
 * @module
 */

import type { StreamAddress, TCPAddress } from "../../poller/address.ts";
import type { ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import type { TLSServerOptions } from "../../poller/tls_options.ts";
import { IOLoop } from "../io_loop.ts";
import { IOStream, SSLIOStream } from "../iostream/io_stream.ts";
import type { IOStreamOptions } from "../iostream/stream_options.ts";
import { isThenable } from "../thenable.ts";
import { addAcceptHandler } from "./accept_handler.ts";
import { bindSockets, type ServerBindOptions } from "./bind_sockets.ts";
import { TCPServerStateError } from "./errors.ts";

/** How a server is made. */
export interface TCPServerOptions extends IOStreamOptions {
  /** The loop to run on; by default the one that is current when the server is made. */
  readonly ioLoop?: IOLoop;
  /**
   * Makes the server speak TLS: {@linkcode TCPServer.handleStream} gets `SSLIOStream`s, whose
   * handshake goes on meanwhile. Tornado: `ssl_options`.
   */
  readonly sslOptions?: Omit<TLSServerOptions, "side">;
}

/**
 * A server: derive from it and say what to do with a connection.
 *
 * Either `listen()`; or `bind()`, any number of times, and then `start()`; or `addSockets()` with
 * what `bindSockets()` returned.
 *
 * Tornado: `TCPServer` (`tcpserver.py`, 4.5.3).
 *
 * Differs from Tornado: the loop is the one given to the constructor; `start()` runs the server in
 * this process only; errors of {@linkcode TCPServer.handleStream} go to the loop's
 * `handleCallbackException()` and close the connection.
 *
 * @example A server that echoes lines, and a client
 * ```ts
 * import { type IOStream, PollIOLoop, TCPClient, TCPServer } from "@twinloop/twinloop/ioloop";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * class EchoServer extends TCPServer {
 *   override async handleStream(stream: IOStream): Promise<void> {
 *     await stream.write(await stream.readUntil("\n"));
 *     stream.close();
 *   }
 * }
 *
 * async function main(): Promise<string> {
 *   const server = new EchoServer();
 *   const [address] = server.listen(0, "127.0.0.1");
 *   using stream = await new TCPClient().connect("127.0.0.1", address!.port);
 *   await stream.write(new TextEncoder().encode("hello\n"));
 *   const answer = await stream.readUntilClose();
 *   server.stop();
 *   return new TextDecoder().decode(answer);
 * }
 *
 * // On a simulated host, so that it needs no permission; on the machine it is `IOLoop.instance()`.
 * const sim = new Simulation();
 * const ioLoop = new PollIOLoop(sim.host("local"));
 * assertEquals(await sim.run(() => ioLoop.runSync(main)), "hello\n");
 * ```
 */
export abstract class TCPServer {
  /** The loop that the server runs on. Tornado: `io_loop`. */
  readonly ioLoop: IOLoop;
  readonly #streamOptions: IOStreamOptions;
  readonly #tls: TLSServerOptions | null;
  /** The listeners that are served, each with what ends that. */
  readonly #served = new Map<ListenerHandle, () => void>();
  /** The listeners that wait for `start()`. */
  readonly #bound: ListenerHandle[] = [];
  /** Whether `start()` was called. */
  #isStarted = false;
  /** Whether `stop()` was called. */
  #isStopped = false;

  /**
   * Makes a server that serves nothing yet.
   *
   * @param options The loop, the limits of the buffers of its streams, and the certificate.
   * @throws {TypeError} If there is no certificate, or no key, in `sslOptions`.
   */
  constructor(options: TCPServerOptions = {}) {
    const { ioLoop = IOLoop.current(), sslOptions = null, ...streamOptions } = options;
    if (sslOptions !== null && !(sslOptions.cert && sslOptions.key)) {
      throw new TypeError("Cannot make the server: the certificate or its key is missing");
    }
    this.ioLoop = ioLoop;
    this.#tls = sslOptions === null ? null : { ...sslOptions, side: "server" };
    this.#streamOptions = streamOptions;
  }

  /**
   * Takes a connection. It may return a promise or a Deferred; others are taken meanwhile.
   *
   * Tornado: `handle_stream(stream, address)`.
   *
   * @param stream The connection, the callee's from now on.
   * @param address Where it comes from.
   */
  abstract handleStream(stream: IOStream, address: StreamAddress): unknown;

  /**
   * Serves a port. It may be called several times.
   *
   * Tornado: `listen(port, address="")`.
   *
   * @param port The port; 0 picks a free one.
   * @param address Which addresses: one, a name, or all for the empty text.
   * @returns The addresses, with their port.
   * @throws {SocketError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `NOT_CAPABLE` …
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   * @throws {TCPServerStateError} If the server was stopped.
   */
  listen(port: number, address = ""): readonly TCPAddress[] {
    this.#checkNotStopped("listen");
    const listeners = bindSockets(port, { ioLoop: this.ioLoop, address });
    this.addSockets(listeners);
    return listeners.map(({ localAddress }) => localAddress as TCPAddress);
  }

  /**
   * Serves listeners.
   *
   * Tornado: `add_sockets(sockets)`.
   *
   * @param listeners The listeners, the server's from now on.
   * @throws {HandlerExistsError} If one of them has a handler.
   * @throws {TCPServerStateError} If the server was stopped.
   */
  addSockets(listeners: Iterable<ListenerHandle>): void {
    this.#checkNotStopped("add sockets");
    for (const listener of listeners) {
      const remove = addAcceptHandler(listener, this.#onConnection, { ioLoop: this.ioLoop });
      this.#served.set(listener, remove);
    }
  }

  /**
   * Serves a listener.
   *
   * Tornado: `add_socket(socket)`.
   *
   * @param listener The listener, the server's from now on.
   * @throws {HandlerExistsError} If it has a handler.
   * @throws {TCPServerStateError} If the server was stopped.
   */
  addSocket(listener: ListenerHandle): void {
    this.addSockets([listener]);
  }

  /**
   * Listens on a port; connections wait until {@linkcode TCPServer.start}. It may be called several
   * times.
   *
   * Tornado: `bind(port, address=None, family=AF_UNSPEC, backlog=128, reuse_port=False)`.
   *
   * @param port The port; 0 picks a free one.
   * @param options Which addresses, and how.
   * @returns The addresses, with their port.
   * @throws {SocketError} As for {@linkcode TCPServer.listen}.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   * @throws {TCPServerStateError} If the server was stopped.
   */
  bind(port: number, options: ServerBindOptions = {}): readonly TCPAddress[] {
    this.#checkNotStopped("bind");
    const listeners = bindSockets(port, { ...options, ioLoop: this.ioLoop });
    if (this.#isStarted) this.addSockets(listeners);
    else this.#bound.push(...listeners);
    return listeners.map(({ localAddress }) => localAddress as TCPAddress);
  }

  /**
   * Serves what {@linkcode TCPServer.bind} has bound.
   *
   * Tornado: `start(num_processes=1)`.
   *
   * @param numProcesses In how many processes; only 1 is possible.
   * @throws {TCPServerStateError} If it was called before, or after {@linkcode TCPServer.stop}.
   * @throws {RangeError} If `numProcesses` is not 1.
   */
  start(numProcesses = 1): void {
    if (numProcesses !== 1) {
      throw new RangeError(`Cannot start ${numProcesses} processes: only 1 is possible`);
    }
    this.#checkNotStopped("start");
    if (this.#isStarted) {
      throw new TCPServerStateError("Cannot start the server: it is started");
    }
    this.#isStarted = true;
    this.addSockets(this.#bound.splice(0));
  }

  /**
   * Closes the listeners; connections go on. A second call is ignored.
   *
   * Tornado: `stop()`.
   */
  stop(): void {
    this.#isStopped = true;
    for (const [listener, remove] of this.#served) {
      remove();
      listener.close();
    }
    this.#served.clear();
    for (const listener of this.#bound.splice(0)) listener.close();
  }

  /** Stops the server, for `using`. */
  [Symbol.dispose](): void {
    this.stop();
  }

  readonly #onConnection = (connection: StreamHandle, address: StreamAddress): unknown => {
    const stream = this.#tls === null
      ? new IOStream(connection, this.ioLoop, this.#streamOptions)
      : SSLIOStream.over(connection, this.ioLoop, this.#tls, this.#streamOptions);
    try {
      const result = this.handleStream(stream, address);
      if (!isThenable(result)) return undefined;
      return result.then(undefined, (error: unknown) => {
        stream.close(error);
        throw error;
      });
    } catch (error) {
      stream.close(error);
      throw error;
    }
  };

  #checkNotStopped(verb: string): void {
    if (this.#isStopped) {
      throw new TCPServerStateError(`Cannot ${verb}: the server is stopped`);
    }
  }
}
