import { DenoWorld } from "../contract/deno_world.ts";
import { tlsTransportContract } from "../contract/tls_transport_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";
for (const kind of REACTORS) {
  tlsTransportContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
