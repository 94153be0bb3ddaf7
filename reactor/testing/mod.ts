/**
 * Stand-ins for transports and reactors, for tests of protocols that need no network.
 *
 * @module
 */

export { loopbackAsync, loopbackTCP, loopbackUNIX } from "./loopback.ts";
export { LoopbackRelay } from "./loopback_relay.ts";
export { AccumulatingProtocol, LineSendingProtocol } from "./accumulating_protocol.ts";
export { connectableEndpoint, ConnectionCompleter } from "./connection_completer.ts";
export { EventLoggingObserver } from "./event_logging_observer.ts";
export { FakeDatagramTransport } from "./fake_datagram_transport.ts";
export type { WrittenDatagram } from "./fake_datagram_transport.ts";
export { connectedServerAndClient, IOPump } from "./io_pump.ts";
export { StepPump, Steps } from "./step_pump.ts";
export type { IOPumpOptions } from "./step_pump.ts";
export { LoopbackTransport } from "./loopback_transport.ts";
export type { ConnectedEnds, LoopbackOptions } from "./loopback_transport.ts";
export { MemoryConnector } from "./memory_connector.ts";
export type { MemoryConnectorOptions } from "./memory_connector.ts";
export { MemoryUDPPort } from "./memory_datagram_port.ts";
export type { MemoryUDPProtocol } from "./memory_datagram_port.ts";
export { MemoryLoop } from "./memory_loop.ts";
export { MemoryPlatform } from "./memory_platform.ts";
export { MemoryPort } from "./memory_port.ts";
export type { MemoryConnection } from "./memory_port.ts";
export { MemoryProcess } from "./memory_process.ts";
export { MemoryReactor } from "./memory_reactor.ts";
export type * from "./memory_records.ts";
export { MemoryTransport } from "./memory_transport.ts";
export type { HandshakeResult } from "./memory_transport.ts";
export {
  MemoryConnectedUNIXDatagramPort,
  MemoryUNIXDatagramPort,
  PathPort,
} from "./memory_unix_datagram_port.ts";
export type { WrittenUNIXDatagram } from "./memory_unix_datagram_port.ts";
export { MemoryReactorClock } from "./memory_reactor_clock.ts";
export { NonStreamingProducer } from "./non_streaming_producer.ts";
export { RaisingMemoryReactor } from "./raising_memory_reactor.ts";
export { collapsingPumpPolicy, identityPumpPolicy } from "./pump_policies.ts";
export type { PumpPolicy } from "./pump_policies.ts";
export { StringTransport } from "./string_transport.ts";
export type { ProducerState, StringTransportOptions } from "./string_transport.ts";
export { StringTransportWithDisconnection } from "./string_transport_with_disconnection.ts";
export type { DisconnectionOptions } from "./string_transport_with_disconnection.ts";
export { waitUntilAllDisconnected } from "./wait_until_all_disconnected.ts";
export type { DisconnectingProtocol } from "./wait_until_all_disconnected.ts";
