/**
 * Opens Deno's listeners.
 *
 * @module
 */

import { formatAddress, type StreamAddress } from "./address.ts";
import { withoutBrackets } from "./deno_address.ts";
import type { NativeListener } from "./deno_listener.ts";
import { hasReusePort } from "./deno_program.ts";
import { setFileMode } from "./deno_socket_file.ts";
import { UNIXListener } from "./deno_unix_listener.ts";
import { SocketError } from "./errors.ts";
import type { ListenOptions } from "./network.ts";

/** How many connections may wait to be accepted, unless the caller says otherwise. */
const BACKLOG = 128;

/**
 * Listens.
 *
 * @param address Where; its port was checked.
 * @param options How.
 * @returns The listener.
 * @throws {SocketError} If an option cannot be had.
 * @throws {Error} What Deno throws.
 */
export function listenNatively(address: StreamAddress, options: ListenOptions): NativeListener {
  if (address.transport === "unix") return listenUNIX(address.path, options);
  const { hostname, port } = address;
  if (options.reusePort && !hasReusePort()) {
    const reason = "reusePort is not granted: run with --unstable-net";
    throw new SocketError("ENOTSUP", `Cannot listen on ${formatAddress(address)}: ${reason}`);
  }
  return Deno.listen({
    hostname: withoutBrackets(hostname),
    port,
    tcpBacklog: options.backlog ?? BACKLOG,
    reusePort: options.reusePort ?? false,
  } as Deno.TcpListenOptions);
}

function listenUNIX(path: string | null, options: ListenOptions): NativeListener {
  if (path === null) throw new TypeError("The path of a UNIX listener is missing");
  // An abstract name, on Linux, stands for no file.
  const hasFile = !path.startsWith("\0");
  if (hasFile && options.replaceSocketFile) removeSocketFile(path);
  if (!hasFile) return Deno.listen({ transport: "unix", path });
  const listener = new UNIXListener(path);
  setFileMode(path, options.mode, listener);
  return listener;
}

function removeSocketFile(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!info.isSocket) {
    throw new SocketError("EADDRINUSE", `Cannot listen on ${path}: file is not a socket`);
  }
  Deno.removeSync(path);
}
