/**
 * Recorded datagram sockets.
 *
 * @module
 */

import type {
  Datagram,
  DatagramAddress,
  DatagramHandle,
  MulticastSocket,
} from "../../poller/mod.ts";
import { digestOf } from "./digest.ts";
import { RecordingHandle } from "./recording_handle.ts";
import { RecordingRelease } from "./recording_release.ts";
import { RecordingMulticast } from "./recording_multicast.ts";
import type { RecordingSite } from "./recording_site.ts";

/** A datagram socket that notes what arrives. */
export class RecordingDatagram extends RecordingHandle<DatagramHandle> implements DatagramHandle {
  /** See `DatagramHandle.kind`. */
  readonly kind = "datagram";
  /** See `DatagramHandle.localAddress`. */
  readonly localAddress: DatagramAddress;
  /** See `DatagramHandle.released`. */
  readonly released: Promise<void>;
  /** See `DatagramHandle.multicast`. */
  readonly multicast: MulticastSocket | null;
  readonly #release: RecordingRelease;

  /** Made by the network. */
  constructor(site: RecordingSite, inner: DatagramHandle) {
    super(site, inner);
    const { id, localAddress, released, multicast } = inner;
    this.localAddress = localAddress;
    this.released = released;
    this.multicast = multicast && new RecordingMulticast(site.writer, id, multicast);
    this.#release = new RecordingRelease(site, id, released);
  }

  /** See `DatagramHandle.receive`. */
  receive(): Datagram | undefined {
    const { writer } = this.site;
    let datagram: Datagram | undefined;
    try {
      datagram = this.inner.receive();
    } catch (error) {
      writer.threw(error, "receiveFrom", this.id);
      throw error;
    }
    writer.begin("receiveFrom");
    writer.number(this.id);
    if (datagram !== undefined) {
      writer.json(datagram.from);
      writer.bytes(datagram.bytes, datagram.bytes.length);
    }
    writer.end();
    return datagram;
  }

  /** See `DatagramHandle.send`. */
  send(bytes: Uint8Array, to: DatagramAddress): boolean {
    const question = [this.id, to, bytes.length, digestOf(bytes)];
    return this.site.writer.call("sendTo", question, () => this.inner.send(bytes, to), Boolean);
  }

  /** See `Handle.close`. */
  override close(): void {
    this.#release.closing(() => super.close());
  }

  /** See `Handle.abort`. */
  override abort(): void {
    this.#release.closing(() => super.abort());
  }
}
