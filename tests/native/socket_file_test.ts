/**
 * The files of UNIX sockets, when others take their places.
 *
 * @module
 */

import { assertEquals, assertNotEquals } from "@std/assert";
import { type DatagramAddress, type Platform, READ, type StreamAddress } from "../../poller/mod.ts";
import { socketFileKey, UNIXAddress } from "../../reactor/mod.ts";
import { connectTo, pass, ready } from "../contract/passes.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { withFolder } from "./folder.ts";

const REPLACE = { replaceSocketFile: true } as const;

/** Runs a test with a platform and the address of a socket. */
function socketCase(
  name: string,
  body: (platform: Platform, address: StreamAddress & { path: string }) => Promise<void>,
): void {
  Deno.test(
    name,
    () =>
      withFolder((folder) =>
        new DenoWorld().run(({ platform }) =>
          body(platform, { transport: "unix", path: `${folder}/socket` })
        )
      ),
  );
}

/** The names of the files beside a socket, and its own. */
function filesBeside({ path }: { path: string }): string[] {
  return [...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))].map(({ name }) => name);
}

for (const state of ["idle", "accepting"] as const) {
  socketCase(
    `ListenerHandle.close() leaves the file of its replacement alone (${state})`,
    async (platform, address) => {
      const { network, poller } = platform;
      const old = network.listen(address);
      if (state === "accepting") {
        poller.register(old, 1);
        await pass(poller, 0);
        poller.unregister(old);
      }
      const replacement = network.listen(address, REPLACE);
      old.close();
      await old.released;
      assertEquals(filesBeside(address), ["socket"]);
      const { client, server } = await connectTo(platform, replacement);
      assertEquals(client.remoteAddress, address);
      for (const handle of [client, server, replacement]) handle.close();
      await replacement.released;
      assertEquals(filesBeside(address), []);
    },
  );
}

socketCase(
  "ListenerHandle.close() leaves a file alone that stands at its path by now",
  async ({ network }, address) => {
    const old = network.listen(address);
    Deno.removeSync(address.path);
    Deno.writeTextFileSync(address.path, "precious");
    old.close();
    await old.released;
    assertEquals(filesBeside(address), ["socket"]);
    assertEquals(Deno.readTextFileSync(address.path), "precious");
  },
);

socketCase("DatagramHandle.close() removes its own file only", async ({ network }, { path }) => {
  const address: DatagramAddress = { transport: "unixpacket", path };
  const old = network.bindDatagram(address);
  Deno.removeSync(path);
  const replacement = network.bindDatagram(address);
  old.close();
  await old.released;
  assertEquals(filesBeside({ path }), ["socket"]);
  replacement.close();
  await replacement.released;
  assertEquals(filesBeside({ path }), []);
});

for (const fate of ["removed", "replaced"] as const) {
  socketCase(
    `DatagramHandle.send() sends while it waits to receive when its file is ${fate}`,
    async ({ network, poller }, { path }) => {
      const address: DatagramAddress = { transport: "unixpacket", path };
      const socket = network.bindDatagram(address);
      const peer = network.bindDatagram({ transport: "unixpacket", path: `${path}2` });
      poller.register(socket, READ);
      await pass(poller, 0);
      Deno.removeSync(path);
      const replacement = fate === "replaced" ? network.bindDatagram(address) : null;
      poller.register(peer, READ);
      for (const length of [1, 2]) {
        socket.send(new Uint8Array(length), peer.localAddress);
        await ready(poller, peer, READ);
        assertEquals(peer.receive()?.bytes.length, length);
      }
      // Nothing that was not meant for it has come to the socket that has the name now.
      if (replacement !== null) {
        poller.unregister(peer);
        poller.register(replacement, READ);
        await pass(poller, 0);
        await pass(poller, 0);
        assertEquals(replacement.receive(), undefined);
      }
      for (const handle of [socket, peer, replacement]) {
        handle?.close();
        await handle?.released;
      }
    },
  );
}

socketCase(
  "ADDR-05, ADDR-06 socketFileKey() is one for all paths to a socket file",
  async ({ network }, { path }) => {
    const key = (name: string | null) => socketFileKey(new UNIXAddress(name), network);
    assertEquals([path, null, "\0abstract"].map(key), [
      `UNIXAddress(name='${path}')`,
      "UNIXAddress(name=None)",
      "UNIXAddress(name='\0abstract')",
    ]);
    const listener = network.listen({ transport: "unix", path });
    const other = network.listen({ transport: "unix", path: `${path}2` });
    const links = [`${path}.symbolic`, `${path}.hard`];
    Deno.symlinkSync(path, links[0] as string);
    Deno.linkSync(path, links[1] as string);
    const detour = path.replace(/socket$/, "./socket");
    assertEquals([...links, detour].map(key), Array(3).fill(key(path)));
    assertNotEquals(key(`${path}2`), key(path));
    assertNotEquals(key(path), `UNIXAddress(name='${path}')`);
    for (const socket of [listener, other]) {
      socket.close();
      await socket.released;
    }
  },
);
