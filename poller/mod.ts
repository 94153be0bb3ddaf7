/**
 * The seam: what a loop needs of the world (time, readiness, a network), the native platform that
 * provides it on Deno, and the queues that all loops share.
 *
 * @example Timers that are due run in order, and nothing else runs with them
 * ```ts
 * import { TimerQueue } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const timers = new TimerQueue();
 * const log: number[] = [];
 * timers.add(2, () => log.push(2));
 * timers.add(1, () => log.push(1));
 * timers.add(3, () => log.push(3));
 * for (const timer of timers.takeDue(2)) timer.run();
 * assertEquals(log, [1, 2]);
 * assertEquals(timers.nextDeadline, 3);
 * ```
 *
 * @module
 */

export type * from "./address.ts";
export { formatAddress } from "./address.ts";
export { AF_INET, AF_INET6, AF_UNSPEC } from "./address_family.ts";
export type { AddressFamily, Family } from "./address_family.ts";
export { CallbackQueue } from "./callback_queue.ts";
export type { Clock } from "./clock.ts";
export { captureContext, emptyContext } from "./context.ts";
export type { Context } from "./context.ts";
export { DelayedCall } from "./delayed_call.ts";
export type { DelayedCallOwner } from "./delayed_call.ts";
export { AlreadyCalled, AlreadyCancelled } from "./delayed_call_errors.ts";
export { DelayedCallQueue } from "./delayed_call_queue.ts";
export type { DelayedCallQueueOptions } from "./delayed_call_queue.ts";
export { DenoPlatform } from "./deno_platform.ts";
export type { DenoPlatformOptions } from "./deno_platform.ts";
export { detachError } from "./detached_error.ts";
export { COMMON_SERVICES, parseServices } from "./services.ts";
export type { ServiceTable, ServiceTransport } from "./services.ts";
export type { ErrorReport, ErrorReporter } from "./error_report.ts";
export {
  AlreadyRegisteredError,
  NotRegisteredError,
  PollerClosedError,
  SocketError,
} from "./errors.ts";
export type { PollerError, SocketErrorCode } from "./errors.ts";
export type {
  AnyHandle,
  Datagram,
  DatagramHandle,
  Handle,
  ListenerHandle,
  StreamHandle,
} from "./handle.ts";
export { describeHandle } from "./handle.ts";
export { ERROR, NONE, READ, WRITE } from "./interest.ts";
export type { Interest } from "./interest.ts";
export { moduleFunction } from "./module_function.ts";
export type { ModuleFunction } from "./module_function.ts";
export { InvariantError } from "./invariant.ts";
export { isMulticastAddress } from "./multicast.ts";
export type { MulticastSocket } from "./multicast.ts";
export type { InheritedDescriptor } from "./inherited_descriptor.ts";
export type { BindOptions, ConnectOptions, ListenOptions, Network } from "./network.ts";
export { pendingWatcher, watchPendingResults } from "./pending_results.ts";
export type { PendingResult, PendingWatcher } from "./pending_results.ts";
export type { Platform } from "./platform.ts";
export type { OnReady, Poller } from "./poller.ts";
export type * from "./processes.ts";
export type { RandomSource } from "./random.ts";
export type { SignalName, Signals } from "./signals.ts";
export { TLSError } from "./tls_error.ts";
export type { TLSErrorReason } from "./tls_error.ts";
export type * from "./tls_options.ts";
export type * from "./tls_session.ts";
export { Timer, TimerQueue } from "./timer_queue.ts";
export {
  ErrorLedger,
  reportUnhandledError,
  setUnhandledErrorReporter,
  TrackedError,
  trackError,
} from "./unhandled_errors.ts";
export { copyOutcome, readOutcome } from "./copied_outcome.ts";
export type { CopiedError, CopiedOutcome } from "./copied_outcome.ts";
export { WorkerError } from "./worker_errors.ts";
export type { WorkerErrorCode } from "./worker_errors.ts";
export { WorkerPool } from "./worker_pool.ts";
export { currentWorkerScope, runInWorkerScope } from "./worker_scope.ts";
export type { WorkerScope } from "./worker_scope.ts";
export type * from "./workers.ts";
