/**
 * The loops that the contract is run over.
 *
 * @module
 */

import { type IOLoop, PollIOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import type { Platform } from "../../poller/mod.ts";
import { PollReactor, type ReactorBase, TornadoReactor } from "../../reactor/mod.ts";
import type { MakeIOLoop } from "../contract/io_loop_contract.ts";

/** The lower floors of a tower must not become current. */
const LOWER = { makeCurrent: false };

/** A floor of an IOLoop: Twisted's reactor on a loop, and Tornado's loop on that. */
function raise(ioLoop: IOLoop): TornadoReactor {
  return new TornadoReactor(ioLoop);
}

function ground(platform: Platform): IOLoop {
  return new PollIOLoop(platform, LOWER);
}

/** A kind of reactor, by the name that stands in the names of tests. */
export const REACTORS: readonly {
  readonly name: string;
  readonly makeReactor: (platform: Platform) => ReactorBase;
}[] = [
  { name: "PollReactor", makeReactor: (platform) => new PollReactor(platform) },
  {
    name: "TornadoReactor(PollIOLoop)",
    makeReactor: (platform) => raise(ground(platform)),
  },
];

/** A kind of loop, or a tower of loops, by the name that stands in the names of tests. */
export const LOOPS: readonly { readonly name: string; readonly makeLoop: MakeIOLoop }[] = [
  { name: "PollIOLoop", makeLoop: (platform, options) => new PollIOLoop(platform, options) },
  {
    name: "TwistedIOLoop(PollReactor)",
    makeLoop: (platform, options) => new TwistedIOLoop(new PollReactor(platform), options),
  },
  {
    name: "TwistedIOLoop(TornadoReactor(PollIOLoop))",
    makeLoop: (platform, options) => new TwistedIOLoop(raise(ground(platform)), options),
  },
  {
    name: "TwistedIOLoop(TornadoReactor(TwistedIOLoop(PollReactor)))",
    makeLoop: (platform, options) =>
      new TwistedIOLoop(raise(new TwistedIOLoop(new PollReactor(platform), LOWER)), options),
  },
  {
    name: "TwistedIOLoop(TornadoReactor(TwistedIOLoop(TornadoReactor(PollIOLoop))))",
    makeLoop: (platform, options) =>
      new TwistedIOLoop(raise(new TwistedIOLoop(raise(ground(platform)), LOWER)), options),
  },
];
