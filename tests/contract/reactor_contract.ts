/**
 * What every reactor guarantees; see `reactor/interfaces/`.
 *
 * @module
 */

import { reactorCoreCases } from "./reactor_core_cases.ts";
import { reactorDisconnectCases } from "./reactor_disconnect_cases.ts";
import { reactorFDSetCases } from "./reactor_fdset_cases.ts";
import { type ReactorContractOptions, reactorTests } from "./reactor_run.ts";
import { reactorTimeCases } from "./reactor_time_cases.ts";

/**
 * Registers the suite.
 *
 * @param options The runner, the world and the reactor.
 */
export function reactorContract(options: ReactorContractOptions): void {
  const check = reactorTests(options);
  reactorCoreCases(check);
  reactorTimeCases(check);
  reactorFDSetCases(check);
  reactorDisconnectCases(check);
}
