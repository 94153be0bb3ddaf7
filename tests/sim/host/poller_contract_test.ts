import { pollerContract } from "../../contract/poller_contract.ts";
import { simProcessWorld, simWorld } from "../../contract/sim_world.ts";
import { randomOrder } from "../scheduling.ts";

const test = Deno.test;

pollerContract({ test, world: simWorld() });
pollerContract({ test, world: simProcessWorld() });
pollerContract({
  test,
  world: { ...simWorld(() => ({ drain: "macrotask" })), name: "sim by macrotask" },
});
for (let seed = 1; seed <= 5; seed++) {
  const world = simWorld(() => ({ strategy: randomOrder(seed) }));
  pollerContract({ test, world: { ...world, name: `sim in order ${seed}` } });
}
