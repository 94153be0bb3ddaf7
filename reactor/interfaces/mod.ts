/**
 * The contracts of a reactor and of what lives on it, one capability an interface, with Twisted's
 * names (`internet/interfaces.py`, 24.7).
 *
 * @example Ask for the smallest interface that you need
 * ```ts
 * import type { IDelayedCall, IReactorTime } from "@twinloop/twinloop/reactor";
 *
 * function remind(clock: IReactorTime, text: string): IDelayedCall {
 *   return clock.callLater(60, (line: string) => console.log(line), text);
 * }
 * ```
 *
 * @module
 */

export type * from "./address.ts";
export type * from "./connector.ts";
export type * from "./delayed_call.ts";
export type * from "./descriptors.ts";
export type * from "./endpoints.ts";
export type * from "./listening_port.ts";
export type * from "./producers.ts";
export type * from "./protocol.ts";
export type * from "./protocol_factory.ts";
export type * from "./reactor.ts";
export type * from "./reactor_core.ts";
export type * from "./reactor_event_set.ts";
export type * from "./reactor_fdset.ts";
export type * from "./reactor_from_threads.ts";
export type * from "./reactor_multicast.ts";
export type * from "./reactor_process.ts";
export type * from "./reactor_socket.ts";
export type * from "./reactor_ssl.ts";
export type * from "./reactor_tcp.ts";
export type * from "./reactor_threads.ts";
export type * from "./reactor_time.ts";
export type * from "./reactor_udp.ts";
export type * from "./reactor_unix.ts";
export type * from "./reactor_unix_datagram.ts";
export type * from "./resolvers.ts";
export type * from "./tls.ts";
export type * from "./transport.ts";
