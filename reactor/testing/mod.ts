/**
 * Stand-ins for transports and reactors, for tests of protocols that need no network.
 *
 * @module
 */

export { StringTransport } from "./string_transport.ts";
export type { ProducerState, StringTransportOptions } from "./string_transport.ts";
export { StringTransportWithDisconnection } from "./string_transport_with_disconnection.ts";
export type { DisconnectionOptions } from "./string_transport_with_disconnection.ts";
