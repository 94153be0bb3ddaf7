import { DenoWorld } from "../contract/deno_world.ts";
import { processesContract } from "../contract/processes_contract.ts";

processesContract({ test: Deno.test, world: new DenoWorld() });
