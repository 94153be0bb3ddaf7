/**
 * Work in other threads: pools of Deno's workers with Twisted's names.
 *
 * @example A function that computes, called beside the reactor
 * ```ts
 * import { isInIOThread } from "@twinloop/twinloop/reactor";
 * import { moduleFunction } from "@twinloop/twinloop/poller";
 * import { assert, assertEquals } from "@std/assert";
 *
 * // In a module of its own: threads import it.
 * export function factorial(n: bigint): bigint {
 *   return n < 2n ? 1n : n * factorial(n - 1n);
 * }
 * export const factorialInThread = moduleFunction(import.meta.url, factorial);
 *
 * // In the program: deferToThread(reactor, factorialInThread, 1000n)
 * assertEquals(factorialInThread.fn(5n), 120n);
 * assert(isInIOThread());
 * ```
 *
 * @module
 */

export {
  blockingCallFromThread,
  callFromThread,
  isInIOThread,
} from "../../poller/call_from_thread.ts";
export { callMultipleInThread, deferToThread, deferToThreadPool } from "./defer_to_thread.ts";
export { ReactorThreads } from "./reactor_threads.ts";
export { ThreadPool } from "./thread_pool.ts";
export type {
  OnThreadResult,
  ThreadCall,
  ThreadPoolOptions,
  ThreadPoolReactor,
} from "./thread_pool.ts";
