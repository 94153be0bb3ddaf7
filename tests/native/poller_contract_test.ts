import { DenoWorld } from "../contract/deno_world.ts";
import { pollerContract } from "../contract/poller_contract.ts";

pollerContract({ test: Deno.test, world: new DenoWorld() });
