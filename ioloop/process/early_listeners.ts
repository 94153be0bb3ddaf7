/**
 * Listeners that are opened before there is a loop, so that workers can be started in between.
 *
 * They are of the platform that the default loop will be made on. A process cannot hand its sockets
 * on, so a worker opens those that its program had opened by then once more, on the same ports.
 *
 * @module
 */

import { DenoPlatform } from "../../poller/deno_platform.ts";
import { hasReusePort, takeWorkerRole, type WorkerRole } from "../../poller/deno_program.ts";
import { SocketError } from "../../poller/errors.ts";
import type { ListenerHandle } from "../../poller/handle.ts";
import type { Platform } from "../../poller/platform.ts";

/** The platform of the default loop, as long as that was not made; `null` if nobody needed it. */
let platform: DenoPlatform | null = null;

/** What this process was told as a worker; `undefined` until somebody asks. */
let role: WorkerRole | null | undefined;

/** The listeners, in the order in which they were opened; one list for each call. */
const opened: (readonly ListenerHandle[])[] = [];

/** Returns what this process was told as a worker; `null` if it is none. */
export function workerRole(): WorkerRole | null {
  if (role === undefined) role = takeWorkerRole();
  return role;
}

/** Returns the platform that the default loop will be made on. */
export function earlyPlatform(): Platform {
  return platform ??= new DenoPlatform();
}

/** Returns the platform for the default loop, which has it from now on. */
export function takeEarlyPlatform(): Platform {
  const taken = earlyPlatform();
  platform = null;
  opened.length = 0;
  return taken;
}

/**
 * Opens listeners on the early platform.
 *
 * @param port The port; 0 picks a free one.
 * @param open Opens them: on what port, and whether to share it.
 * @returns The listeners.
 * @throws {SocketError} `ENOTSUP` in a worker if ports cannot be shared, and what `open` throws.
 */
export function openEarly(
  port: number,
  open: (port: number, mustShare: boolean) => ListenerHandle[],
): ListenerHandle[] {
  const inherited = workerRole()?.ports[opened.length];
  const listeners = open(inherited ?? port, inherited !== undefined);
  opened.push(listeners);
  return listeners;
}

/** Where a process has listened, so that its workers can. */
export interface EarlyAddresses {
  /** The port of each call, in order. */
  readonly ports: readonly number[];
  /** Each address, as a permission names it. */
  readonly hosts: readonly string[];
}

/**
 * Closes the listeners, so that connections go to the workers.
 *
 * @returns Where they were.
 * @throws {SocketError} `ENOTSUP` if ports cannot be shared; the listeners then stay.
 */
export function handOverListeners(): EarlyAddresses {
  if (opened.length > 0) checkSharing();
  const hosts = new Set<string>();
  const ports = opened.map((listeners) => {
    let port = 0;
    for (const listener of listeners) {
      const address = listener.localAddress;
      if (address.transport !== "tcp") continue;
      const { hostname } = address;
      port = address.port;
      hosts.add(`${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`);
      listener.close();
    }
    return port;
  });
  opened.length = 0;
  return { ports, hosts: [...hosts] };
}

/**
 * Checks that several processes can listen on one port.
 *
 * @throws {SocketError} `ENOTSUP` if they cannot.
 */
export function checkSharing(): void {
  if (hasReusePort()) return;
  const reason = "reusePort is not granted: run with --unstable-net";
  throw new SocketError("ENOTSUP", `Cannot listen in several processes: ${reason}`);
}
