/**
 * What every network guarantees; see `poller/network.ts` and `poller/handle.ts`.
 *
 * @module
 */

import { datagramContract } from "./datagram_contract.ts";
import { multicastContract } from "./multicast_contract.ts";
import { listenerContract } from "./listener_contract.ts";
import { streamContract } from "./stream_contract.ts";
import type { TestFunction, World } from "./world.ts";

/** What the suite runs with. */
export interface NetworkContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Makes the platforms. */
  readonly world: World;
}

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function networkContract(options: NetworkContractOptions): void {
  listenerContract(options);
  streamContract(options);
  datagramContract(options);
  multicastContract(options);
}
