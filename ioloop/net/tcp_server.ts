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
import { checkLimits } from "../iostream/stream_arguments.ts";
import { checkSharing } from "../process/early_listeners.ts";
import { checkNotForked, type ForkOptions, forkProcesses } from "../process/fork_processes.ts";
import { isThenable } from "../thenable.ts";
import { addAcceptHandler } from "./accept_handler.ts";
import { bindSockets, type ServerBindOptions } from "./bind_sockets.ts";
import { TCPServerStateError } from "./errors.ts";
import type { TCPServerOptions } from "./tcp_server_options.ts";

/**
 * A server: derive from it and say what to do with a connection.
 *
 * Either `listen()`; or `bind()`, any number of times, and then `start()`; or `addSockets()` with
 * what `bindSockets()` returned. To use all processors, run it in several processes: `bind()` and
 * then `start(0)`, before any loop is made; or `bindSockets()`, `forkProcesses()` and
 * `addSockets()`.
 *
 * Tornado: `TCPServer` (`tcpserver.py`, 4.5.3).
 *
 * Differs from Tornado: `start()` in several processes returns a promise, since the program begins
 * anew in each; errors of {@linkcode TCPServer.handleStream} go to the loop's
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
  /** The loop, once it is known. */
  #ioLoop: IOLoop | null;
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
   * @throws {RangeError} If a limit is not a positive number.
   */
  constructor(options: TCPServerOptions = {}) {
    const { ioLoop = IOLoop.current({ instance: false }), sslOptions = null, ...streamOptions } =
      options;
    if (sslOptions !== null && !(sslOptions.cert && sslOptions.key)) {
      throw new TypeError("Cannot make the server: the certificate or its key is missing");
    }
    checkLimits(streamOptions);
    this.#ioLoop = ioLoop;
    this.#tls = sslOptions === null ? null : { ...sslOptions, side: "server" };
    this.#streamOptions = streamOptions;
  }

  /** The loop that the server runs on; found, or made, when it is first asked for. Tornado: `io_loop`. */
  get ioLoop(): IOLoop {
    return this.#ioLoop ??= IOLoop.current();
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
    const site = this.#ioLoop === null ? {} : { ioLoop: this.#ioLoop };
    const listeners = bindSockets(port, { ...options, ...site });
    if (this.#isStarted) this.addSockets(listeners);
    else this.#bound.push(...listeners);
    return listeners.map(({ localAddress }) => localAddress as TCPAddress);
  }

  /**
   * Serves what {@linkcode TCPServer.bind} has bound, in this process.
   *
   * Tornado: `start(num_processes=1)`.
   *
   * @param numProcesses One.
   * @throws {TCPServerStateError} If it was called before, or after {@linkcode TCPServer.stop}.
   */
  start(numProcesses?: 1): void;
  /**
   * Serves what {@linkcode TCPServer.bind} has bound, in several processes, as
   * {@linkcode forkProcesses} makes them: each worker runs the program from its beginning and serves
   * the same ports, this process supervises them. `taskId()` tells a worker its number.
   *
   * It is for servers that were given no loop, in programs that have made none yet.
   *
   * Tornado: `start(num_processes, max_restarts=None)`.
   *
   * @example All processors
   * ```ts ignore
   * // deno run --allow-net --allow-run --unstable-net server.ts
   * const server = new EchoServer();
   * server.bind(8888);
   * await server.start(0);
   * await IOLoop.current().start();
   * ```
   *
   * @param numProcesses How many processes; 0 for one per processor, 1 for this one.
   * @param options How workers are started and restarted.
   * @returns A promise, fulfilled in each worker; in this process only if `numProcesses` is 1. It
   * rejects as that of {@linkcode forkProcesses}, also with `SocketError` (`ENOTSUP`) wherever ports
   * cannot be shared.
   * @throws {TCPServerStateError} If it was called before, or after {@linkcode TCPServer.stop}.
   */
  start(numProcesses: number, options?: ForkOptions): Promise<void>;
  start(numProcesses: number = 1, options: ForkOptions = {}): Promise<void> {
    this.#checkNotStopped("start");
    if (this.#isStarted) {
      throw new TCPServerStateError("Cannot start the server: it is started");
    }
    if (numProcesses !== 1) return this.#startInWorkers(numProcesses, options);
    this.#startHere();
    return Promise.resolve();
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
    const stream = this.#streamOver(connection);
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

  #streamOver(connection: StreamHandle): IOStream {
    try {
      return this.#tls === null
        ? new IOStream(connection, this.ioLoop, this.#streamOptions)
        : SSLIOStream.over(connection, this.ioLoop, this.#tls, this.#streamOptions);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #startHere(): void {
    this.#isStarted = true;
    this.addSockets(this.#bound.splice(0));
  }

  async #startInWorkers(numProcesses: number, options: ForkOptions): Promise<void> {
    checkNotForked();
    checkSharing();
    await forkProcesses(numProcesses, options);
    this.#startHere();
  }

  #checkNotStopped(verb: string): void {
    if (this.#isStopped) {
      throw new TCPServerStateError(`Cannot ${verb}: the server is stopped`);
    }
  }
}
