import { pollerContract } from "../contract/poller_contract.ts";
import { simWorld } from "../contract/sim_world.ts";

pollerContract({ test: Deno.test, world: simWorld() });
