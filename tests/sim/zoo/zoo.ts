/** Every case of the zoo, in the order of the catalogue. */

import { bridgeCases } from "./bridge_cases.ts";
import { connectionCases } from "./connection_cases.ts";
import { timerCases } from "./timer_cases.ts";
import { trafficCases } from "./traffic_cases.ts";
import { wakeUpCases } from "./wake_up_cases.ts";
import type { ZooCase } from "./zoo_case.ts";

/** The number of a case in the catalogue; what has none comes last. */
function numberOf({ name }: ZooCase): number {
  return Number(/^Z(\d+)/.exec(name)?.[1] ?? Infinity);
}

/** The cases. */
export const zoo: readonly ZooCase[] = [
  ...wakeUpCases,
  ...timerCases,
  ...trafficCases,
  ...connectionCases,
  ...bridgeCases,
].sort((a, b) => numberOf(a) - numberOf(b));
