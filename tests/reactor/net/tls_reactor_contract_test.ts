import { tlsReactorContract } from "../../contract/tls_reactor_contract.ts";
import { tlsSimWorld } from "../../contract/tls_world.ts";
import { REACTORS } from "../reactors.ts";

for (const [index, kind] of REACTORS.entries()) {
  tlsReactorContract({ test: Deno.test, world: tlsSimWorld(), ...kind });
  const label = `${kind.label}, seed ${index}`;
  tlsReactorContract({ test: Deno.test, world: tlsSimWorld(index), ...kind, label });
}
