/**
 * The network of a replay.
 *
 * @module
 */

import type {
  AnyHandle,
  BindOptions,
  ConnectOptions,
  Datagram,
  DatagramAddress,
  DatagramHandle,
  ListenerHandle,
  ListenOptions,
  MulticastSocket,
  Network,
  ServiceTransport,
  StreamAddress,
  StreamHandle,
} from "../../poller/mod.ts";
import { digestOf } from "./digest.ts";
import { ReplayHandle, type ReplaySite } from "./replay_handle.ts";
import { ReplayMulticast } from "./replay_multicast.ts";
import { ReplayOnce } from "./replay_once.ts";
import { replayStream } from "./replay_stream.ts";

/** Opens the handles that were recorded. */
export class ReplayNetwork implements Network {
  /** See `Network.handles`. */
  readonly handles: ReadonlyMap<number, AnyHandle>;
  readonly #site: ReplaySite;

  /** Made by the replay. */
  constructor(site: ReplaySite) {
    this.#site = site;
    this.handles = site.handles;
  }

  /** See `Network.listen`. */
  listen(address: StreamAddress, options?: ListenOptions): ListenerHandle {
    const answer = this.#site.cursor.call("listen", address, options ?? null);
    return new ReplayListener(this.#site, answer as Bound<StreamAddress>);
  }

  /** See `Network.connect`. */
  connect(address: StreamAddress, options?: ConnectOptions): StreamHandle {
    return replayStream(this.#site, this.#site.cursor.call("connect", address, options ?? null));
  }

  /** See `Network.bindDatagram`. */
  bindDatagram(address: DatagramAddress, options?: BindOptions): DatagramHandle {
    const answer = this.#site.cursor.call("bindDatagram", address, options ?? null);
    return new ReplayDatagram(this.#site, answer as Bound<DatagramAddress>);
  }

  /** See `Network.identifyFile`. */
  identifyFile(path: string): string | null {
    return this.#site.cursor.call("identifyFile", path) as string | null;
  }

  /** See `Network.findService`. */
  findService(name: string, transport: ServiceTransport): number | null {
    return this.#site.cursor.call("findService", name, transport) as number | null;
  }
}

/** What a recording says of a handle that is bound. */
interface Bound<A> {
  readonly id: number;
  readonly local: A;
  readonly multicast?: { readonly outgoingInterface: string } | null;
}

/** A handle whose address becomes free when it is closed. */
abstract class ReplayBound extends ReplayHandle {
  readonly #release: ReplayOnce;

  constructor(site: ReplaySite, id: number) {
    super(site, id);
    this.#release = new ReplayOnce(site.cursor, "released", id);
    site.releases.set(id, this.#release);
  }

  get released(): Promise<void> {
    return this.#release.promise;
  }

  protected override left(): void {
    super.left();
    this.#release.called();
  }
}

class ReplayListener extends ReplayBound implements ListenerHandle {
  readonly kind = "listener";
  readonly localAddress: StreamAddress;

  constructor(site: ReplaySite, { id, local }: Bound<StreamAddress>) {
    super(site, id);
    this.localAddress = local;
  }

  accept(): StreamHandle | undefined {
    const answer = this.site.cursor.call("accept", this.id);
    return answer === undefined ? undefined : replayStream(this.site, answer);
  }
}

class ReplayDatagram extends ReplayBound implements DatagramHandle {
  readonly kind = "datagram";
  readonly localAddress: DatagramAddress;
  readonly multicast: MulticastSocket | null;

  constructor(site: ReplaySite, { id, local, multicast }: Bound<DatagramAddress>) {
    super(site, id);
    this.localAddress = local;
    this.multicast = multicast ? new ReplayMulticast(site.cursor, id, multicast) : null;
  }

  receive(): Datagram | undefined {
    const answer = this.site.cursor.callForParts("receiveFrom", this.id);
    if (answer.length === 0) return undefined;
    const [from, bytes] = answer as [DatagramAddress, string];
    return { bytes: Uint8Array.fromBase64(bytes), from };
  }

  send(bytes: Uint8Array, to: DatagramAddress): boolean {
    const { cursor } = this.site;
    return cursor.call("sendTo", this.id, to, bytes.length, digestOf(bytes)) as boolean;
  }
}
