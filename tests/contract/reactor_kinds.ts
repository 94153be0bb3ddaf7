/**
 * The reactors, on the towers that they can stand on.
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor, TornadoReactor } from "../../reactor/mod.ts";
import type { TCPContractOptions } from "./tcp_contract.ts";

/** A reactor and its name. */
export type ReactorKind = Pick<TCPContractOptions, "name" | "makeReactor">;

/** Returns one of each kind. */
export function reactorKinds(): ReactorKind[] {
  return [
    {
      name: "PollReactor",
      makeReactor: (platform) => ({ reactor: new PollReactor(platform), close() {} }),
    },
    {
      name: "TornadoReactor(PollIOLoop)",
      makeReactor: (platform) => {
        const ioLoop = new PollIOLoop(platform);
        return { reactor: new TornadoReactor(ioLoop), close: () => ioLoop.close() };
      },
    },
  ];
}
