import { DenoWorld } from "../contract/deno_world.ts";
import { tlsContract } from "../contract/tls_contract.ts";

tlsContract({ test: Deno.test, world: new DenoWorld() });
