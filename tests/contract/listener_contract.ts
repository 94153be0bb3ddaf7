/**
 * What every network guarantees of listening, connecting and its list of handles.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import {
  ERROR,
  NONE,
  READ,
  SocketError,
  type StreamHandle,
  type TCPAddress,
  WRITE,
} from "../../poller/mod.ts";
import type { NetworkContractOptions } from "./network_contract.ts";
import { ANY_PORT, connectTo, pair, pass, ready, until } from "./passes.ts";

/** A moment in which nothing is expected to happen, in seconds. */
const SHORT = 0.003;

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function listenerContract({ test, world }: NetworkContractOptions): void {
  const name = (text: string): string => `${world.name}: ${text}`;

  test(
    name("Network.listen() on port 0 picks a free port"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const a = network.listen(ANY_PORT);
        const b = network.listen(ANY_PORT);
        const [first, second] = [a.localAddress as TCPAddress, b.localAddress as TCPAddress];
        assertEquals([first.transport, first.hostname], ["tcp", "127.0.0.1"]);
        assert(first.port > 0 && second.port > 0 && first.port !== second.port);
        assertEquals([a.kind, a.closed, a.fileno()], ["listener", false, a.id]);
        a.close();
        b.close();
        assertEquals([a.closed, a.fileno()], [true, -1]);
        assertEquals((a.localAddress as TCPAddress).port, first.port);
        await pass(poller, 0);
      }),
  );

  test(
    name("Network.listen() refuses an address in use, until it is released"),
    () =>
      world.run(async ({ platform: { network } }) => {
        const a = network.listen(ANY_PORT);
        const error = assertThrows(() => network.listen(a.localAddress), SocketError);
        assertEquals(error.code, "EADDRINUSE");
        assertMatch(error.message, /^Cannot listen on 127\.0\.0\.1:\d+: .*[^.]$/);
        a.close();
        await a.released;
        const b = network.listen(a.localAddress);
        assertEquals(b.localAddress, a.localAddress);
        b.close();
        await b.released;
      }),
  );

  test(
    name("ListenerHandle.released settles also with an accept under way"),
    () =>
      world.run(async ({ platform }) => {
        const { network, poller } = platform;
        const a = network.listen(ANY_PORT);
        poller.register(a, READ);
        await pass(poller, 0);
        a.close();
        await a.released;
        const b = network.listen(a.localAddress);
        const { client, server } = await connectTo(platform, b);
        for (const handle of [b, client, server]) handle.close();
      }),
  );

  test(
    name("Network refuses ports out of range"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        for (const port of [-1, 65_536, 1.5, NaN]) {
          const address = { transport: "tcp", hostname: "127.0.0.1", port } as const;
          assertThrows(() => network.listen(address), RangeError);
          assertThrows(() => network.connect(address), RangeError);
          assertThrows(() => network.bindDatagram({ ...address, transport: "udp" }), RangeError);
        }
        assertThrows(() => network.connect(ANY_PORT), RangeError);
        assertEquals(network.handles.size, 0);
        await pass(poller, 0);
      }),
  );

  test(
    name("Network.connect() returns at once a stream that becomes writable"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        const client = network.connect(listener.localAddress);
        assertEquals([client.kind, client.connecting, client.localAddress], ["stream", true, null]);
        assertEquals(client.remoteAddress, listener.localAddress);
        assertEquals(client.send(new Uint8Array(1)), 0);
        assertEquals(client.receive(), undefined);
        assertEquals(client.takeError(), null);
        client.setNoDelay(false);
        client.setKeepAlive(true);
        poller.register(client, READ | WRITE);
        assertEquals(await ready(poller, client, WRITE), WRITE);
        assertEquals([client.connecting, client.takeError()], [false, null]);
        client.close();
        listener.close();
      }),
  );

  test(
    name("ListenerHandle.accept() returns the other end"),
    () =>
      world.run(async ({ platform }) => {
        const listener = platform.network.listen(ANY_PORT);
        assertEquals(listener.accept(), undefined);
        const { client, server } = await connectTo(platform, listener);
        assertEquals(server.connecting, false);
        assertEquals(server.localAddress, listener.localAddress);
        assertEquals(server.remoteAddress, client.localAddress);
        assertEquals(client.remoteAddress, listener.localAddress);
        assertEquals(listener.accept(), undefined);
        for (const handle of [client, server, listener]) handle.close();
        assertNotEquals(client.localAddress, null); // It stays readable.
        assertEquals(server.remoteAddress, client.localAddress);
      }),
  );

  test(
    name("ListenerHandle stays ready for READ until every connection is accepted"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        const clients = Array.from({ length: 5 }, () => network.connect(listener.localAddress));
        const servers: StreamHandle[] = [];
        poller.register(listener, READ);
        await until(poller, () => servers.length === 5, (handle, events) => {
          assertEquals([handle, events], [listener, READ]);
          const server = listener.accept(); // One a pass.
          if (server !== undefined) servers.push(server);
        });
        assertEquals(await pass(poller, SHORT), []);
        assertEquals(new Set(servers.map(({ id }) => id)).size, 5);
        for (const handle of [listener, ...clients, ...servers]) handle.close();
      }),
  );

  test(
    name("ListenerHandle.accept() after close() is EBADF"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        listener.close();
        listener.abort();
        assertEquals(assertThrows(() => listener.accept(), SocketError).code, "EBADF");
        await pass(poller, 0);
      }),
  );

  test(
    name("Network.connect() reports a refusal once"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        listener.close();
        await listener.released;
        const stream = network.connect(listener.localAddress);
        poller.register(stream, WRITE);
        assertEquals(await ready(poller, stream, WRITE), WRITE | ERROR);
        assertEquals(stream.connecting, false);
        const error = stream.takeError();
        assertEquals(error?.code, "ECONNREFUSED");
        assertMatch(String(error?.message), /^Cannot connect to 127\.0\.0\.1:\d+: .*refused/);
        assertEquals(stream.takeError(), null);
        assertEquals(stream.receive(), null);
        assertEquals(
          assertThrows(() => stream.send(new Uint8Array(1)), SocketError).code,
          "EPIPE",
        );
        stream.close();
      }),
  );

  test(
    name("StreamHandle.close() gives an attempt to connect up"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        for (const end of ["close", "abort"] as const) {
          const stream = network.connect(listener.localAddress);
          poller.register(stream, READ | WRITE);
          stream[end]();
          stream[end]();
          assertEquals([stream.closed, poller.size], [true, 0]);
          assertEquals(await pass(poller, SHORT), []);
        }
        listener.close();
      }),
  );

  test(
    name("Network.connect() from a local address uses it or says that it cannot"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        const stream = network.connect(listener.localAddress, { from: ANY_PORT });
        poller.register(stream, WRITE);
        await ready(poller, stream, WRITE);
        const error = stream.takeError();
        if (error === null) assertEquals((stream.localAddress as TCPAddress).hostname, "127.0.0.1");
        else assertEquals(error.code, "ENOTSUP");
        stream.close();
        listener.close();
      }),
  );

  test(
    name("Network.handles lists the open handles, oldest first"),
    () =>
      world.run(async ({ platform }) => {
        const { network, poller } = platform;
        assertEquals(network.handles.size, 0);
        const listener = network.listen(ANY_PORT);
        const { client, server } = await connectTo(platform, listener);
        assertEquals(new Set(network.handles.values()), new Set([listener, client, server]));
        assertEquals([...network.handles.values()][0], listener);
        for (const [id, handle] of network.handles) assertEquals(id, handle.id);
        client.abort();
        listener.close();
        assertEquals([...network.handles.values()], [server]);
        server.close();
        assertEquals(network.handles.size, 0);
        await pass(poller, 0);
      }),
  );

  test(name("Handle.id is never given twice"), () =>
    world.run(async ({ platform }) => {
      const ids = new Set<number>();
      for (let i = 0; i < 5; i++) {
        const { client, server } = await pair(platform);
        for (const { id } of [client, server]) {
          assert(!ids.has(id));
          ids.add(id);
        }
        client.close();
        server.close();
      }
      assertEquals(ids.size, 10);
    }));

  test(
    name("ListenerHandle is not reported while nobody waits for READ"),
    () =>
      world.run(async ({ platform: { network, poller } }) => {
        const listener = network.listen(ANY_PORT);
        const client = network.connect(listener.localAddress);
        poller.register(listener, NONE);
        poller.register(client, WRITE);
        assertEquals(await ready(poller, client, WRITE), WRITE);
        poller.modify(client, NONE);
        assertEquals(await pass(poller, SHORT), []);
        poller.modify(listener, READ);
        assertEquals(await pass(poller, Infinity), [{ handle: listener, events: READ }]);
        for (const handle of [listener, client]) handle.close();
      }),
  );
}
