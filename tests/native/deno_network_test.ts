import { assertEquals, assertInstanceOf, assertMatch, assertThrows } from "@std/assert";
import {
  type Poller,
  READ,
  SocketError,
  type StreamAddress,
  type StreamHandle,
  WRITE,
} from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import {
  ANY_PORT,
  connectTo,
  pass,
  pattern,
  ready,
  receiveAll,
  until,
} from "../contract/passes.ts";

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

// -- From a local address --

Deno.test("Network.connect() from a local address is seen there, and carries bytes", () =>
  world.run(async ({ platform }) => {
    const { network, poller } = platform;
    const listener = network.listen(ANY_PORT);
    const client = network.connect(listener.localAddress, {
      from: { transport: "tcp", hostname: "127.0.0.2", port: 0 },
    });
    poller.register(client, WRITE);
    poller.register(listener, READ);
    await ready(poller, listener, READ);
    const server = listener.accept() as StreamHandle;
    if (client.connecting) await ready(poller, client, WRITE);
    assertEquals((server.remoteAddress as { hostname: string }).hostname, "127.0.0.2");
    assertEquals(client.localAddress, server.remoteAddress);
    assertEquals(client.remoteAddress, listener.localAddress);
    poller.unregister(client);
    poller.unregister(listener);
    for (const [sender, receiver] of [[client, server], [server, client]] as const) {
      const bytes = pattern(1_000_000);
      const [, received] = await exchange(poller, sender, receiver, bytes);
      assertEquals(received, bytes);
    }
    client.setNoDelay(false);
    client.setKeepAlive(true);
    client.shutdownWrite();
    assertEquals((await receiveAll(poller, server)).ended, true);
    server.send(encoder.encode("last"));
    server.close();
    const { bytes, ended } = await receiveAll(poller, client);
    assertEquals([decoder.decode(bytes), ended], ["last", true]);
    client.close();
    listener.close();
  }));

Deno.test("Network.connect() from a local address tells why it cannot", () =>
  world.run(async ({ platform: { network, poller } }) => {
    const listener = network.listen(ANY_PORT);
    const codeFrom = async (address: StreamAddress, from: StreamAddress) => {
      const stream = network.connect(address, { from });
      poller.register(stream, WRITE);
      await ready(poller, stream, WRITE);
      const code = stream.takeError()?.code;
      stream.close();
      return code;
    };
    const to = listener.localAddress;
    const foreign = await codeFrom(to, { transport: "tcp", hostname: "192.0.2.1", port: 0 });
    assertEquals(foreign, "EADDRNOTAVAIL");
    const named = await codeFrom(to, { transport: "tcp", hostname: "localhost", port: 0 });
    assertEquals(named, "EINVAL");
    assertEquals(await codeFrom(to, { transport: "unix", path: "/tmp/never" }), "ENOTSUP");
    listener.close();
    await listener.released;
    assertEquals(await codeFrom(to, ANY_PORT), "ECONNREFUSED");
    const given = network.connect(to, { from: ANY_PORT });
    given.close();
    await pass(poller, 0.002);
  }));

/** Sends from one end while the other receives. */
async function exchange(
  poller: Poller,
  sender: StreamHandle,
  receiver: StreamHandle,
  bytes: Uint8Array,
): Promise<[number, Uint8Array]> {
  let sent = 0;
  let received = 0;
  const target = new Uint8Array(bytes.length);
  poller.register(sender, WRITE);
  poller.register(receiver, READ);
  await until(poller, () => received === bytes.length, (handle) => {
    if (handle === sender) {
      sent += sender.send(bytes.subarray(sent));
      if (sent === bytes.length) poller.modify(sender, 0);
      return;
    }
    const view = receiver.receive();
    if (!view) return;
    target.set(view, received);
    received += view.length;
  });
  poller.unregister(sender);
  poller.unregister(receiver);
  return [sent, target];
}

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
