/**
 * Recorded listeners.
 *
 * @module
 */

import type { ListenerHandle, StreamAddress, StreamHandle } from "../../poller/mod.ts";
import { RecordingBound } from "./recording_bound.ts";
import type { RecordingSite } from "./recording_site.ts";
import { describeStream, recordStream } from "./recording_stream.ts";

/** A listener that notes whom it accepts. */
export class RecordingListener extends RecordingBound<ListenerHandle> implements ListenerHandle {
  /** See `ListenerHandle.kind`. */
  readonly kind = "listener";
  /** See `ListenerHandle.localAddress`. */
  readonly localAddress: StreamAddress;

  /** Made by the network. */
  constructor(site: RecordingSite, inner: ListenerHandle) {
    super(site, inner);
    this.localAddress = inner.localAddress;
  }

  /** See `ListenerHandle.accept`. */
  accept(): StreamHandle | undefined {
    const accept = () => this.inner.accept();
    const stream = this.site.writer.call("accept", [this.id], accept, describeAccepted);
    return stream === undefined ? undefined : recordStream(this.site, stream);
  }
}

function describeAccepted(stream: StreamHandle | undefined): unknown {
  return stream === undefined ? undefined : describeStream(stream);
}
