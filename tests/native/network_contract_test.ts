import { DenoWorld } from "../contract/deno_world.ts";
import { networkContract } from "../contract/network_contract.ts";

networkContract({ test: Deno.test, world: new DenoWorld() });
