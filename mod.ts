/**
 * Twisted's reactor and Tornado's IOLoop for Deno, each on its own or bridged to the other.
 *
 * Everything but the simulator, which is `@twinloop/twinloop/sim`. Both originals have a
 * `TimeoutError`: here Twisted's keeps the name, and Tornado's is `IOLoopTimeoutError`. `TCPClient`
 * and `TCPServer` are Tornado's; the transports of that name on Twisted's side are
 * `TCPClientTransport` and `TCPServerTransport`. `DNSLookupError` is what resolvers reject with; the
 * reactor's, for a connection whose host has no address, is `ReactorDNSLookupError`.
 *
 * @example A Deferred fires, and its callbacks run at once
 * ```ts
 * import { Deferred } from "@twinloop/twinloop";
 * import { assertEquals } from "@std/assert";
 *
 * const deferred = new Deferred<number>();
 * const log: number[] = [];
 * deferred.addCallback((value) => log.push(value * 2));
 * deferred.callback(21);
 * assertEquals(log, [42]);
 * ```
 *
 * @module
 */

export * from "./ioloop/mod.ts";
export { TCPClient, TCPServer, TimeoutError as IOLoopTimeoutError } from "./ioloop/mod.ts";
export type { TCPServerOptions } from "./ioloop/mod.ts";
export * from "./poller/mod.ts";
export * from "./reactor/mod.ts";
export * from "./resolver/mod.ts";
export {
  TCPClient as TCPClientTransport,
  TCPServer as TCPServerTransport,
  TimeoutError,
} from "./reactor/mod.ts";
export type { TCPServerOptions as TCPServerTransportOptions } from "./reactor/mod.ts";
export { DNSLookupError as ReactorDNSLookupError } from "./reactor/mod.ts";
export type { Timers, Watcher } from "./reactor/mod.ts";
export { DNSLookupError } from "./resolver/mod.ts";
export type { Timers as ResolverTimers, Watcher as ResolverWatcher } from "./resolver/mod.ts";
