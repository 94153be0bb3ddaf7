import { networkContract } from "../../contract/network_contract.ts";
import { simProcessWorld, simWorld } from "../../contract/sim_world.ts";
import { randomOrder } from "../scheduling.ts";

const test = Deno.test;

networkContract({ test, world: simWorld() });
networkContract({ test, world: simProcessWorld() });
networkContract({
  test,
  world: { ...simWorld(() => ({ drain: "macrotask" })), name: "sim by macrotask" },
});
for (let seed = 1; seed <= 5; seed++) {
  const world = simWorld(() => ({ strategy: randomOrder(seed) }));
  networkContract({ test, world: { ...world, name: `sim in order ${seed}` } });
}
