/**
 * Recorded listeners.
 *
 * @module
 */

import type { ListenerHandle, StreamAddress, StreamHandle } from "../../poller/mod.ts";
import { RecordingHandle } from "./recording_handle.ts";
import { RecordingRelease } from "./recording_release.ts";
import type { RecordingSite } from "./recording_site.ts";
import { describeStream, recordStream } from "./recording_stream.ts";

/** A listener that notes whom it accepts. */
export class RecordingListener extends RecordingHandle<ListenerHandle> implements ListenerHandle {
  /** See `ListenerHandle.kind`. */
  readonly kind = "listener";
  /** See `ListenerHandle.localAddress`. */
  readonly localAddress: StreamAddress;
  /** See `ListenerHandle.released`. */
  readonly released: Promise<void>;
  readonly #release: RecordingRelease;

  /** Made by the network. */
  constructor(site: RecordingSite, inner: ListenerHandle) {
    super(site, inner);
    this.localAddress = inner.localAddress;
    this.released = inner.released;
    this.#release = new RecordingRelease(site, inner.id, inner.released);
  }

  /** See `ListenerHandle.accept`. */
  accept(): StreamHandle | undefined {
    const accept = () => this.inner.accept();
    const stream = this.site.writer.call("accept", [this.id], accept, describeAccepted);
    return stream === undefined ? undefined : recordStream(this.site, stream);
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

function describeAccepted(stream: StreamHandle | undefined): unknown {
  return stream === undefined ? undefined : describeStream(stream);
}
