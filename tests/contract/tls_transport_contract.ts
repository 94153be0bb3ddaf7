/**
 * TCP's suite over TLS, as Twisted runs it: what is the same.
 *
 * @module
 */

import { tcpContract, type TCPContractOptions } from "./tcp_contract.ts";
import { OTHER, OTHER_AUTHORITY } from "./tls_certificates.ts";

/** What differs over TLS; `tls_contract.ts` has it. */
const DIFFERENT = [
  // The goodbye of the peer ends both directions.
  "OTCP-28",
  "OTCP-29",
  "OTCP-32",
  "TCP-47",
  // A connection that closes waits for the goodbye of the peer, which does not read here.
  "TCP-46",
  "OTCP-24",
  // Closed before the handshake is over.
  "TCP-11",
  "TCP-16",
];

/** Registers TCP's suite with TLS on both sides of each connection. */
export function tlsTransportContract(options: TCPContractOptions): void {
  tcpContract({
    ...options,
    label: `${options.label} over TLS`,
    tls: { server: OTHER, client: { caCerts: [OTHER_AUTHORITY] } },
    except: DIFFERENT,
  });
}
