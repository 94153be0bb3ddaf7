/**
 * Options of TCP under TLS. Deno has no way to read them back, so its connections are listened to.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { DenoWorld } from "../contract/deno_world.ts";
import { receiveAll, sendAll } from "../contract/passes.ts";
import { shakeHands } from "../contract/tls_contract.ts";

/** How many messages are sent until an option that Deno has refused is set. */
const MESSAGES_MAX = 20;

Deno.test("StreamHandle options reach the connection below TLS, of either side", () =>
  new DenoWorld().run(async ({ platform }) => {
    const { client, server, clientError, serverError } = await shakeHands(platform);
    assertEquals([clientError, serverError], [null, null]);
    for (const [end, peer] of [[client, server], [server, client]] as const) {
      using options = await listenToOptions();
      end.setNoDelay(false);
      end.setKeepAlive(true);
      // Deno refuses options while it writes: they are set once it has written.
      for (let i = 0; i < MESSAGES_MAX && !options.set.has("keepAlive true"); i++) {
        await sendAll(platform.poller, end, new Uint8Array(10));
        assertEquals((await receiveAll(platform.poller, peer, 10)).bytes.length, 10);
        await sendAll(platform.poller, peer, new Uint8Array(10));
        assertEquals((await receiveAll(platform.poller, end, 10)).bytes.length, 10);
      }
      assertEquals([...options.set].sort(), ["keepAlive true", "noDelay false"]);
    }
    client.abort();
    server.abort();
  }));

/** Notes which options are set on native connections, until it is disposed of. */
async function listenToOptions(): Promise<Disposable & { readonly set: ReadonlySet<string> }> {
  const set = new Set<string>();
  const prototype = await prototypeOfConnections();
  const { setNoDelay, setKeepAlive } = prototype;
  prototype.setNoDelay = function (noDelay): void {
    setNoDelay.call(this, noDelay);
    set.add(`noDelay ${noDelay}`);
  };
  prototype.setKeepAlive = function (keepAlive): void {
    setKeepAlive.call(this, keepAlive);
    set.add(`keepAlive ${keepAlive}`);
  };
  return {
    set,
    [Symbol.dispose]: () => void Object.assign(prototype, { setNoDelay, setKeepAlive }),
  };
}

/** Returns what all connections inherit from: their class is no global. */
async function prototypeOfConnections(): Promise<Deno.TcpConn> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [accepted, conn] = await Promise.all([
    listener.accept(),
    Deno.connect({ port: listener.addr.port }),
  ]);
  accepted.close();
  conn.close();
  return Object.getPrototypeOf(conn);
}
