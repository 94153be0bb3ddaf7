/**
 * What every `IOLoop` does, on whatever it stands: the behaviours that Tornado's own tests assert
 * (`IO-01` to `IO-47`), and what its bridges got wrong.
 *
 * @module
 */

import { assertFalse } from "@std/assert";
import type { IOLoop, IOLoopOptions } from "../../ioloop/mod.ts";
import type { Platform } from "../../poller/mod.ts";
import { blockingCases } from "./io_loop_blocking_cases.ts";
import { callbackCases } from "./io_loop_callback_cases.ts";
import { contextCases } from "./io_loop_context_cases.ts";
import { currentCases } from "./io_loop_current_cases.ts";
import { executorCases } from "./io_loop_executor_cases.ts";
import { futureCases } from "./io_loop_future_cases.ts";
import { handlerCases } from "./io_loop_handler_cases.ts";
import { handlerErrorCases } from "./io_loop_handler_error_cases.ts";
import { lifeCases } from "./io_loop_life_cases.ts";
import { timeoutCases } from "./io_loop_timeout_cases.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

/** Makes the loop under test. */
export type MakeIOLoop = (platform: Platform, options?: IOLoopOptions) => IOLoop;

/** What to test, and where. */
export interface IOLoopContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
  /** Stands in the names of tests. */
  readonly name: string;
  /** Makes a loop, and the loops below it. */
  readonly makeLoop: MakeIOLoop;
}

/** One test's share. */
export interface IOLoopCase {
  /** A fresh loop, closed after the test. */
  readonly ioLoop: IOLoop;
  /** Where it lives. */
  readonly platform: Platform;
  /** The test's share of the world. */
  readonly world: WorldRun;
  /** What happened, in order. */
  readonly log: string[];
  /** Runs the loop until it is stopped; fails if that takes absurdly long. */
  readonly run: () => Promise<void>;
  /** Makes another loop on the same platform. */
  readonly makeLoop: MakeIOLoop;
}

/** Registers a case. */
export type IOLoopSuite = (
  name: string,
  body: (test: IOLoopCase) => void | Promise<void>,
) => void;

/** Long enough for everything but a hang, in seconds. */
const GUARD = 20;

/** Registers the suite for one kind of loop in one kind of world. */
export function ioLoopContract(options: IOLoopContractOptions): void {
  const { test, world, name, makeLoop } = options;
  const suite: IOLoopSuite = (title, body) => {
    test(`${title} [${name}, ${world.name}]`, () =>
      world.run(async (run) => {
        const ioLoop = makeLoop(run.platform);
        try {
          await body({
            ioLoop,
            platform: run.platform,
            world: run,
            log: [],
            run: () => runGuarded(ioLoop),
            makeLoop,
          });
        } finally {
          ioLoop.close();
        }
      }));
  };
  blockingCases(suite);
  callbackCases(suite);
  contextCases(suite);
  currentCases(suite);
  executorCases(suite);
  futureCases(suite);
  handlerCases(suite);
  handlerErrorCases(suite);
  lifeCases(suite);
  timeoutCases(suite);
}

async function runGuarded(ioLoop: IOLoop): Promise<void> {
  let isLate = false;
  const guard = ioLoop.callLater(GUARD, () => {
    isLate = true;
    ioLoop.stop();
  });
  await ioLoop.start();
  ioLoop.removeTimeout(guard);
  assertFalse(isLate, "the loop did not stop by itself");
}
