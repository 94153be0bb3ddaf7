import { assertEquals, assertRejects } from "@std/assert";
import { DenoPlatform } from "../../poller/mod.ts";
import { DatagramProtocol, type IUNIXDatagramTransport, PollReactor } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { unixDatagramContract } from "../contract/unix_datagram_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";
import { withFolder } from "./folder.ts";

for (const kind of REACTORS) {
  unixDatagramContract({ test: Deno.test, world: new DenoWorld(), withFolder, ...kind });
}

Deno.test("UNIX-14 the file of a UNIX datagram port has the mode, and goes with it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/socket`;
    const reactor = new PollReactor(new DenoPlatform());
    const protocol = new DatagramProtocol<IUNIXDatagramTransport, string | null>();
    const port = reactor.listenUNIXDatagram(path, protocol, { mode: 0o600 });
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    port.stopListening()?.addCallback(() => reactor.stop());
    await reactor.run();
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }));
