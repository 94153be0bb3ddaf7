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
import { RecordingBound } from "./recording_bound.ts";
import { RecordingMulticast } from "./recording_multicast.ts";
import type { RecordingSite } from "./recording_site.ts";

/** A datagram socket that notes what arrives. */
export class RecordingDatagram extends RecordingBound<DatagramHandle> implements DatagramHandle {
  /** See `DatagramHandle.kind`. */
  readonly kind = "datagram";
  /** See `DatagramHandle.localAddress`. */
  readonly localAddress: DatagramAddress;
  /** See `DatagramHandle.multicast`. */
  readonly multicast: MulticastSocket | null;

  /** Made by the network. */
  constructor(site: RecordingSite, inner: DatagramHandle) {
    super(site, inner);
    const { id, localAddress, multicast } = inner;
    this.localAddress = localAddress;
    this.multicast = multicast && new RecordingMulticast(site.writer, id, multicast);
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
}
