/**
 * Things done again and again, later, or in small steps.
 *
 * @example Every two seconds
 * ```ts
 * import { LoopingCall } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const log: number[] = [];
 * const loop = new LoopingCall(() => log.push(clock.seconds()));
 * loop.clock = clock;
 * loop.start(2);
 * clock.advance(5);
 * loop.stop();
 * assertEquals(log, [0, 2, 4]);
 * ```
 *
 * @module
 */

export type { CooperativeTask } from "./cooperative_task.ts";
export { coiterate, cooperate, Cooperator } from "./cooperator.ts";
export type { CooperatorOptions, ScheduledSlice } from "./cooperator.ts";
export { deferLater } from "./defer_later.ts";
export {
  LoopingCallRunningError,
  LoopingCallStoppedError,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  SystemExit,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from "./errors.ts";
export type { TaskError, TaskFinishedCode } from "./errors.ts";
export { LoopingCall } from "./looping_call.ts";
export { react } from "./react.ts";
export type { ReactOptions, ReactReactor } from "./react.ts";
export type { TaskClock } from "./task_clock.ts";
