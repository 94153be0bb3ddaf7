/**
 * The recorded poller.
 *
 * @module
 */

import type { AnyHandle, Handle, Interest, OnReady, Poller } from "../../poller/mod.ts";
import { RecordingHandle } from "./recording_handle.ts";
import type { RecordingSite } from "./recording_site.ts";

/** A poller that notes what is ready, and when a pass ends. */
export class RecordingPoller implements Poller {
  readonly #site: RecordingSite;
  readonly #inner: Poller;
  #onReady: OnReady = ignore;
  #onDone: () => void = ignore;

  /** Given to the poller below. */
  readonly #ready = (inner: Handle, events: Interest): void => {
    const { writer, handles } = this.#site;
    writer.step("ready", inner.id, events);
    const handle: Handle = handles.get(inner.id) ?? inner;
    this.#onReady(handle, events);
  };
  /** Given to the poller below. */
  readonly #done = (): void => {
    this.#site.writer.step("done");
    this.#onDone();
  };

  /** Made by the platform. */
  constructor(site: RecordingSite, inner: Poller) {
    this.#site = site;
    this.#inner = inner;
  }

  /** See `Poller.size`. */
  get size(): number {
    return this.#inner.size;
  }

  /** See `Poller.register`. */
  register(handle: Handle, interest: Interest): void {
    const register = () => this.#inner.register(this.#innerOf(handle), interest);
    this.#site.writer.call("register", [handle.id, interest], register);
  }

  /** See `Poller.modify`. */
  modify(handle: Handle, interest: Interest): void {
    const { writer } = this.#site;
    try {
      this.#inner.modify(this.#innerOf(handle), interest);
    } catch (error) {
      writer.threw(error, "modify", handle.id, interest);
      throw error;
    }
    writer.step("modify", handle.id, interest);
  }

  /** See `Poller.unregister`. */
  unregister(handle: Handle): void {
    const unregister = () => this.#inner.unregister(this.#innerOf(handle));
    this.#site.writer.call("unregister", [handle.id], unregister);
  }

  /** See `Poller.poll`. */
  poll(timeout: number, onReady: OnReady, onDone: () => void): void {
    const { writer } = this.#site;
    try {
      this.#inner.poll(timeout, this.#ready, this.#done);
    } catch (error) {
      writer.threw(error, "poll", timeout);
      throw error;
    }
    this.#onReady = onReady;
    this.#onDone = onDone;
    writer.step("poll", timeout);
    if (timeout > 0) writer.beforeWait();
  }

  /** See `Poller.wake`. */
  wake(): void {
    this.#site.writer.step("wake");
    this.#inner.wake();
  }

  /** See `Poller.pause`. */
  pause(): void {
    this.#site.writer.call("pause", [], () => this.#inner.pause());
  }

  /** See `Poller.close`. */
  close(): void {
    this.#site.writer.step("closePoller");
    this.#inner.close();
  }

  /** What the poller below knows of a handle; one of another platform is passed on, to be refused. */
  #innerOf(handle: Handle): Handle {
    const isOwn = handle instanceof RecordingHandle && handle.site === this.#site;
    return isOwn ? (handle as RecordingHandle<AnyHandle>).inner : handle;
  }
}

function ignore(): void {}
