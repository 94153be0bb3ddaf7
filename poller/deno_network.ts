/**
 * What opens handles on Deno.
 *
 * @module
 */

import {
  type DatagramAddress,
  formatAddress,
  type StreamAddress,
  type UNIXStreamAddress,
} from "./address.ts";
import { adoptConnected, adoptListening } from "./deno_adopted.ts";
import { checkPort, scopeOf, withoutBrackets } from "./deno_address.ts";
import { DenoDatagram } from "./deno_datagram.ts";
import { socketError, toSocketError } from "./deno_errors.ts";
import type { HandleSite } from "./deno_handle.ts";
import { inheritedDescriptors } from "./deno_inherited.ts";
import { DenoListener } from "./deno_listener.ts";
import { bindNatively } from "./deno_native_datagram.ts";
import { listenNatively } from "./deno_native_listener.ts";
import {
  connectTCP,
  connectUNIX,
  type PendingStream,
  refusedStream,
} from "./deno_native_stream.ts";
import { connectFrom } from "./deno_node_stream.ts";
import { readServices } from "./deno_services.ts";
import { identifyFile } from "./deno_socket_file.ts";
import { DenoStream } from "./deno_stream.ts";
import type { AnyHandle, DatagramHandle, ListenerHandle, StreamHandle } from "./handle.ts";
import type { InheritedDescriptor } from "./inherited_descriptor.ts";
import type { BindOptions, ConnectOptions, ListenOptions, Network } from "./network.ts";
import type { ServiceTransport } from "./services.ts";

/** The network of the machine. */
export class DenoNetwork implements Network {
  readonly #site: HandleSite;
  readonly #servicesFile: string | undefined;

  /**
   * Makes a network.
   *
   * @param site What its handles share.
   * @param servicesFile The table of services; by default that of the system.
   */
  constructor(site: HandleSite, servicesFile?: string) {
    this.#site = site;
    this.#servicesFile = servicesFile;
  }

  /** See {@linkcode Network.handles}. */
  get handles(): ReadonlyMap<number, AnyHandle> {
    return this.#site.handles;
  }

  /** See {@linkcode Network.listen}. */
  listen(address: StreamAddress, options: ListenOptions = {}): ListenerHandle {
    const operation = `listen on ${formatAddress(address)}`;
    checkPort(operation, address, 0);
    try {
      return new DenoListener(this.#site, listenNatively(address, options), scopeOf(address));
    } catch (error) {
      throw toSocketError(operation, error);
    }
  }

  /** See {@linkcode Network.connect}. */
  connect(address: StreamAddress, options: ConnectOptions = {}): StreamHandle {
    const operation = `connect to ${formatAddress(address)}`;
    checkPort(operation, address, 1);
    if (options.from !== undefined) checkPort(operation, options.from, 0);
    return DenoStream.connecting(this.#site, address, connectNatively(address, options.from));
  }

  /** See {@linkcode Network.bindDatagram}. */
  bindDatagram(address: DatagramAddress, options: BindOptions = {}): DatagramHandle {
    const operation = `bind ${formatAddress(address)}`;
    checkPort(operation, address, 0);
    try {
      return new DenoDatagram(this.#site, bindNatively(address, options));
    } catch (error) {
      throw toSocketError(operation, error);
    }
  }

  /** See {@linkcode Network.identifyFile}. */
  identifyFile(path: string): string | null {
    return identifyFile(path);
  }

  /** See {@linkcode Network.findService}. */
  findService(name: string, transport: ServiceTransport): number | null {
    return readServices(this.#servicesFile).get(`${name}/${transport}`) ?? null;
  }

  /** See {@linkcode Network.inheritedDescriptors}. */
  inheritedDescriptors(): readonly InheritedDescriptor[] {
    return inheritedDescriptors();
  }

  /** See {@linkcode Network.adoptListener}. */
  adoptListener(descriptor: number): ListenerHandle {
    return new DenoListener(this.#site, adoptListening(descriptor));
  }

  /** See {@linkcode Network.adoptStream}. */
  adoptStream(descriptor: number): StreamHandle {
    return DenoStream.over(this.#site, adoptConnected(descriptor));
  }
}

function connectNatively(address: StreamAddress, from: StreamAddress | undefined): PendingStream {
  if (address.transport === "tcp") {
    if (from === undefined) return connectTCP(withoutBrackets(address.hostname), address.port);
    if (from.transport === "tcp") return connectFrom(address, from);
  }
  if (from !== undefined) {
    // Neither Deno nor node:net can bind a UNIX stream before it connects.
    const operation = `connect from ${formatAddress(from)}`;
    return refusedStream(socketError(operation, "ENOTSUP"));
  }
  const path = (address as UNIXStreamAddress).path;
  return path === null ? refusedStream(new TypeError("The path is missing")) : connectUNIX(path);
}
