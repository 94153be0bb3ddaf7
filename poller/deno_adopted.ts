/**
 * Sockets that the process has inherited, through `node:net`: nothing of Deno's own is made of a
 * descriptor.
 *
 * Datagram sockets are not among them: `node:dgram` has `bind({ fd })`, but refuses every socket in
 * Deno 2.9.6 (`ERR_INVALID_FD_TYPE`: "Unsupported fd type: UNKNOWN").
 *
 * @module
 */

import net from "node:net";
import { socketError, toSocketError } from "./deno_errors.ts";
import type { NativeListener } from "./deno_listener.ts";
import type { NativeStream } from "./deno_native_stream.ts";
import { NodeStream } from "./deno_node_stream.ts";
import { SocketError } from "./errors.ts";

/** What was taken over: a second handle would share the descriptor, and close it under the first. */
const adopted = new Set<number>();

/** `node:net` tells no paths. */
const UNNAMED = { transport: "unix", path: "" } as Deno.UnixAddr;

/**
 * Takes over a listening socket.
 *
 * @param descriptor The number of the descriptor.
 * @returns The listener.
 * @throws {SocketError} `EBADF` if it was taken over before or is no number of a descriptor, `EINVAL`
 * if it cannot listen.
 */
export function adoptListening(descriptor: number): NativeListener {
  const operation = `listen on descriptor ${descriptor}`;
  checkDescriptor(operation, descriptor);
  const listener = new NodeListener(descriptor);
  if (!listener.listening) throw socketError(operation, "EINVAL");
  adopted.add(descriptor);
  return listener;
}

/**
 * Takes over a connected socket.
 *
 * @param descriptor The number of the descriptor.
 * @returns The connection.
 * @throws {SocketError} `EBADF` if it was taken over before or is no number of a descriptor, `EINVAL`
 * if it is no stream, `ENOTCONN` if it is not connected.
 */
export function adoptConnected(descriptor: number): NativeStream {
  const operation = `adopt descriptor ${descriptor}`;
  checkDescriptor(operation, descriptor);
  let socket: net.Socket;
  try {
    socket = new net.Socket({
      fd: descriptor,
      readable: true,
      writable: true,
      allowHalfOpen: true,
    });
  } catch (error) {
    const { message } = toSocketError(operation, error);
    throw new SocketError("EINVAL", message, { cause: error });
  }
  adopted.add(descriptor);
  if (socket.localAddress === undefined) return new NodeStream(socket, UNNAMED, UNNAMED);
  if (socket.remoteAddress !== undefined) return streamOf(socket);
  socket.destroy();
  throw socketError(operation, "ENOTCONN");
}

function checkDescriptor(operation: string, descriptor: number): void {
  if (Number.isInteger(descriptor) && descriptor >= 0 && !adopted.has(descriptor)) return;
  throw socketError(operation, "EBADF");
}

/** Wraps a connection whose both ends have addresses; one without has paths. */
function streamOf(socket: net.Socket): NodeStream {
  const { localAddress: local, localPort, remoteAddress: remote, remotePort } = socket;
  if (local === undefined || remote === undefined) return new NodeStream(socket, UNNAMED, UNNAMED);
  return new NodeStream(
    socket,
    { transport: "tcp", hostname: local, port: localPort ?? 0 },
    { transport: "tcp", hostname: remote, port: remotePort ?? 0 },
  );
}

/** An accept that waits for a connection. */
interface Reception {
  resolve(conn: NativeStream): void;
  reject(error: unknown): void;
}

/** A server of `node:net` in the shape of Deno's listeners. It accepts without being asked. */
class NodeListener implements NativeListener {
  readonly #server: net.Server;
  readonly #waiting: net.Socket[] = [];
  #reception: Reception | null = null;

  /** Listens on a descriptor, or fails to: see {@linkcode NodeListener.listening}. */
  constructor(descriptor: number) {
    this.#server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.#server.on("connection", (socket) => this.#onConnection(socket));
    // That it cannot listen is told too late for the caller, who looks for it at once.
    this.#server.on("error", (error) => this.#fail(error));
    this.#server.listen({ fd: descriptor });
    // What keeps the process alive is the poll that waits.
    this.#server.unref();
  }

  /** Whether the descriptor could be listened on. */
  get listening(): boolean {
    return this.#server.listening;
  }

  /** The address that is listened on; nameless for a path. */
  get addr(): Deno.Addr {
    const address = this.#server.address();
    if (address === null || typeof address === "string") return UNNAMED;
    return { transport: "tcp", hostname: address.address, port: address.port };
  }

  /** Accepts one connection. */
  accept(): Promise<NativeStream> {
    const socket = this.#waiting.shift();
    if (socket !== undefined) return Promise.resolve(streamOf(socket));
    return new Promise((resolve, reject) => this.#reception = { resolve, reject });
  }

  /** Closes the descriptor, and the connections that nobody has accepted. */
  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#fail(new Deno.errors.BadResource("The listener is closed"));
  }

  #onConnection(socket: net.Socket): void {
    if (this.#reception === null) {
      this.#waiting.push(socket);
      return;
    }
    this.#reception.resolve(streamOf(socket));
    this.#reception = null;
  }

  #fail(error: Error): void {
    this.#reception?.reject(error);
    this.#reception = null;
  }
}
