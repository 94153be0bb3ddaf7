/**
 * The reactors that the contract suite runs over: each kind alone, and towers of bridges.
 *
 * @module
 */

import { PollIOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import { PollReactor, type ReactorBase, TornadoReactor } from "../../reactor/mod.ts";
import type { ReactorContractOptions } from "../contract/reactor_run.ts";

/** A kind of reactor, and how to make one. */
export type ReactorKind = Pick<ReactorContractOptions, "label"> & {
  /** Makes a reactor. */
  make(...args: Parameters<ReactorContractOptions["make"]>): {
    /** The reactor. */
    readonly reactor: ReactorBase;
    /** Closes the loops below. */
    close(): void;
  };
};

/** A loop in the middle of a tower neither becomes current nor handles signals. */
const GUEST = { makeCurrent: false, installSignalHandlers: false } as const;

/** All kinds. */
export const REACTORS: readonly ReactorKind[] = [
  {
    label: "PollReactor",
    make: (platform, options) => ({
      reactor: new PollReactor(platform, options),
      close: () => {},
    }),
  },
  {
    label: "TornadoReactor(PollIOLoop)",
    make: (platform, options) => {
      const ioLoop = new PollIOLoop(platform, GUEST);
      return { reactor: new TornadoReactor(ioLoop, options), close: () => ioLoop.close() };
    },
  },
  {
    label: "TornadoReactor(TwistedIOLoop(PollReactor))",
    make: (platform, options) => {
      const ioLoop = new TwistedIOLoop(new PollReactor(platform), GUEST);
      return { reactor: new TornadoReactor(ioLoop, options), close: () => ioLoop.close() };
    },
  },
  {
    label: "TornadoReactor(TwistedIOLoop(TornadoReactor(PollIOLoop)))",
    make: (platform, options) => {
      const bottom = new PollIOLoop(platform, GUEST);
      const ioLoop = new TwistedIOLoop(new TornadoReactor(bottom), GUEST);
      return {
        reactor: new TornadoReactor(ioLoop, options),
        close: () => {
          ioLoop.close();
          bottom.close();
        },
      };
    },
  },
];
