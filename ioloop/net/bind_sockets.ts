/**
 * Opens listeners for servers.
 *
 * @module
 */

import { type AddressFamily, AF_INET, AF_INET6, AF_UNSPEC } from "../../poller/address_family.ts";
import { SocketError } from "../../poller/errors.ts";
import type { ListenerHandle } from "../../poller/handle.ts";
import type { Network } from "../../poller/network.ts";
import { isFallbackNext } from "../current_io_loop.ts";
import { IOLoop } from "../io_loop.ts";
import { earlyPlatform, openEarly } from "../process/early_listeners.ts";

/** How many connections may wait to be accepted, unless the caller says otherwise. */
const BACKLOG = 128;

/** How often a free port is looked for that is free on every address. */
const PORT_TRIES = 16;

/** How to listen. */
export interface ServerBindOptions {
  /**
   * Which addresses: one, a name, or all of the machine's for the empty text or `null`.
   *
   * @default {""}
   */
  readonly address?: string | null;
  /**
   * Whether to take IPv4 or IPv6 addresses only: `AF_INET`, `AF_INET6`, or `AF_UNSPEC` for both.
   *
   * @default {0}
   */
  readonly family?: AddressFamily;
  /**
   * How many connections may wait to be accepted.
   *
   * @default {128}
   */
  readonly backlog?: number;
  /**
   * Whether the port may be shared with other listeners that say the same. Deno has it with
   * `--unstable-net` only.
   *
   * @default {false}
   */
  readonly reusePort?: boolean;
}

/** How to listen, and where. */
export interface BindSocketsOptions extends ServerBindOptions {
  /**
   * The loop on whose platform to listen; by default the current one. Where there is none yet none
   * is made: the listeners are for the default loop, or for the workers of `forkProcesses()`.
   */
  readonly ioLoop?: IOLoop;
}

/**
 * Listens on every address that a name stands for, with one port.
 *
 * `localhost` stands for `127.0.0.1` and, where the machine has it, `::1`. All addresses of the
 * machine are one listener that takes both versions, where the machine has IPv6. Another name is
 * looked up by the platform.
 *
 * Tornado: `bind_sockets(port, address=None, family=AF_UNSPEC, backlog=128, flags=None,
 * reuse_port=False)` (`netutil.py`, 4.5.3). Differs from Tornado: no flags; one listener where
 * Tornado has two for all addresses; an address in use closes those that were opened before it.
 *
 * @param port The port; 0 or `null` picks one that is free on all of the addresses.
 * @param options Which addresses, and how.
 * @returns The listeners, at least one.
 * @throws {SocketError} `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`, `NOT_CAPABLE`, or `ENOTSUP` for
 * `reusePort` without the flag.
 * @throws {RangeError} If the port is not a whole number from 0 to 65535.
 */
export function bindSockets(
  port: number | null,
  options: BindSocketsOptions = {},
): ListenerHandle[] {
  if (options.ioLoop === undefined && isFallbackNext()) {
    const { network } = earlyPlatform();
    return openEarly(port ?? 0, (wanted, mustShare) => {
      return open(network, wanted, mustShare ? { ...options, reusePort: true } : options);
    });
  }
  return open((options.ioLoop ?? IOLoop.current()).platform.network, port ?? 0, options);
}

/** Listens on all addresses; looks for a port that is free on all of them if none is given. */
function open(network: Network, port: number, options: ServerBindOptions): ListenerHandle[] {
  const hostnames = addressesOf(options.address ?? "", options.family ?? AF_UNSPEC);
  for (let tries = 1;; tries++) {
    try {
      return listenOnAll(network, hostnames, port, options);
    } catch (error) {
      // The port that was free on the first address is taken on another.
      const isTaken = error instanceof SocketError && error.code === "EADDRINUSE";
      if (!isTaken || port !== 0 || tries === PORT_TRIES) throw error;
    }
  }
}

/** Addresses to listen on: all of a group, or the first that the machine has. */
interface Hostnames {
  readonly names: readonly string[];
  readonly isChoice: boolean;
}

function addressesOf(address: string, family: AddressFamily): Hostnames {
  if (address !== "" && address !== "localhost") return { names: [address], isChoice: false };
  const [v4, v6] = address === "" ? ["0.0.0.0", "::"] : ["127.0.0.1", "::1"];
  if (family === AF_INET) return { names: [v4 as string], isChoice: false };
  if (family === AF_INET6) return { names: [v6 as string], isChoice: false };
  return address === ""
    ? { names: [v6 as string, v4 as string], isChoice: true }
    : { names: [v4 as string, v6 as string], isChoice: false };
}

function listenOnAll(
  network: Network,
  { names, isChoice }: Hostnames,
  port: number,
  options: ServerBindOptions,
): ListenerHandle[] {
  const { backlog = BACKLOG, reusePort = false } = options;
  const listeners: ListenerHandle[] = [];
  let missing: unknown = null;
  try {
    for (const hostname of names) {
      if (isChoice && listeners.length > 0) break;
      const first = listeners[0]?.localAddress;
      const samePort = first !== undefined && "port" in first ? first.port : port;
      try {
        const address = { transport: "tcp", hostname, port: samePort } as const;
        listeners.push(network.listen(address, { backlog, reusePort }));
      } catch (error) {
        if (names.length === 1 || !isMissing(error)) throw error;
        missing = error;
      }
    }
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
  if (listeners.length === 0) throw missing;
  return listeners;
}

/** Whether the machine does not have an address that it might have. */
function isMissing(error: unknown): boolean {
  return error instanceof SocketError &&
    (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT");
}
