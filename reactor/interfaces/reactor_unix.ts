/**
 * Streams between the processes of a machine.
 *
 * @module
 */

import type { FilesystemLock } from "../deferred/deno_file_lock.ts";
import type { IConnector } from "./connector.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IClientFactory, IProtocolFactory } from "./protocol_factory.ts";

/** How to listen on a path. */
export interface ListenUNIXOptions {
  /**
   * How many connections may wait to be accepted.
   *
   * @default {50}
   */
  readonly backlog?: number;
  /**
   * The permission bits of the socket's file.
   *
   * @default {0o666}
   */
  readonly mode?: number;
  /**
   * Whether to hold a lock next to the socket's file, named like it with `.lock` at the end, for as
   * long as the port listens. A socket's file whose lock nobody holds is one that a crashed process has
   * left behind, and is replaced. A lock of one's own may be given instead.
   *
   * @default {false}
   */
  readonly wantPID?: boolean | FilesystemLock;
}

/** How to connect to a path. */
export interface ConnectUNIXOptions {
  /**
   * How long the attempt may take, in seconds.
   *
   * @default {30}
   */
  readonly timeout?: number;
  /**
   * Whether to look first if somebody holds the lock of the port; the attempt fails with
   * `BadFileError` if nobody does. For ports that listen with `wantPID`. The lock itself may be given
   * instead.
   *
   * @default {false}
   */
  readonly checkPID?: boolean | FilesystemLock;
}

/**
 * Opens UNIX ports and connections. Twisted: `IReactorUNIX` (`internet/interfaces.py`, 24.7). Differs
 * from Twisted: what follows the factory is one options object; the lock of `wantPID` is one of the
 * operating system, which gives it back when a process ends; descriptors cannot be sent along, since
 * Deno has no way to.
 */
export interface IReactorUNIX {
  /**
   * Listens on a path. The socket's file is removed when the port is closed.
   *
   * @param address The path of the socket's file; one that begins with a NUL stands for no file (Linux
   * only).
   * @param factory Makes a protocol for each connection.
   * @param options The backlog, the mode of the file, and whether to hold a lock.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the path cannot be listened on, or its lock is held.
   */
  listenUNIX(
    address: string,
    factory: IProtocolFactory,
    options?: ListenUNIXOptions,
  ): IListeningPort;
  /**
   * Begins to connect. Nothing but `factory.doStart()` and `factory.startedConnecting()` is called
   * before this returns.
   *
   * @param address The path.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out, and whether to look for the lock.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the time-out is negative or `NaN`.
   */
  connectUNIX(
    address: string,
    factory: IClientFactory,
    options?: ConnectUNIXOptions,
  ): IConnector;
}
