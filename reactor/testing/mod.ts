/**
 * Stand-ins for transports and reactors, for tests of protocols that need no network.
 *
 * @module
 */

export { loopbackAsync, loopbackTCP } from "./loopback.ts";
export { LoopbackRelay } from "./loopback_relay.ts";
export { MemoryConnector } from "./memory_connector.ts";
export { MemoryPort } from "./memory_port.ts";
export type { MemoryConnection } from "./memory_port.ts";
export { MemoryReactor } from "./memory_reactor.ts";
export type { MemoryClient, MemoryServer } from "./memory_reactor.ts";
export { MemoryReactorClock } from "./memory_reactor_clock.ts";
export { NonStreamingProducer } from "./non_streaming_producer.ts";
export { RaisingMemoryReactor } from "./raising_memory_reactor.ts";
export { collapsingPumpPolicy, identityPumpPolicy } from "./pump_policies.ts";
export type { PumpPolicy } from "./pump_policies.ts";
export { StringTransport } from "./string_transport.ts";
export type { ProducerState, StringTransportOptions } from "./string_transport.ts";
export { StringTransportWithDisconnection } from "./string_transport_with_disconnection.ts";
export type { DisconnectionOptions } from "./string_transport_with_disconnection.ts";
