import { compatibilityContract } from "../contract/compatibility_contract.ts";
import { simWorld } from "../contract/sim_world.ts";

compatibilityContract({ test: Deno.test, world: simWorld() });
