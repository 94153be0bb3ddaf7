/**
 * Twisted's reactor for Deno: its contracts, its errors, and the reactors.
 *
 * @example A delayed call stops the reactor
 * ```ts
 * import { PollReactor } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new PollReactor(new DenoPlatform());
 * const log: string[] = [];
 * reactor.callWhenRunning(() => log.push("running"));
 * reactor.callLater(0.001, () => reactor.stop());
 * await reactor.run();
 * assertEquals(log, ["running"]);
 * ```
 *
 * @module
 */

export * from "./errors.ts";
export type * from "./interfaces/mod.ts";
export {
  HostnameAddress,
  InternetAddress,
  IPv4Address,
  IPv6Address,
  ReactorAddress,
  UNIXAddress,
} from "./net/address.ts";
export type { InetTransport, IPAddress } from "./net/address.ts";
export { getConnectError } from "./net/connect_errors.ts";
export { BaseClient } from "./net/base_client.ts";
export { BaseConnector } from "./net/base_connector.ts";
export { BasePort } from "./net/base_port.ts";
export { TCPConnector } from "./net/connector.ts";
export { Consumer } from "./net/consumer.ts";
export { DatagramPort } from "./net/datagram_port.ts";
export { FileDescriptor } from "./net/file_descriptor.ts";
export type { DescriptorReactor } from "./net/file_descriptor.ts";
export { isIPAddress, isIPv6Address } from "./net/ip_literal.ts";
export { MulticastPort } from "./net/multicast_port.ts";
export { ReactorResolvers } from "./net/reactor_resolvers.ts";
export { ReactorTCP } from "./net/reactor_tcp.ts";
export { ReactorUDP } from "./net/reactor_udp.ts";
export { ReactorUNIX } from "./net/reactor_unix.ts";
export { ReceiveSlab } from "./net/receive_slab.ts";
export { SendBuffer } from "./net/send_buffer.ts";
export { socketFileKey } from "./net/socket_file_key.ts";
export { TCPClient } from "./net/tcp_client.ts";
export { isHalfCloseable, TCPConnection } from "./net/tcp_connection.ts";
export { TCPPort } from "./net/tcp_port.ts";
export { TCPServer } from "./net/tcp_server.ts";
export type { TCPServerOptions } from "./net/tcp_server.ts";
export { TLSTransport } from "./net/tls_transport.ts";
export { TransportSite } from "./net/transport_site.ts";
export type { LosableTransport, TransportReactor } from "./net/transport_site.ts";
export { UDPPort } from "./net/udp_port.ts";
export { UNIXClient } from "./net/unix_client.ts";
export { UNIXConnector } from "./net/unix_connector.ts";
export { UNIXPort } from "./net/unix_port.ts";
export { UNIXServer } from "./net/unix_server.ts";
export type { UNIXServerOptions } from "./net/unix_server.ts";
export {
  ConnectedUNIXDatagramPort,
  UNIXDatagramPort,
  UNIXPathPort,
} from "./net/unix_datagram_port.ts";
export * from "./tls/mod.ts";
export * from "./endpoints/mod.ts";
export * from "./process/mod.ts";
export * from "./protocols/mod.ts";
export * from "./testing/mod.ts";
export * from "./threads/mod.ts";
export type { LogEvent, LogObserver } from "./log.ts";
export { PollReactor } from "./poll_reactor.ts";
export { ReactorBase } from "./reactor_base.ts";
export { ReactorLoop } from "./reactor_loop.ts";
export type { DelayedCallStore } from "./reactor_loop.ts";
export { ReactorLife } from "./reactor_life.ts";
export type { EndReason, ReactorOptions } from "./reactor_life.ts";
export { SystemEvents } from "./system_events.ts";
export { DescriptorSet } from "./descriptor_set.ts";
export type { Watcher } from "./descriptor_set.ts";
export {
  getReactor,
  installReactor,
  isReactorInstalled,
  uninstallReactor,
} from "./default_reactor.ts";
export { DelegatedCalls } from "./delegated_calls.ts";
export type { Timeouts } from "./delegated_calls.ts";
export { install } from "./install.ts";
export { TornadoReactor } from "./tornado_reactor.ts";
export * from "./deferred/mod.ts";
export * from "./task/mod.ts";
