import { tlsSimWorld } from "../../contract/tls_world.ts";
import { tlsTransportContract } from "../../contract/tls_transport_contract.ts";
import { REACTORS } from "../reactors.ts";

for (const [index, kind] of REACTORS.entries()) {
  tlsTransportContract({ test: Deno.test, world: tlsSimWorld(), ...kind });
  const label = `${kind.label}, seed ${index}`;
  tlsTransportContract({ test: Deno.test, world: tlsSimWorld(index), ...kind, label });
}
