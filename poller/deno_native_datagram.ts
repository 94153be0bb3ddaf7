/**
 * The datagram sockets that a handle can stand on.
 *
 * @module
 */

import { UNIXDatagramSocket } from "./deno_unix_datagram.ts";
import type { DatagramAddress } from "./address.ts";
import { withoutBrackets } from "./deno_address.ts";
import { NodeDatagramSocket } from "./deno_node_datagram.ts";
import { abstractName, setFileMode } from "./deno_socket_file.ts";
import { SocketError } from "./errors.ts";
import type { MulticastSystem } from "./multicast_settings.ts";
import type { BindOptions } from "./network.ts";

/** What a datagram handle needs of a socket; `Deno.DatagramConn` has it. */
export interface NativeDatagram {
  /** The address that it is bound to. */
  readonly addr: Deno.Addr;
  /** Receives one datagram into a buffer; resolves with the part that it fills and its sender. */
  receive(buffer: Uint8Array<ArrayBuffer>): Promise<[Uint8Array, Deno.Addr]>;
  /** Sends one datagram. */
  send(bytes: Uint8Array<ArrayBuffer>, to: Deno.Addr): Promise<number>;
  /** Closes it; what is under way is rejected. */
  close(): void;
  /** Resolves after `close()` when operations of the socket's own, if it has such, have ended. */
  readonly ended?: Promise<void>;
  /** What it does with multicast groups, if it was asked for that. */
  readonly multicast?: MulticastSystem;
}

/** Deno has this only where it was started with `--unstable-net`. */
type ListenDatagram = (options: {
  transport: "udp" | "unixpacket";
  hostname?: string;
  port?: number;
  path?: string;
  reuseAddress?: boolean;
  loopback?: boolean;
}) => NativeDatagram;

/**
 * Binds a socket: Deno's own where it has them, `node:dgram` otherwise.
 *
 * @param address Where to; its port is valid.
 * @param options Whether to share the address, and whether to join groups.
 * @returns The socket, bound.
 */
export function bindNatively(address: DatagramAddress, options: BindOptions): NativeDatagram {
  const { listenDatagram } = Deno as unknown as { listenDatagram?: ListenDatagram };
  const reuseAddress = options.reuseAddress ?? false;
  if (address.transport === "unixpacket") {
    const path = address.path ?? abstractName();
    if (listenDatagram === undefined) {
      throw new SocketError(
        "ENOTSUP",
        `Cannot bind ${path}: Deno has UNIX datagrams only with --unstable-net`,
      );
    }
    const socket = new UNIXDatagramSocket(
      path,
      (path) => listenDatagram({ transport: "unixpacket", path }),
    );
    if (!path.startsWith("\0")) setFileMode(path, options.mode, socket);
    return socket;
  }
  const hostname = withoutBrackets(address.hostname);
  const { port } = address;
  if (listenDatagram === undefined || options.multicast) {
    return new NodeDatagramSocket(hostname, port, options);
  }
  // Everybody else's sockets hear on their own machine what they send to a group; Deno's must be asked.
  return listenDatagram({ transport: "udp", hostname, port, reuseAddress, loopback: true });
}
