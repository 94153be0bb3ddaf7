/**
 * What TLS does on every reactor: the behaviours that Twisted's own tests assert (`TLS`, `NTLS`,
 * `OSSL`), and how it fails.
 *
 * @module
 */

import { type TCPContractOptions, tcpSuite } from "./tcp_contract.ts";
import { tlsEndpointCases } from "./tls_endpoint_cases.ts";
import { tlsFailureCases } from "./tls_failure_cases.ts";
import { tlsStartCases } from "./tls_start_cases.ts";

/** Registers the suite for one kind of reactor in one kind of world. */
export function tlsReactorContract(options: TCPContractOptions): void {
  const suite = tcpSuite(options);
  tlsStartCases(suite);
  tlsFailureCases(suite);
  tlsEndpointCases(suite);
}
