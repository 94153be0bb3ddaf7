import { DenoWorld } from "../contract/deno_world.ts";
import { tcpContract } from "../contract/tcp_contract.ts";
import { linkLocalCases } from "../contract/tcp_link_local_cases.ts";
import { REACTORS } from "../reactor/reactors.ts";

const LINK_LOCAL = findLinkLocal();

for (const kind of REACTORS) {
  const options = { test: Deno.test, world: new DenoWorld(), ...kind };
  tcpContract(options);
  if (LINK_LOCAL !== null) linkLocalCases(options, LINK_LOCAL);
  else {
    Deno.test({
      name: `TCP-32 link-local addresses (${kind.label}, deno) (skipped: the machine has none)`,
      ignore: true,
      fn() {},
    });
  }
}

/** An address of the machine that means something on one interface only, with its name. */
function findLinkLocal(): string | null {
  const found = Deno.networkInterfaces().find(({ address }) => /^fe[89ab]/i.test(address));
  return found === undefined ? null : `${found.address}%${found.name}`;
}
