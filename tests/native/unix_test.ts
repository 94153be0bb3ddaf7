import { assert, assertEquals, assertThrows } from "@std/assert";
import { DenoPlatform } from "../../poller/mod.ts";
import { CannotListenError, DenoFileLock, PollReactor } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { RecordingServers } from "../contract/tcp_recorders.ts";
import { unixContract } from "../contract/unix_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";
import { startChild } from "./child.ts";
import { withFolder } from "./folder.ts";

for (const kind of REACTORS) {
  unixContract({
    test: Deno.test,
    world: new DenoWorld(),
    withFolder,
    lockFor: (path) => () => new DenoFileLock(`${path}.lock`),
    ...kind,
  });
}

Deno.test("UNIX-01 the file of a UNIX port has the mode, and goes with it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/socket`;
    const reactor = new PollReactor(new DenoPlatform());
    const port = reactor.listenUNIX(path, new RecordingServers([], {}), { mode: 0o600 });
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    port.stopListening()?.addCallback(() => reactor.stop());
    await reactor.run();
    assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
  }));

Deno.test("OUNIX-05 wantPID takes over the socket of a server that was killed", () =>
  withFolder(async (folder) => {
    const path = `${folder}/socket`;
    const child = startChild("unix_server.ts", ["-A"], [path]);
    const errors = new Response(child.stderr).text();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), "listening\n");
    const reactor = new PollReactor(new DenoPlatform());
    const servers = new RecordingServers([], {});
    assertThrows(() => reactor.listenUNIX(path, servers, { wantPID: true }), CannotListenError);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals(await errors, "");
    assert(Deno.statSync(path).isSocket);
    assertThrows(() => reactor.listenUNIX(path, servers), CannotListenError);
    const port = reactor.listenUNIX(path, servers, { wantPID: true });
    port.stopListening()?.addCallback(() => reactor.stop());
    await reactor.run();
    assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
  }));
