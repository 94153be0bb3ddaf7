import { assertEquals, assertThrows } from "@std/assert";
import { CannotListenError, PollReactor } from "../../../reactor/mod.ts";
import { random, Simulation } from "../../../sim/mod.ts";
import { sharedLocks } from "../../contract/shared_lock.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { RecordingServers } from "../../contract/tcp_recorders.ts";
import { unixContract } from "../../contract/unix_contract.ts";
import { REACTORS } from "../reactors.ts";

const SIM = {
  test: Deno.test,
  withFolder: (body: (folder: string) => Promise<void>) => body("/sim"),
  lockFor: sharedLocks,
};

for (const kind of REACTORS) {
  unixContract({ ...SIM, world: simWorld(), ...kind });
}

for (let seed = 1; seed <= 5; seed++) {
  const world = {
    ...simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 })),
    name: `sim ${seed}`,
  };
  for (const kind of REACTORS.slice(0, 1)) unixContract({ ...SIM, world, ...kind });
}

Deno.test("OUNIX-05 wantPID takes over what a crashed server has left behind", async () => {
  const sim = new Simulation({ seed: 1 });
  const makeLock = sharedLocks();
  const path = "/sim/socket";
  const dead = makeLock();
  await sim.run(async () => {
    const first = new PollReactor(sim.host("host"));
    first.listenUNIX(path, new RecordingServers([], { name: "first" }), { wantPID: dead });
    sim.hosts.crash("host");
    dead.unlock(); // the system gives it back
    const restarted = new PollReactor(sim.hosts.restart("host"));
    const servers = new RecordingServers([], { name: "second" });
    assertThrows(() => restarted.listenUNIX(path, servers), CannotListenError);
    const port = restarted.listenUNIX(path, servers, { wantPID: makeLock() });
    assertEquals(port.connected, true);
    port.stopListening()?.addCallback(() => restarted.stop());
    await restarted.run();
  });
});
