/**
 * The network of the seam: what opens handles.
 *
 * @module
 */

import type { DatagramAddress, StreamAddress } from "./address.ts";
import type { AnyHandle, DatagramHandle, ListenerHandle, StreamHandle } from "./handle.ts";
import type { InheritedDescriptor } from "./inherited_descriptor.ts";
import type { ServiceTransport } from "./services.ts";

/** How to listen. */
export interface ListenOptions {
  /**
   * How many connections may wait to be accepted.
   *
   * @default {128}
   */
  readonly backlog?: number;
  /**
   * Whether the port may be shared with other listeners that say the same; the system spreads the
   * connections over them. TCP only. Deno has it with `--unstable-net` only.
   *
   * @default {false}
   */
  readonly reusePort?: boolean;
  /**
   * Whether a socket file that stands at the path is removed first, as one is that a crashed process
   * left behind; also one that is in use. UNIX only.
   *
   * @default {false}
   */
  readonly replaceSocketFile?: boolean;
  /** The permission bits of the socket file, set after it was made. UNIX only. */
  readonly mode?: number;
}

/** How to connect. */
export interface ConnectOptions {
  /**
   * The local address to connect from: a literal, and a port that may be 0. By default the system
   * chooses.
   */
  readonly from?: StreamAddress;
}

/** How to bind a datagram socket. */
export interface BindOptions {
  /**
   * Whether the address may be shared with other sockets that say the same. What is sent to one of them
   * alone reaches one of them; what is sent to a group reaches all.
   *
   * @default {false}
   */
  readonly reuseAddress?: boolean;
  /**
   * Whether the socket can join multicast groups. UDP only. On Deno such a socket stands on
   * `node:dgram`, which can more than Deno's own and needs no flag.
   *
   * @default {false}
   */
  readonly multicast?: boolean;
  /** The permission bits of the socket file, set after it was made. UNIX only. */
  readonly mode?: number;
}

/**
 * Opens handles. None of the calls blocks; a handle belongs to the platform whose network opened
 * it, and only that platform's poller can watch it.
 */
export interface Network {
  /**
   * The handles that are open, by {@linkcode Handle.id}, oldest first. A handle leaves on
   * `close()` or `abort()`, also while bytes that it took are still being sent.
   */
  readonly handles: ReadonlyMap<number, AnyHandle>;
  /**
   * Listens for connections.
   *
   * @param address Where; port 0 picks a free one.
   * @param options The backlog, and what may be shared or replaced.
   * @returns The listener, bound and listening.
   * @throws {SocketError} `EADDRINUSE` (also for a path at which something else than a socket
   * stands), `EADDRNOTAVAIL`, `EACCES`, `EMFILE`, `NOT_CAPABLE`, `ENOTSUP` for an option that the
   * platform does not have …
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listen(address: StreamAddress, options?: ListenOptions): ListenerHandle;
  /**
   * Begins to connect.
   *
   * @param address Where to. A host name is resolved by the platform.
   * @param options The local address.
   * @returns At once a stream that connects. It becomes ready for WRITE when it is connected, and
   * for WRITE with ERROR when it failed; {@linkcode Handle.takeError} tells which.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535.
   */
  connect(address: StreamAddress, options?: ConnectOptions): StreamHandle;
  /**
   * Opens a datagram socket.
   *
   * @param address Where to receive; port 0 picks a free one.
   * @param options Whether to share the address.
   * @returns The socket, bound.
   * @throws {SocketError} As for {@linkcode Network.listen}; `ENOTSUP` if the platform has none.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  bindDatagram(address: DatagramAddress, options?: BindOptions): DatagramHandle;
  /**
   * Tells what a service manager has handed down to the process, whether it was taken over or not.
   *
   * A platform that cannot know does not have this method.
   *
   * @returns The descriptors, in the manager's order; the same each time.
   * @throws {SocketError} `NOT_CAPABLE` without the permission to look.
   */
  inheritedDescriptors?(): readonly InheritedDescriptor[];
  /**
   * Takes over a listening socket that the process has inherited from the one that started it. To
   * close the listener closes this process's descriptor only: others that have the socket go on.
   *
   * A platform that cannot do so does not have this method.
   *
   * @param descriptor The number of the descriptor. It belongs to the listener from now on.
   * @returns The listener. What the path of a UNIX socket is, Deno does not tell: it is `null` there.
   * @throws {SocketError} `EBADF` if there is no such descriptor, or it was taken over before;
   * `EINVAL` if it is none of a socket that can listen, and on Deno also if it is not open.
   */
  adoptListener?(descriptor: number): ListenerHandle;
  /**
   * Takes over a connected socket that the process has inherited from the one that started it.
   *
   * A platform that cannot do so does not have this method.
   *
   * @param descriptor The number of the descriptor. It belongs to the stream from now on.
   * @returns The stream, connected. What the paths of a UNIX socket are, Deno does not tell.
   * @throws {SocketError} `EBADF` if there is no such descriptor, or it was taken over before;
   * `EINVAL` if it is none of a stream, and on Deno also if it is not open; `ENOTCONN` if the stream is not connected.
   */
  adoptStream?(descriptor: number): StreamHandle;
  /**
   * Takes over a bound datagram socket that the process has inherited from the one that started it.
   * To close the handle closes this process's descriptor only.
   *
   * A platform that cannot do so, as Deno, does not have this method.
   *
   * @param descriptor The number of the descriptor. It belongs to the handle from now on.
   * @returns The socket.
   * @throws {SocketError} `EBADF` if there is no such descriptor, or it was taken over before;
   * `EINVAL` if it is none of a datagram socket.
   */
  adoptDatagram?(descriptor: number): DatagramHandle;
  /**
   * Tells the file apart that a path leads to, also by a link.
   *
   * @param path The path.
   * @returns A text that no other file has that exists at the same time; `null` if there is no file, it may
   * not be looked at, or files have one path each.
   */
  identifyFile(path: string): string | null;
  /**
   * Finds the port of a service, in the table that the machine has now.
   *
   * @param name The name, as in `http`.
   * @param transport What it is spoken over.
   * @returns The port; `null` if the table has no such name.
   * @throws {SocketError} `NOT_CAPABLE` or another code if the table may not be read.
   */
  findService(name: string, transport: ServiceTransport): number | null;
}
