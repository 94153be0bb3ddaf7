import { DenoWorld } from "../contract/deno_world.ts";
import { reactorKinds } from "../contract/reactor_kinds.ts";
import { tcpContract } from "../contract/tcp_contract.ts";

for (const kind of reactorKinds()) {
  tcpContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
