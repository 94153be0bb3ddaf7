import { DenoWorld } from "../contract/deno_world.ts";
import { tlsReactorContract } from "../contract/tls_reactor_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  tlsReactorContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
