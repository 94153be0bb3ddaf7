/**
 * The recorded network.
 *
 * @module
 */

import type {
  AnyHandle,
  BindOptions,
  ConnectOptions,
  DatagramAddress,
  DatagramHandle,
  ListenerHandle,
  ListenOptions,
  Network,
  ServiceTransport,
  StreamAddress,
  StreamHandle,
} from "../../poller/mod.ts";
import { RecordingDatagram } from "./recording_datagram.ts";
import { RecordingListener } from "./recording_listener.ts";
import type { RecordingSite } from "./recording_site.ts";
import { describeStream, recordStream } from "./recording_stream.ts";

/** A network that notes what is opened. */
export class RecordingNetwork implements Network {
  /** See `Network.handles`. */
  readonly handles: ReadonlyMap<number, AnyHandle>;
  readonly #site: RecordingSite;
  readonly #inner: Network;

  /** Made by the platform. */
  constructor(site: RecordingSite, inner: Network) {
    this.#site = site;
    this.#inner = inner;
    this.handles = site.handles;
  }

  /** See `Network.listen`. */
  listen(address: StreamAddress, options?: ListenOptions): ListenerHandle {
    const open = () => this.#inner.listen(address, options);
    const inner = this.#site.writer.call("listen", [address, options ?? null], open, describeBound);
    return new RecordingListener(this.#site, inner);
  }

  /** See `Network.connect`. */
  connect(address: StreamAddress, options?: ConnectOptions): StreamHandle {
    const question = [address, options ?? null];
    const open = () => this.#inner.connect(address, options);
    const inner = this.#site.writer.call("connect", question, open, describeStream);
    return recordStream(this.#site, inner);
  }

  /** See `Network.bindDatagram`. */
  bindDatagram(address: DatagramAddress, options?: BindOptions): DatagramHandle {
    const question = [address, options ?? null];
    const open = () => this.#inner.bindDatagram(address, options);
    const inner = this.#site.writer.call("bindDatagram", question, open, describeSocket);
    return new RecordingDatagram(this.#site, inner);
  }

  /** See `Network.identifyFile`. */
  identifyFile(path: string): string | null {
    const identify = () => this.#inner.identifyFile(path);
    return this.#site.writer.call("identifyFile", [path], identify, (file) => file);
  }

  /** See `Network.findService`. */
  findService(name: string, transport: ServiceTransport): number | null {
    const find = () => this.#inner.findService(name, transport);
    return this.#site.writer.call("findService", [name, transport], find, (port) => port);
  }
}

function describeBound({ id, localAddress }: ListenerHandle): unknown {
  return { id, local: localAddress };
}

function describeSocket({ id, localAddress, multicast }: DatagramHandle): unknown {
  return {
    id,
    local: localAddress,
    multicast: multicast && { outgoingInterface: multicast.outgoingInterface },
  };
}
