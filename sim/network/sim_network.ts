/**
 * The network, as seen from one simulated host.
 *
 * @module
 */

import {
  type Address,
  type BindOptions,
  COMMON_SERVICES,
  type ConnectOptions,
  type DatagramAddress,
  formatAddress,
  type InheritedDescriptor,
  isMulticastAddress,
  type ListenOptions,
  type Network,
  type ServiceTransport,
  SocketError,
  type StreamAddress,
  type TLSOptions,
} from "../../poller/mod.ts";
import { beginToConnect, failLater } from "./handshake.ts";
import type { SimHost } from "../host/host.ts";
import { InheritedHandles } from "../host/inherited_handles.ts";
import { Ports } from "./ports.ts";
import { findLocal } from "./routes.ts";
import { pathError } from "./socket_path.ts";
import { SimDatagram } from "./sim_datagram.ts";
import { SimListener } from "./sim_listener.ts";
import { SimStream } from "./sim_stream.ts";
import { SimTLSStream } from "./sim_tls_stream.ts";
import { addSeconds } from "../virtual_time.ts";

/** How many connections may wait unless the caller says otherwise. */
const BACKLOG_DEFAULT = 128;

/** What a host can have open. */
type OpenHandle = SimStream | SimTLSStream | SimListener | SimDatagram;

/** Opens the handles of one host, and knows its addresses. */
export class SimNetwork implements Network {
  /** The listeners, by port and path. */
  readonly streams: Ports<SimListener>;
  /** The datagram sockets, by port and path. */
  readonly datagrams: Ports<SimDatagram>;
  /** How many sockets are in each multicast group on each interface. */
  readonly memberships: Map<string, number>;
  /** The paths at which a program that crashed has left the files of its sockets. */
  readonly socketFiles: Set<string>;
  /** The names of services of the host; `null` until they are asked for. */
  #services: Map<string, number> | null;
  readonly #host: SimHost;
  readonly #main: SimNetwork | null;
  readonly #handles = new Map<number, OpenHandle>();
  /** The handles that the program has inherited and not taken over. */
  readonly #inherited = new InheritedHandles<OpenHandle>();

  #handlesMax: number;
  #hasReserve: boolean;
  /** How many sockets were given a name. */
  #names = 0;

  /**
   * Made by the host.
   *
   * @param main The network of the host of whose machine this one is a process: ports, paths and the
   * names of services are shared.
   * @param old The network of the host in whose place this one is: what is on the disk is still there.
   */
  constructor(host: SimHost, main: SimNetwork | null, old: SimNetwork | null = null) {
    this.#host = host;
    this.#main = main;
    this.streams = main?.streams ?? new Ports(host, "stream");
    this.datagrams = main?.datagrams ?? new Ports(host, "datagram");
    this.memberships = main?.memberships ?? new Map();
    this.socketFiles = main?.socketFiles ?? new Set(old?.socketFiles);
    this.#services = old === null ? null : old.#services;
    this.#handlesMax = main === null ? Infinity : main.#handlesMax;
    this.#hasReserve = main === null || main.#hasReserve;
  }

  /**
   * The ports of the services that the host knows by name, as `http/tcp`: at first some common ones
   * (`COMMON_SERVICES`). A test changes them by `sim.hosts.services()`.
   */
  get services(): Map<string, number> {
    return this.#main?.services ?? (this.#services ??= new Map(COMMON_SERVICES));
  }

  /** The handles that are open, oldest first. */
  get handles(): ReadonlyMap<number, OpenHandle> {
    return this.#handles;
  }

  /** Listens for connections. */
  listen(address: StreamAddress, options: ListenOptions = {}): SimListener {
    this.#checkUsable("listen on", address);
    const local = this.#localize("listen on", address);
    if (options.replaceSocketFile && "path" in local) {
      this.#host.noteShared(`file ${local.path}`, true);
      this.socketFiles.delete(local.path ?? "");
      this.streams.evict(local);
    }
    this.#checkFile("listen on", local);
    const share = options.reusePort ?? false;
    this.streams.checkFree("listen on", local, (other) => share && other.reusePort);
    const bound = this.#pickPort(local, this.streams);
    const { backlog = BACKLOG_DEFAULT } = options;
    const listener = new SimListener(this.#host, bound, backlog, share);
    this.streams.add(listener);
    this.#handles.set(listener.id, listener);
    this.#host.record("listen", listener.label, formatAddress(bound));
    return listener;
  }

  /** Begins to connect. */
  connect(address: StreamAddress, options: ConnectOptions = {}): SimStream {
    if ("port" in address) checkPort(address.port, 1);
    const stream = new SimStream(this.#host, address);
    // What is left of a program that has ended may still call; nothing comes of it.
    if (this.#host.program === "ended") {
      stream.vanish();
      return stream;
    }
    const isFull = this.isFull;
    this.#handles.set(stream.id, stream);
    this.#host.record("connect", stream.label, formatAddress(address));
    if (isFull) failLater(stream, tooManyFiles("connect to", address));
    else beginToConnect(stream, address, options.from);
    return stream;
  }

  /** Opens a datagram socket. */
  bindDatagram(address: DatagramAddress, options: BindOptions = {}): SimDatagram {
    this.#checkUsable("bind", address);
    const share = options.reuseAddress ?? false;
    const local = this.#localize("bind", address);
    this.#checkFile("bind", local);
    this.datagrams.checkFree("bind", local, (other) => share && other.reuseAddress);
    const socket = new SimDatagram(this.#host, this.#pickPort(local, this.datagrams), options);
    this.datagrams.add(socket);
    this.#handles.set(socket.id, socket);
    this.#host.record("bind", socket.label, formatAddress(socket.localAddress));
    return socket;
  }

  /** Tells nothing: there are no links, so each file has one path. */
  identifyFile(): null {
    return null;
  }

  /** Finds the port of a service in {@linkcode SimNetwork.services}. */
  findService(name: string, transport: ServiceTransport): number | null {
    return this.services.get(`${name}/${transport}`) ?? null;
  }

  /** Tells what the program has inherited, in order. */
  inheritedDescriptors(): readonly InheritedDescriptor[] {
    return this.#inherited.descriptors;
  }

  /** Takes over a listener that was inherited. */
  adoptListener(descriptor: number): SimListener {
    return this.#adopt(descriptor, "listener");
  }

  /** Takes over a stream that was inherited. */
  adoptStream(descriptor: number): SimStream | SimTLSStream {
    return this.#adopt(descriptor, "stream");
  }

  /** Takes over a datagram socket that was inherited. */
  adoptDatagram(descriptor: number): SimDatagram {
    return this.#adopt(descriptor, "datagram");
  }

  /** Makes an open handle one that the program has inherited, and has to take over. */
  bequeath(handle: OpenHandle, name: string): void {
    this.#host.touch();
    this.#handles.delete(handle.id);
    this.#inherited.add(handle, name);
    if (handle.kind !== "stream") handle.isShared = true;
  }

  /** Takes out the handles that the program has inherited and will not take over any more. */
  disinherit(): OpenHandle[] {
    return this.#inherited.clear();
  }

  #adopt<K extends OpenHandle["kind"]>(
    descriptor: number,
    kind: K,
  ): Extract<OpenHandle, { readonly kind: K }> {
    const handle = this.#inherited.take(descriptor, kind);
    this.#handles.set(descriptor, handle);
    this.#host.record("adopt", handle.label, "");
    return handle;
  }

  /** The process that what comes to an address is for, as things are; the first if it is for nobody. */
  processAt(ports: Ports<SimListener> | Ports<SimDatagram>, address: Address): SimHost {
    const host = this.#host;
    return host.isShared ? ports.find(address)?.host ?? host.main : host;
  }

  /** Goes over to TLS on a connection, under another handle. */
  startTls(stream: SimStream, operation: string, options: TLSOptions): SimTLSStream {
    const secured = new SimTLSStream(stream, operation, options);
    this.#handles.set(secured.id, secured);
    secured.start();
    return secured;
  }

  /** Takes in a stream that was accepted. */
  adopt(stream: SimStream): void {
    this.#handles.set(stream.id, stream);
    if (!this.#host.world.trace.enabled) return;
    this.#host.record("accept", stream.label, formatAddress(stream.remoteAddress));
  }

  /** Lets go of a handle that was closed. */
  release(id: number): void {
    this.#handles.delete(id);
    if (this.#handlesMax !== Infinity) this.#tellListeners();
  }

  /** Whether there are as many handles as there may be. */
  get isFull(): boolean {
    return this.#handles.size >= this.#handlesMax;
  }

  /** Whether so many handles more may be open. */
  hasRoomFor(count: number): boolean {
    return this.#handles.size + count <= this.#handlesMax;
  }

  /** Whether peers for whom there is no descriptor are turned away with one that is held in reserve. */
  get hasReserve(): boolean {
    return this.#hasReserve;
  }

  /** Limits how many handles may be open, besides one in reserve, if there is one. */
  limitDescriptors(max: number, hasReserve: boolean): void {
    this.#host.touch();
    this.#handlesMax = max;
    this.#hasReserve = hasReserve;
    this.#tellListeners();
  }

  /** Has a connection that is over keep its port for a while. */
  linger(port: number): void {
    const { time, link } = this.#host.world;
    if (link.timeWait === 0) return;
    this.streams.linger(port, 1);
    const at = addSeconds(time.now, link.timeWait);
    time.schedule(at, () => this.streams.linger(port, -1), this.#host.lane);
  }

  /** Gives back a port that a connection used. */
  releasePort(port: number): void {
    this.streams.giveBack(port);
  }

  /** Frees the address of a listener. */
  unlisten(listener: SimListener): void {
    this.streams.remove(listener);
    if ("port" in listener.localAddress) this.streams.giveBack(listener.localAddress.port);
  }

  /** Frees the address of a datagram socket. */
  unbind(socket: SimDatagram): void {
    this.datagrams.remove(socket);
    if ("port" in socket.localAddress) this.datagrams.giveBack(socket.localAddress.port);
  }

  /** Leaves the files of sockets where they are, as a crash does. */
  leaveSocketFiles(): void {
    for (const handle of this.#handles.values()) {
      if (handle.kind === "stream" || !("path" in handle.localAddress)) continue;
      const { path } = handle.localAddress;
      // Abstract names are no files.
      if (path !== null && !path.startsWith("\0")) this.socketFiles.add(path);
    }
  }

  /** Has listeners with connections be ready or not, as something can be done with them. */
  #tellListeners(): void {
    for (const handle of this.#handles.values()) {
      if (handle.kind === "listener") handle.descriptorsChanged();
    }
  }

  #checkFile(operation: string, address: StreamAddress | DatagramAddress): void {
    if (!("path" in address)) return;
    this.#host.noteShared(`file ${address.path}`, false);
    if (!this.socketFiles.has(address.path ?? "")) return;
    const text = formatAddress(address);
    throw new SocketError("EADDRINUSE", `Cannot ${operation} ${text}: address is in use`);
  }

  #checkUsable(operation: string, address: StreamAddress | DatagramAddress): void {
    if (this.isFull) throw tooManyFiles(operation, address);
    if (this.#host.program !== "ended") return;
    const text = formatAddress(address);
    throw new SocketError(
      "EBADF",
      `Cannot ${operation} ${text}: program on host ${this.#host.machine} has ended`,
    );
  }

  /** Returns the address with the hostname as an address of this host. */
  #localize<A extends StreamAddress | DatagramAddress>(operation: string, address: A): A {
    if ("path" in address) {
      checkPath(operation, address);
      // As Linux names sockets that have no name and need one.
      const isNameless = address.path === null && address.transport === "unixpacket";
      return isNameless ? { ...address, path: this.#nextName() } : address;
    }
    checkPort(address.port, 0);
    if (address.transport === "udp" && isMulticastAddress(address.hostname)) return address;
    const hostname = findLocal(this.#host, address.hostname);
    if (hostname !== null) return { ...address, hostname };
    const text = formatAddress(address);
    throw new SocketError(
      "EADDRNOTAVAIL",
      `Cannot ${operation} ${text}: address is not of host ${this.#host.machine}`,
    );
  }

  /** Returns a name that no other socket on the machine has: those of a process have its name in it. */
  #nextName(): string {
    const { name, main } = this.#host;
    return `\0${main === this.#host ? "" : `${name}/`}${++this.#names}`;
  }

  #pickPort<A extends StreamAddress | DatagramAddress>(
    address: A,
    ports: { takeEphemeral(): number },
  ): A {
    if ("path" in address || address.port !== 0) return address;
    return { ...address, port: ports.takeEphemeral() };
  }
}

function tooManyFiles(
  operation: string,
  address: StreamAddress | DatagramAddress,
): SocketError {
  const why = "number of open files is at the limit of the process";
  return new SocketError("EMFILE", `Cannot ${operation} ${formatAddress(address)}: ${why}`);
}

/**
 * Makes sure that a path is short enough for the address of a socket.
 *
 * @throws {SocketError} `EINVAL` if it is not.
 */
function checkPath(operation: string, address: StreamAddress | DatagramAddress): void {
  const error = pathError(operation, address);
  if (error !== null) throw error;
}

function checkPort(port: number, least: number): void {
  if (Number.isInteger(port) && port >= least && port < 65_536) return;
  throw new RangeError(`Cannot use port ${port}: it is not a whole number from ${least} to 65535`);
}
