import { networkContract } from "../contract/network_contract.ts";
import { simWorld } from "../contract/sim_world.ts";

networkContract({ test: Deno.test, world: simWorld() });
