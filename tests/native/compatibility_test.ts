import { compatibilityContract } from "../contract/compatibility_contract.ts";
import { DenoWorld } from "../contract/deno_world.ts";

compatibilityContract({ test: Deno.test, world: new DenoWorld() });
