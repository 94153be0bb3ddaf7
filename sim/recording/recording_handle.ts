/**
 * What recorded handles have in common.
 *
 * @module
 */

import type { AnyHandle, Handle, SocketError } from "../../poller/mod.ts";
import { describeError } from "./error_text.ts";
import type { RecordingSite } from "./recording_site.ts";

/** A handle that notes what is done with it and what comes of that. */
export abstract class RecordingHandle<H extends AnyHandle = AnyHandle> implements Handle {
  /** The id of the handle that is recorded. */
  readonly id: number;
  /** The handle that is recorded. */
  readonly inner: H;
  /** What it shares with the others. */
  readonly site: RecordingSite;

  /** Made by the network, a listener, or a process. */
  constructor(site: RecordingSite, inner: H) {
    this.site = site;
    this.inner = inner;
    this.id = inner.id;
    site.handles.set(inner.id, this as unknown as AnyHandle);
  }

  /** See `Handle.closed`. */
  get closed(): boolean {
    return this.inner.closed;
  }

  /** See `Handle.fileno`. */
  fileno(): number {
    return this.inner.fileno();
  }

  /** See `Handle.close`. */
  close(): void {
    this.site.writer.step("close", this.id);
    this.inner.close();
    this.site.handles.delete(this.id);
  }

  /** See `Handle.abort`. */
  abort(): void {
    this.site.writer.step("abort", this.id);
    this.inner.abort();
    this.site.handles.delete(this.id);
  }

  /** See `Handle.takeError`. */
  takeError(): SocketError | null {
    const error = this.inner.takeError();
    if (error === null) this.site.writer.step("takeError", this.id);
    else this.site.writer.note("takeError", this.id, { error: describeError(error) });
    return error;
  }
}
