/**
 * A program's main function, on a reactor.
 *
 * @module
 */

import { reportUnhandledError } from "../../poller/unhandled_errors.ts";
import { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe_deferred.ts";
import { getReactor } from "../default_reactor.ts";
import { ReactorNotRunning } from "../errors.ts";
import type { IReactor } from "../interfaces/reactor.ts";
import type { IReactorCore } from "../interfaces/reactor_core.ts";
import { SystemExit } from "./errors.ts";

/** As much of a reactor as {@linkcode react} needs. */
export type ReactReactor = Pick<
  IReactorCore,
  "addSystemEventTrigger" | "callWhenRunning" | "run" | "stop"
>;

/**
 * How to run a main function.
 *
 * @typeParam R The reactor.
 */
export interface ReactOptions<R extends ReactReactor> {
  /**
   * What the main function gets after the reactor.
   *
   * @default {[]}
   */
  readonly argv?: readonly string[];
  /**
   * The reactor to run.
   *
   * @default {the default reactor}
   */
  readonly reactor?: R;
}

/**
 * Runs a reactor for as long as a main function takes.
 *
 * The function is called before the reactor runs. When the Deferred or promise that it returns has
 * fired, the reactor is stopped, unless it is stopping already. A failure is reported. If the reactor is
 * stopped before, the main function is not waited for.
 *
 * Twisted: `react` (`internet/task.py`, 24.7).
 *
 * Differs from Twisted: it does not end the process but returns its exit code, and what the main
 * function throws before its first wait counts like a later failure.
 *
 * @example
 * ```ts
 * import { deferLater, PollReactor, react } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const exitCode = await react(async (reactor, name) => {
 *   await deferLater(reactor, 0.001);
 *   log.push(`Hello ${name}`);
 * }, { argv: ["Ada"], reactor: new PollReactor(new DenoPlatform()) });
 * assertEquals([exitCode, log], [0, ["Hello Ada"]]);
 * ```
 *
 * @param main Called with the reactor and `argv`.
 * @param options The reactor, and the arguments.
 * @returns A promise for the exit code, when the reactor has stopped: 0, or 1 after a failure, or that of
 * a {@linkcode SystemExit} that the main function threw.
 */
export async function react<R extends ReactReactor = IReactor>(
  main: (reactor: R, ...argv: string[]) => unknown,
  options?: ReactOptions<R>,
): Promise<number> {
  const reactor = options?.reactor ?? getReactor() as ReactReactor as R;
  let exitCode = 0;
  let isStopping = false;
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    isStopping = true;
  });

  maybeDeferred(main, reactor, ...options?.argv ?? []).addBoth((result) => {
    if (isStopping) return finish(result);
    reactor.callWhenRunning(() => {
      stopUnlessStopped(reactor);
      finish(result);
    });
  });

  function finish(result: unknown): void {
    if (!(result instanceof Failure)) return;
    if (result.value instanceof SystemExit) {
      exitCode = result.value.exitCode;
      return;
    }
    exitCode = 1;
    reportUnhandledError("Error in the main function", result.value);
  }

  await reactor.run();
  return exitCode;
}

function stopUnlessStopped(reactor: ReactReactor): void {
  try {
    reactor.stop();
  } catch (error) {
    if (!(error instanceof ReactorNotRunning)) throw error;
  }
}
