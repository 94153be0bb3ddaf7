/**
 * Places to connect to and to listen on, as values: one `connect()` or `listen()` that returns a
 * Deferred, whatever the transport.
 *
 * @example A line of configuration, and a connection
 * ```ts
 * import { clientFromString, connectProtocol, PollReactor, Protocol } from "@twinloop/twinloop/reactor";
 * import { serverFromString, ServerFactory } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assert } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("host"));
 * await sim.run(async () => {
 *   const running = reactor.run();
 *   await serverFromString(reactor, "tcp:8080").listen(ServerFactory.forProtocol(Protocol));
 *   const client = clientFromString(reactor, "tcp:localhost:8080");
 *   const protocol = await connectProtocol(client, new Protocol());
 *   assert(protocol.connected);
 *   reactor.stop();
 *   await running;
 * });
 * ```
 *
 * @module
 */

export { AdoptedStreamServerEndpoint } from "./adopted_server_endpoint.ts";
export { clientFromString } from "./client_from_string.ts";
export type { ClientEndpointParser } from "./client_from_string.ts";
export { connectProtocol } from "./connect_protocol.ts";
export { EndpointDescription, quoteStringArgument } from "./endpoint_string.ts";
export {
  AlreadyListened,
  ConnectingCancelledError,
  EndpointStringError,
  NoProtocol,
} from "./errors.ts";
export type { EndpointError } from "./errors.ts";
export { HostnameEndpoint } from "./hostname_endpoint.ts";
export type { HostnameEndpointOptions, HostnameReactor } from "./hostname_endpoint.ts";
export { ProcessEndpoint } from "./process_endpoint.ts";
export type { ProcessEndpointOptions } from "./process_endpoint.ts";
export { serverFromString } from "./server_from_string.ts";
export type { ServerEndpointParser } from "./server_from_string.ts";
export { TCP4ClientEndpoint, TCP6ClientEndpoint } from "./tcp_client_endpoints.ts";
export {
  TCP4ServerEndpoint,
  TCP6ServerEndpoint,
  TCPServerEndpoint,
} from "./tcp_server_endpoints.ts";
export { connectWith } from "./attempt_factory.ts";
export { SSL4ClientEndpoint, SSL4ServerEndpoint } from "./tls_endpoints.ts";
export { wrapClientTLS } from "./wrap_client_tls.ts";
export { UNIXClientEndpoint, UNIXServerEndpoint } from "./unix_endpoints.ts";
export { StandardIOEndpoint } from "./standard_io_endpoint.ts";
