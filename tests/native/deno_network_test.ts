import { assertEquals, assertInstanceOf, assertMatch, assertThrows } from "@std/assert";
import {
  READ,
  SocketError,
  type StreamAddress,
  type StreamHandle,
  WRITE,
} from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { ANY_PORT, connectTo, pass, ready, receiveAll } from "../contract/passes.ts";

const world = new DenoWorld();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

Deno.test("Network.listen() tells why it cannot", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const tcp = (hostname: string) => ({ transport: "tcp", hostname, port: 0 }) as const;
    const codes = [tcp("192.0.2.1"), tcp(""), { transport: "unix", path: null } as const].map(
      (address) => assertThrows(() => network.listen(address), SocketError).code,
    );
    assertEquals(codes, ["EADDRNOTAVAIL", "EINVAL", "EINVAL"]);
    const listener = network.listen(ANY_PORT);
    const error = assertThrows(() => network.listen(listener.localAddress), SocketError);
    assertMatch(error.message, /^Cannot listen on 127\.0\.0\.1:\d+: address is in use$/);
    assertInstanceOf(error.cause, Deno.errors.AddrInUse);
    listener.close();
    await pass(poller, 0);
  }));

Deno.test("Network.connect() to a name that does not exist is ENOTFOUND", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const stream = network.connect({ transport: "tcp", hostname: "nowhere.invalid", port: 9 });
    poller.register(stream, WRITE);
    await ready(poller, stream, WRITE);
    const error = stream.takeError();
    assertEquals(error?.code, "ENOTFOUND");
    assertEquals(error?.message, "Cannot connect to nowhere.invalid:9: host name is unknown");
    stream.close();
  }));

Deno.test("Network.connect() that is refused says so like everything here", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const listener = network.listen(ANY_PORT);
    listener.close();
    const stream = network.connect(listener.localAddress);
    poller.register(stream, WRITE);
    await ready(poller, stream, WRITE);
    const error = stream.takeError();
    assertMatch(
      String(error?.message),
      /^Cannot connect to 127\.0\.0\.1:\d+: connection is refused$/,
    );
    assertInstanceOf(error?.cause, Deno.errors.ConnectionRefused);
    stream.close();
  }));

Deno.test("Network speaks IPv6, with brackets or without", () =>
  world.run(async ({ platform }) => {
    for (const hostname of ["::1", "[::1]"]) {
      const listener = platform.network.listen({ transport: "tcp", hostname, port: 0 });
      const { client, server } = await connectTo(platform, listener);
      assertEquals((server.remoteAddress as { hostname: string }).hostname, "::1");
      for (const handle of [listener, client, server]) handle.close();
    }
  }));

// -- UNIX --

Deno.test("UNIX streams carry bytes and have addresses", () =>
  withPath((address) =>
    world.run(async ({ platform }) => {
      const listener = platform.network.listen(address);
      assertEquals(listener.localAddress, address);
      const { client, server } = await connectTo(platform, listener);
      assertEquals([client.remoteAddress, server.localAddress], [address, address]);
      assertEquals(client.localAddress, { transport: "unix", path: null });
      assertEquals(server.remoteAddress, { transport: "unix", path: null });
      client.setNoDelay(false); // Ignored.
      client.send(encoder.encode("hello"));
      client.shutdownWrite();
      const { bytes, ended } = await receiveAll(platform.poller, server);
      assertEquals([decoder.decode(bytes), ended], ["hello", true]);
      for (const handle of [listener, client, server]) handle.close();
      await listener.released;
      assertThrows(() => Deno.statSync(address.path), Deno.errors.NotFound);
    })
  ));

Deno.test("UNIX listeners report a stale file as EADDRINUSE, streams a missing one as ENOENT", () =>
  withPath((address) =>
    world.run(async ({ platform: { network, poller } }) => {
      Deno.writeTextFileSync(address.path, "");
      assertEquals(assertThrows(() => network.listen(address), SocketError).code, "EADDRINUSE");
      Deno.removeSync(address.path);
      const stream = network.connect(address);
      poller.register(stream, WRITE);
      await ready(poller, stream, WRITE);
      const error = stream.takeError();
      assertEquals(error?.code, "ENOENT");
      assertEquals(error?.message, `Cannot connect to ${address.path}: path is missing`);
      stream.close();
      const long: StreamAddress = { transport: "unix", path: `/tmp/${"x".repeat(200)}` };
      assertEquals(assertThrows(() => network.listen(long), SocketError).code, "EINVAL");
    })
  ));

Deno.test("UNIX streams notice that the peer is gone", () =>
  withPath((address) =>
    world.run(async ({ platform }) => {
      const { poller, network } = platform;
      const listener = network.listen(address);
      const { client, server } = await connectTo(platform, listener);
      server.close();
      poller.register(client, READ | WRITE);
      const codes: string[] = [];
      while (codes.length < 2) {
        await pass(poller, Infinity, (handle) => {
          try {
            (handle as StreamHandle).send(encoder.encode("x"));
          } catch (error) {
            codes.push((error as SocketError).code);
          }
        });
      }
      assertEquals(codes, ["EPIPE", "EPIPE"]);
      client.close();
      listener.close();
    })
  ));

async function withPath(
  body: (address: { transport: "unix"; path: string }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body({ transport: "unix", path: `${folder}/socket` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
