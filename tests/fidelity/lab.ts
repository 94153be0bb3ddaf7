/**
 * What scenarios are made of: handles of one platform, used pass by pass, and what is seen of them
 * as short text that is the same wherever the same thing happens.
 *
 * @module
 */

import {
  type AnyHandle,
  type Datagram,
  type DatagramHandle,
  type Handle,
  type Interest,
  type ListenerHandle,
  type ListenOptions,
  type Network,
  type Platform,
  type Poller,
  READ,
  SocketError,
  type StreamAddress,
  type StreamHandle,
  type UNIXStreamAddress,
  WRITE,
} from "../../poller/mod.ts";
import { ANY_PORT, type Pair, pass, until as untilDone } from "../contract/passes.ts";

/** What differs between the machine and a simulated host besides the platform. */
export interface Ground {
  /** The folder in which sockets can have files. */
  readonly folder: string;
  /** Leaves a socket file at a path, as a program does that crashes. */
  leaveSocketFile(path: string): Promise<void>;
}

/** How many exchanges make sure that everything has arrived that was sent before on the machine. */
const SETTLING_ROUNDS = 5;

/** A platform in the hands of a scenario. */
export class Lab {
  /** The platform. */
  readonly platform: Platform;
  readonly #ground: Ground;

  /** Takes a platform that nobody else uses. */
  constructor(platform: Platform, ground: Ground) {
    this.platform = platform;
    this.#ground = ground;
  }

  /** What opens handles. */
  get network(): Network {
    return this.platform.network;
  }

  /** What tells of readiness. */
  get poller(): Poller {
    return this.platform.poller;
  }

  /** The address of a socket file. */
  path(name = "socket"): UNIXStreamAddress & { readonly path: string } {
    return { transport: "unix", path: `${this.#ground.folder}/${name}` };
  }

  /** Has a socket file be left at a path by somebody who crashed; returns its address. */
  async stalePath(): Promise<UNIXStreamAddress & { readonly path: string }> {
    const address = this.path("stale");
    await this.#ground.leaveSocketFile(address.path);
    return address;
  }

  /** Listens on a free port, or where it is told. */
  listen(address: StreamAddress = ANY_PORT, options: ListenOptions = {}): ListenerHandle {
    return this.network.listen(address, options);
  }

  /** A TCP address on which nobody listens. */
  async freeAddress(hostname = "127.0.0.1"): Promise<StreamAddress> {
    const listener = this.listen({ transport: "tcp", hostname, port: 0 });
    listener.close();
    await listener.released;
    return listener.localAddress;
  }

  /** Waits until an attempt to connect has ended: `connected`, or the code of the error. */
  async settled(stream: StreamHandle): Promise<string> {
    await this.until(stream, WRITE, () => !stream.connecting);
    return stream.takeError()?.code ?? "connected";
  }

  /** Connects: `connected`, or the code of the error. */
  connect(address: StreamAddress): Promise<string> {
    return this.settled(this.network.connect(address));
  }

  /** Accepts the next connection. */
  async accept(listener: ListenerHandle): Promise<StreamHandle> {
    let stream = listener.accept();
    await this.until(listener, READ, () => (stream ??= listener.accept()) !== undefined);
    return stream as StreamHandle;
  }

  /** Two connected streams, TCP unless the address is another. */
  async pair(address: StreamAddress = ANY_PORT): Promise<Pair> {
    const listener = this.listen(address);
    const client = this.network.connect(listener.localAddress);
    const outcome = await this.settled(client);
    if (outcome !== "connected") throw new Error(`Cannot make a pair: ${outcome}`);
    const server = await this.accept(listener);
    listener.close();
    await listener.released;
    return { client, server };
  }

  /** Reads until the stream ends, or `count` bytes have come: `5 bytes, end`, `0 bytes, ECONNRESET`. */
  async read(stream: StreamHandle, count: number = Infinity): Promise<string> {
    let total = 0;
    let end = "";
    const take = (): boolean => {
      while (end === "" && total < count) {
        const outcome = tryTo(() => stream.receive());
        if (outcome === undefined) return false;
        if (outcome instanceof Uint8Array) total += outcome.length;
        else end = outcome ?? "end";
      }
      return true;
    };
    if (!take()) await this.until(stream, READ, take);
    return end === "" ? `${total} bytes` : `${total} bytes, ${end}`;
  }

  /** Sends until that fails; returns the code. */
  async sendUntilBroken(stream: StreamHandle): Promise<string> {
    const chunk = new Uint8Array(1);
    let code = "";
    const send = () => {
      const outcome = tryTo(() => stream.send(chunk));
      if (typeof outcome === "string") code = outcome;
      return code !== "";
    };
    while (!send()) await this.roundTrip();
    return code;
  }

  /** Sends everything; `null`, or the code of the error. */
  async sendAll(stream: StreamHandle, bytes: Uint8Array): Promise<string | null> {
    let sent = 0;
    let code: string | null = null;
    await this.until(stream, WRITE, () => {
      const outcome = tryTo(() => stream.send(bytes.subarray(sent)));
      if (typeof outcome === "string") code = outcome;
      else sent += outcome ?? 0;
      return sent === bytes.length || code !== null;
    });
    return code;
  }

  /** Receives a datagram. */
  async receiveFrom(socket: DatagramHandle): Promise<Datagram> {
    let datagram = socket.receive();
    await this.until(socket, READ, () => (datagram ??= socket.receive()) !== undefined);
    return datagram as Datagram;
  }

  /** Receives a datagram: `5 bytes`. */
  async receive(socket: DatagramHandle): Promise<string> {
    return `${(await this.receiveFrom(socket)).bytes.length} bytes`;
  }

  /** Lets everything arrive that is on its way on this machine. */
  async roundTrip(): Promise<void> {
    const { client, server } = await this.pair();
    for (let i = 0; i < SETTLING_ROUNDS; i++) {
      await this.sendAll(client, new Uint8Array(1));
      await this.read(server, 1);
      await this.sendAll(server, new Uint8Array(1));
      await this.read(client, 1);
    }
    for (const stream of [client, server]) stream.abort();
  }

  /** Makes passes until a handle is reported with all of some bits. */
  async ready(handle: AnyHandle, bits: Interest): Promise<void> {
    let isReady = false;
    await this.until(handle, bits, (events) => isReady ||= (events & bits) === bits);
  }

  /** Makes one pass; returns what it reported. */
  pass(timeout: number): Promise<{ handle: Handle; events: Interest }[]> {
    return pass(this.poller, timeout);
  }

  /** Watches a handle until something is true, which is looked at whenever the handle is reported. */
  async until(
    handle: AnyHandle,
    bits: Interest,
    holds: (events: Interest) => boolean,
  ): Promise<void> {
    if (holds(0)) return;
    let done = false;
    this.poller.register(handle, bits);
    await untilDone(this.poller, () => done, (reported, events) => {
      if (reported !== handle || done) return;
      done = holds(events);
      // Nothing more is to be reported of it.
      if (done) this.poller.unregister(handle);
    });
  }
}

/** Returns what a function returns, or the code (or else the name) of the error that it throws. */
export function tryTo<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof SocketError) return error.code;
    if (error instanceof Error) return error.name;
    throw error;
  }
}

/** `ok`, or the code of the error that a function throws. */
export function attempt(run: () => unknown): string {
  const outcome = tryTo(() => {
    run();
    return null;
  });
  return outcome ?? "ok";
}
