/**
 * Protocols, and what makes them: the base classes, the ways to cut a stream into messages, and
 * ready-made ones.
 *
 * @example A protocol of lines
 * ```ts
 * import { LineOnlyReceiver } from "@twinloop/twinloop/reactor";
 *
 * class Echo extends LineOnlyReceiver {
 *   override lineReceived(line: Uint8Array): void {
 *     this.sendLine(line);
 *   }
 * }
 * ```
 *
 * @module
 */

export { BufferedReceiver } from "./buffered_receiver.ts";
export { ClientCreator } from "./client_creator.ts";
export { ConnectedDatagramProtocol } from "./connected_datagram_protocol.ts";
export { ConsumerToProtocolAdapter } from "./consumer_to_protocol_adapter.ts";
export { DatagramProtocol } from "./datagram_protocol.ts";
export * from "./errors.ts";
export { ClientFactory, Factory, ServerFactory } from "./factory.ts";
export type { ProtocolClass } from "./factory.ts";
export { FileSender } from "./file_sender.ts";
export type { FileSource, FileTransform } from "./file_sender.ts";
export { FileWrapper } from "./file_wrapper.ts";
export type { FileTarget } from "./file_wrapper.ts";
export {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  IntNStringReceiver,
} from "./int_n_string_receiver.ts";
export { LineOnlyReceiver } from "./line_only_receiver.ts";
export { LineReceiver } from "./line_receiver.ts";
export { NetstringReceiver } from "./netstring_receiver.ts";
export { Protocol } from "./protocol.ts";
export { ProtocolToConsumerAdapter } from "./protocol_to_consumer_adapter.ts";
export { ReceiveBuffer } from "./receive_buffer.ts";
export { ReconnectingClientFactory } from "./reconnecting_client_factory.ts";
export type { ReconnectingClock } from "./reconnecting_client_factory.ts";
export * as portforward from "./portforward.ts";
export * as wire from "./wire.ts";
export {
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
} from "./policies/connection_limits.ts";
export { ConnectionTimeout } from "./policies/connection_timeout.ts";
export type { PolicyClock } from "./policies/connection_timeout.ts";
export { ProtocolWrapper } from "./policies/protocol_wrapper.ts";
export type { IWrappingFactory } from "./policies/protocol_wrapper.ts";
export { ThrottlingFactory } from "./policies/throttling_factory.ts";
export type { ThrottlingLimits } from "./policies/throttling_factory.ts";
export { ThrottlingProtocol } from "./policies/throttling_protocol.ts";
export type { ByteCounter } from "./policies/throttling_protocol.ts";
export { TimeoutFactory, TimeoutProtocol } from "./policies/timeout_factory.ts";
export type { TimeoutProtocolFactory } from "./policies/timeout_factory.ts";
export { TrafficLoggingFactory, TrafficLoggingProtocol } from "./policies/traffic_logging.ts";
export type { TrafficLog } from "./policies/traffic_logging.ts";
export { WrappingFactory } from "./policies/wrapping_factory.ts";
