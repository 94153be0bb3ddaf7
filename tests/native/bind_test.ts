/**
 * What only real sockets have: ports that are shared, and files of sockets.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  addAcceptHandler,
  bindSockets,
  bindUnixSocket,
  IOStream,
  PollIOLoop,
} from "../../ioloop/mod.ts";
import { SocketError, type TCPAddress } from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";

/** Runs a test inside a loop, with a folder of its own. */
function bindCase(
  name: string,
  body: (ioLoop: PollIOLoop, folder: string) => Promise<void>,
): void {
  Deno.test(name, () =>
    new DenoWorld().run(async ({ platform }) => {
      const folder = await Deno.makeTempDir();
      const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
      try {
        await ioLoop.runSync(() => body(ioLoop, folder), 10);
      } finally {
        ioLoop.close();
        await Deno.remove(folder, { recursive: true });
      }
    }));
}

bindCase("NU-08 bindSockets() shares a port when told so", async (ioLoop) => {
  const [first] = bindSockets(0, { ioLoop, address: "127.0.0.1", reusePort: true });
  assert(first !== undefined);
  const { port } = first.localAddress as TCPAddress;
  const [second] = bindSockets(port, { ioLoop, address: "127.0.0.1", reusePort: true });
  assert(second !== undefined);
  assertEquals(second.localAddress, first.localAddress);
  // One that does not say so is refused.
  assertThrows(() => bindSockets(port, { ioLoop, address: "127.0.0.1" }), SocketError);
  for (const listener of [first, second]) {
    listener.close();
    await listener.released;
  }
});

bindCase("bindUnixSocket() serves streams, for the owner only", async (ioLoop, folder) => {
  const path = `${folder}/socket`;
  const listener = bindUnixSocket(path, { ioLoop });
  assertEquals((Deno.lstatSync(path).mode ?? 0) & 0o777, 0o600);
  addAcceptHandler(listener, async (handle) => {
    using stream = new IOStream(handle, ioLoop);
    await stream.write(await stream.readUntil("\n"));
  }, { ioLoop });
  using client = await new IOStream(null, ioLoop).connect({ transport: "unix", path });
  await client.write(new TextEncoder().encode("hello\n"));
  assertEquals(new TextDecoder().decode(await client.readUntilClose()), "hello\n");
  ioLoop.removeHandler(listener);
  listener.close();
  await listener.released;
});

bindCase("bindUnixSocket() replaces a socket file that was left", async (ioLoop, folder) => {
  const path = `${folder}/socket`;
  const first = bindUnixSocket(path, { ioLoop, mode: 0o666, backlog: 5 });
  assertEquals((Deno.lstatSync(path).mode ?? 0) & 0o777, 0o666);
  const { network } = ioLoop.platform;
  const error = assertThrows(() => network.listen({ transport: "unix", path }), SocketError);
  assertEquals(error.code, "EADDRINUSE");
  const second = bindUnixSocket(path, { ioLoop });
  for (const listener of [first, second]) {
    listener.close();
    await listener.released;
  }
});

bindCase("bindUnixSocket() leaves other files alone", async (ioLoop, folder) => {
  const path = `${folder}/file`;
  await Deno.writeTextFile(path, "precious");
  const error = assertThrows(() => bindUnixSocket(path, { ioLoop }), SocketError);
  assertEquals(error.code, "EADDRINUSE");
  assertEquals(await Deno.readTextFile(path), "precious");
  const missing = `${folder}/missing/socket`;
  assertEquals(assertThrows(() => bindUnixSocket(missing, { ioLoop }), SocketError).code, "ENOENT");
});
