import { DenoWorld } from "../contract/deno_world.ts";
import { tcpContract } from "../contract/tcp_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  tcpContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
