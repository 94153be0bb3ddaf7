/**
 * Connected streams for tests that need descriptors and no protocol.
 *
 * @module
 */

import { type Platform, READ, type StreamHandle, WRITE } from "../../poller/mod.ts";
import type { WorldRun } from "./world.ts";

/** Connects two streams of a platform; polls its poller meanwhile, so no loop may run. */
export async function streamPair(
  platform: Platform,
): Promise<readonly [client: StreamHandle, server: StreamHandle]> {
  const { network, poller } = platform;
  const listener = network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
  const client = network.connect(listener.localAddress);
  poller.register(listener, READ);
  poller.register(client, WRITE);
  let server: StreamHandle | undefined;
  while (server === undefined || client.connecting) {
    await new Promise<void>((resolve) =>
      poller.poll(Infinity, (handle) => {
        if (handle === listener) server ??= listener.accept();
        else if (!client.connecting) poller.unregister(client);
      }, resolve)
    );
  }
  listener.close();
  poller.pause();
  await listener.released;
  return [client, server];
}

/** Sends bytes whole, however few the world takes at a time. */
export async function sendAll(
  world: WorldRun,
  handle: StreamHandle,
  bytes: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    const count = handle.send(bytes.subarray(sent));
    sent += count;
    if (count === 0) await world.sleep(0.001);
  }
}

/** Closes streams without leaving anything in flight. */
export function closeAll(...handles: readonly StreamHandle[]): void {
  for (const handle of handles) handle.abort();
}
