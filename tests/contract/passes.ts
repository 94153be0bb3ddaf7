/**
 * Drives a poller pass by pass, without a loop.
 *
 * @module
 */

import { fail } from "@std/assert";
import type {
  Handle,
  Interest,
  ListenerHandle,
  Platform,
  Poller,
  StreamAddress,
  StreamHandle,
} from "../../poller/mod.ts";
import { READ, WRITE } from "../../poller/mod.ts";

/** What one pass reported, in order. */
export interface Report {
  /** The handle. */
  readonly handle: Handle;
  /** What it was ready for. */
  readonly events: Interest;
}

/** More passes than any exchange of a test takes. */
const PASSES_MAX = 100_000;

/**
 * Makes one pass.
 *
 * @param poller The poller.
 * @param timeout Its time-out, in seconds.
 * @param onReady Called for each report.
 * @returns The reports, once the pass has ended.
 */
export function pass(
  poller: Poller,
  timeout: number,
  onReady: (handle: Handle, events: Interest) => void = () => {},
): Promise<Report[]> {
  return new Promise((resolve) => {
    const reports: Report[] = [];
    poller.poll(timeout, (handle, events) => {
      reports.push({ handle, events });
      onReady(handle, events);
    }, () => resolve(reports));
  });
}

/**
 * Makes passes until a registered handle is ready, without taking anything from it.
 *
 * @param poller The poller.
 * @param handle The handle.
 * @param bits What it must be ready for.
 * @returns What it is ready for.
 */
export async function ready(poller: Poller, handle: Handle, bits: Interest): Promise<Interest> {
  for (let i = 0; i < PASSES_MAX; i++) {
    for (const report of await pass(poller, Infinity)) {
      if (report.handle === handle && (report.events & bits) === bits) return report.events;
    }
  }
  fail(`handle ${handle.id} never got ready for ${bits}`);
}

/**
 * Makes passes until a condition holds.
 *
 * @param poller The poller.
 * @param condition Looked at after each pass.
 * @param onReady Called for each report.
 */
export async function until(
  poller: Poller,
  condition: () => boolean,
  onReady: (handle: Handle, events: Interest) => void,
): Promise<void> {
  for (let i = 0; i < PASSES_MAX && !condition(); i++) await pass(poller, Infinity, onReady);
  if (!condition()) fail("the condition never held");
}

/** Two connected streams. Neither is registered. */
export interface Pair {
  /** The end that connected. */
  readonly client: StreamHandle;
  /** The end that was accepted. */
  readonly server: StreamHandle;
}

/** The address that tests listen on. */
export const ANY_PORT: StreamAddress = { transport: "tcp", hostname: "127.0.0.1", port: 0 };

/**
 * Connects to a listener and accepts.
 *
 * @param platform The platform.
 * @param listener A listener that is not registered.
 * @returns The two ends.
 */
export async function connectTo(platform: Platform, listener: ListenerHandle): Promise<Pair> {
  const { poller, network } = platform;
  const client = network.connect(listener.localAddress);
  poller.register(client, WRITE);
  poller.register(listener, READ);
  let server: StreamHandle | undefined;
  await until(poller, () => server !== undefined && !client.connecting, () => {
    server ??= listener.accept();
    if (!client.connecting) poller.modify(client, 0);
  });
  poller.unregister(client);
  poller.unregister(listener);
  const error = client.takeError();
  if (error !== null) throw error;
  return { client, server: server as StreamHandle };
}

/**
 * Makes two connected streams.
 *
 * @param platform The platform.
 * @returns The two ends; the listener is closed.
 */
export async function pair(platform: Platform): Promise<Pair> {
  const listener = platform.network.listen(ANY_PORT);
  const streams = await connectTo(platform, listener);
  listener.close();
  await listener.released;
  return streams;
}

/**
 * Receives until the end of the stream, or until so many bytes came.
 *
 * @param poller The poller.
 * @param stream A stream that is not registered.
 * @param count How many bytes are enough.
 * @returns The bytes, and whether the end was seen.
 */
export async function receiveAll(
  poller: Poller,
  stream: StreamHandle,
  count: number = Infinity,
): Promise<{ bytes: Uint8Array; ended: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  poller.register(stream, READ);
  await until(poller, () => ended || length >= count, (handle) => {
    if (handle !== stream) return;
    const view = stream.receive();
    if (view === null) ended = true;
    else if (view !== undefined) {
      parts.push(view.slice());
      length += view.length;
    }
  });
  poller.unregister(stream);
  const bytes = new Uint8Array(length);
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return { bytes, ended };
}

/**
 * Sends everything.
 *
 * @param poller The poller.
 * @param stream A stream that is not registered.
 * @param bytes What to send.
 */
export async function sendAll(
  poller: Poller,
  stream: StreamHandle,
  bytes: Uint8Array,
): Promise<void> {
  let sent = 0;
  poller.register(stream, WRITE);
  await until(poller, () => sent === bytes.length, (handle) => {
    if (handle === stream) sent += stream.send(bytes.subarray(sent));
  });
  poller.unregister(stream);
}

/**
 * Sends until neither this end nor the other has any room left.
 *
 * @param poller The poller.
 * @param stream A stream that is not registered and whose peer does not receive.
 * @returns How many bytes were taken.
 */
export async function sendUntilFull(poller: Poller, stream: StreamHandle): Promise<number> {
  const bytes = new Uint8Array(1_000_000);
  let taken = 0;
  poller.register(stream, WRITE);
  for (let idle = 0; idle < 3;) {
    // No report for some milliseconds: the peer's room is used up, too.
    const reports = await pass(poller, 0.003, () => taken += stream.send(bytes));
    idle = reports.length === 0 ? idle + 1 : 0;
  }
  poller.unregister(stream);
  return taken;
}

/**
 * Bytes that differ from their neighbours, so that a lost or repeated stretch shows.
 *
 * @param length How many.
 * @returns The bytes.
 */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + (i >> 16)) & 0xff);
}
