/**
 * All scenarios, theme by theme.
 *
 * @module
 */

import { listenerScenarios } from "./listener_scenarios.ts";
import { pollerScenarios } from "./poller_scenarios.ts";
import { processScenarios } from "./process_scenarios.ts";
import type { Scenario, Scenarios } from "./scenario.ts";
import { tcpConnectScenarios } from "./tcp_connect_scenarios.ts";
import { tcpDataScenarios } from "./tcp_data_scenarios.ts";
import { tlsScenarios } from "./tls_scenarios.ts";
import { udpScenarios } from "./udp_scenarios.ts";
import { unixScenarios } from "./unix_scenarios.ts";

const THEMES: Readonly<Record<string, Scenarios>> = {
  "TCP connections": tcpConnectScenarios,
  "TCP data and ends": tcpDataScenarios,
  "Listeners": listenerScenarios,
  "UDP": udpScenarios,
  "UNIX sockets": unixScenarios,
  "TLS": tlsScenarios,
  "Processes": processScenarios,
  "Poller": pollerScenarios,
};

/** The scenarios of each theme. */
export const themes: ReadonlyMap<string, readonly Scenario[]> = new Map(
  Object.entries(THEMES).map(([theme, scenarios]) => [
    theme,
    Object.entries(scenarios).map(([name, run]) => ({ name, run })),
  ]),
);

/** The scenarios. */
export const scenarios: readonly Scenario[] = [...themes.values()].flat();
