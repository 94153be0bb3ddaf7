/**
 * Tornado's side: the `IOLoop`, over a platform or over a reactor, and what is built on it.
 *
 * @example The bits that handlers get
 * ```ts
 * import { IOLoop } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([IOLoop.NONE, IOLoop.READ, IOLoop.WRITE, IOLoop.ERROR], [0, 1, 4, 0x18]);
 * ```
 *
 * @module
 */

export { ConfigurableLoop } from "./configurable_loop.ts";
export { makeDefaultIOLoop } from "./default_io_loop.ts";
export { blockingCallFromThread, callFromThread } from "../poller/call_from_thread.ts";
export * from "./errors.ts";
export { ExecutingLoop } from "./executing_loop.ts";
export { ThreadPoolExecutor } from "./executor.ts";
export type { Executor, ExecutorLoop, ThreadPoolExecutorOptions } from "./executor.ts";
export type { Descriptor, FileObject, Handler } from "./handler.ts";
export { IOLoop } from "./io_loop.ts";
export type { CloseOptions, CurrentOptions, IOLoopOptions } from "./io_loop_options.ts";
export { BaseIOStream } from "./iostream/base_io_stream.ts";
export * from "./iostream/errors.ts";
export { IOStream, SSLIOStream } from "./iostream/io_stream.ts";
export type { StreamConnectOptions } from "./iostream/io_stream.ts";
export { PipeIOStream } from "./iostream/pipe_io_stream.ts";
export type * from "./iostream/stream_options.ts";
export { addAcceptHandler } from "./net/accept_handler.ts";
export type { AcceptCallback, AcceptHandlerOptions } from "./net/accept_handler.ts";
export type { AddressInfo, AddressResolver } from "./net/address_resolver.ts";
export { bindSockets } from "./net/bind_sockets.ts";
export type { BindSocketsOptions, ServerBindOptions } from "./net/bind_sockets.ts";
export { bindUnixSocket } from "./net/bind_unix_socket.ts";
export type { BindUnixSocketOptions } from "./net/bind_unix_socket.ts";
export { TCPServerStateError } from "./net/errors.ts";
export { isValidIp } from "./net/is_valid_ip.ts";
export { TCPClient } from "./net/tcp_client.ts";
export type { TCPClientOptions, TCPConnectOptions } from "./net/tcp_client.ts";
export { TCPServer } from "./net/tcp_server.ts";
export type { TCPServerOptions } from "./net/tcp_server_options.ts";
export { PeriodicCallback } from "./periodic_callback.ts";
export type { PeriodicCallbackOptions } from "./periodic_callback.ts";
export { PollIOLoop } from "./poll_io_loop.ts";
export { ForkStateError, TooManyRestartsError, WorkerExitError } from "./process/errors.ts";
export { cpuCount, forkProcesses, taskId } from "./process/fork_processes.ts";
export type { ForkOptions } from "./process/fork_processes.ts";
export { ScheduledCallback } from "./scheduled_callback.ts";
export type { Callback } from "./scheduled_callback.ts";
export { SettledFuture } from "./settled_future.ts";
export { Subprocess } from "./subprocess.ts";
export type { SubprocessOptions, SubprocessStdio, WaitForExitOptions } from "./subprocess.ts";
export type { TimeDelta } from "./time_delta.ts";
export type { Timeout } from "./timeout.ts";
export { TwistedIOLoop } from "./twisted_io_loop.ts";
export type { TwistedIOLoopOptions } from "./twisted_io_loop.ts";
