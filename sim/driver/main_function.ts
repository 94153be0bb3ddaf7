/**
 * What a run was asked to do.
 *
 * @module
 */

import { captureContext } from "../../poller/mod.ts";
import { captureStack } from "../../poller/stack.ts";

/** Whoever runs a main function. */
export interface MainRunner {
  /** Told that it has failed. */
  mainFailed(main: MainFunction, error: unknown): void;
}

/** The main function of a run: what became of it so far. */
export class MainFunction {
  /** Whether it has come to its end. */
  settled = false;
  /** Whether it only set the world up: then the run ends when nothing can happen any more. */
  isSetup = false;
  /** What it returned. */
  value: unknown = undefined;
  /** Where it was given, if anybody will ask: a stack. */
  readonly origin: string | undefined;
  readonly #runner: MainRunner;

  /** One that has not begun. */
  constructor(runner: MainRunner, origin?: string) {
    this.#runner = runner;
    this.origin = origin;
  }

  /** Begins a scenario; only one that returns a promise has to settle. */
  beginScenario(scenario: () => unknown): void {
    try {
      this.#noteResult(scenario());
    } catch (error) {
      this.#runner.mainFailed(this, error);
    }
  }

  /** The outcome of a scenario that has come to its end. */
  outcome(): unknown {
    const { isSetup, value } = this;
    return isSetup && typeof value === "function" ? value() : value;
  }

  /** Settles as a promise does. */
  follow(promise: Promise<unknown>): void {
    promise.then((value) => {
      this.settled = true;
      this.value = value;
    }, (error) => this.#runner.mainFailed(this, error));
  }

  #noteResult(result: unknown): void {
    if (isThenable(result)) return this.follow(Promise.resolve(result));
    this.isSetup = true;
    this.value = result;
  }
}

/**
 * Makes a main function that has to settle.
 *
 * @param fn What it does.
 * @param runner Told when it fails.
 * @returns It, and what begins it, in the context of the caller.
 */
export function mainFunction(
  fn: () => unknown,
  runner: MainRunner,
): { main: MainFunction; begin: () => void } {
  const context = captureContext();
  const main = new MainFunction(runner, captureStack());
  return { main, begin: () => main.follow(context(() => settle(fn))) };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Calls a function and returns a promise of its result, also if it throws. */
async function settle(main: () => unknown): Promise<unknown> {
  return await main();
}
