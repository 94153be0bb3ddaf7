/**
 * The loops that the contract is run over.
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import type { MakeIOLoop } from "../contract/io_loop_contract.ts";

/** A kind of loop, or a tower of loops, by the name that stands in the names of tests. */
export const LOOPS: readonly { readonly name: string; readonly makeLoop: MakeIOLoop }[] = [
  { name: "PollIOLoop", makeLoop: (platform, options) => new PollIOLoop(platform, options) },
];
