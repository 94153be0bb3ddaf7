/**
 * Listening UNIX ports.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { ListenerHandle, StreamHandle } from "../../poller/handle.ts";
import type { FilesystemLock } from "../deferred/deno_file_lock.ts";
import { CannotListenError } from "../errors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ListenUNIXOptions } from "../interfaces/reactor_unix.ts";
import { UNIXAddress } from "./address.ts";
import { BasePort } from "./base_port.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { lockOf } from "./unix_lock.ts";
import { UNIXServer } from "./unix_server.ts";

/** Twisted's default for how many connections may wait to be accepted. */
const BACKLOG = 50;

/** Twisted's default for the permission bits of the file: everybody may connect. */
const MODE = 0o666;

/**
 * Accepts connections to a path and gives each a protocol of its factory. Made by
 * `reactor.listenUNIX`.
 *
 * Twisted: `Port` (`internet/unix.py`, 24.7). Differs from Twisted: see {@linkcode BasePort}.
 */
export class UNIXPort extends BasePort {
  /** The path. */
  readonly fileName: string;
  /** The permission bits of the file. */
  readonly mode: number;
  /** How many connections may wait to be accepted. */
  readonly backlog: number;
  /** Held while the port listens; `null` if none was asked for. */
  readonly #lock: FilesystemLock | null;
  /** What is listened on at first, if it was opened by somebody else. */
  #adopted: ListenerHandle | null;

  /**
   * Makes a port that does not listen yet.
   *
   * @param tcp What it belongs to.
   * @param address The path.
   * @param factory Makes the protocols.
   * @param options The backlog, the mode of the file, and whether to hold a lock.
   * @param adopted What to listen on when it is started for the first time; by default it is opened.
   */
  constructor(
    tcp: ReactorTCP,
    address: string,
    factory: IProtocolFactory,
    options: ListenUNIXOptions = {},
    adopted: ListenerHandle | null = null,
  ) {
    super(tcp, factory);
    this.#adopted = adopted;
    this.fileName = address;
    this.mode = options.mode ?? MODE;
    this.backlog = options.backlog ?? BACKLOG;
    this.#lock = lockOf(address, options.wantPID);
  }

  /** Returns the path that is listened on; nameless if the socket was adopted and Deno does not tell. */
  override getHost(): UNIXAddress {
    return new UNIXAddress(this.fileName === "" ? null : this.fileName);
  }

  /** Opens the listener, with the lock held. */
  protected override bind(): ListenerHandle {
    const adopted = this.#adopted;
    this.#adopted = null;
    if (adopted !== null) return adopted;
    const lock = this.#lock;
    if (lock !== null && !lock.lock()) {
      const message = `Cannot listen on ${this.fileName}: its lock is held by a process`;
      throw new SocketError("EADDRINUSE", message);
    }
    try {
      return this.tcp.reactor.platform.network.listen({ transport: "unix", path: this.fileName }, {
        backlog: this.backlog,
        mode: this.mode,
        // Whoever held the lock before has not closed the port: the file is left over.
        replaceSocketFile: lock !== null,
      });
    } catch (error) {
      lock?.unlock();
      throw error;
    }
  }

  /** Gives back the lock. */
  protected override released(): void {
    this.#lock?.unlock();
  }

  /** Says that it cannot be listened. */
  protected override cannotListen(error: SocketError): CannotListenError {
    return new CannotListenError("", this.fileName, error);
  }

  /** Returns who has connected: a client has a path only if it was bound to one. */
  protected override peerOf({ remoteAddress }: StreamHandle): UNIXAddress {
    return new UNIXAddress("path" in remoteAddress ? remoteAddress.path : null);
  }

  /** Makes the transport of a connection. */
  protected override serve(
    stream: StreamHandle,
    protocol: IProtocol,
    session: number,
  ): UNIXServer {
    const ends = { host: this.getHost(), peer: this.peerOf(stream) };
    return new UNIXServer(this.tcp, stream, protocol, { ...ends, session });
  }

  /** What stands before "Port" in the log. */
  protected override get type(): string {
    return "UNIX";
  }

  /** Returns the path, quoted. */
  protected override place(): string {
    return `'${this.fileName}'`;
  }
}
