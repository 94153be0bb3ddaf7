/**
 * Generators that wait for Deferreds.
 *
 * @module
 */

import { captureContext, type Context } from "../../poller/context.ts";
import { Deferred } from "./deferred.ts";
import { isThenable } from "./thenable.ts";
import { Failure } from "./failure.ts";

/**
 * Turns a generator function into a function that returns a Deferred.
 *
 * Each `yield` of a Deferred, or of a promise, waits for it and gives its result, or throws the value
 * of its failure; any other value is given back at once. What the generator returns is the result; what
 * it does not catch is the failure. To return a Deferred is a mistake, a `TypeError`: wait for it. Unlike an async function it goes on synchronously, in the very
 * moment in which what it waits for is there. `yield*` of a Deferred has the type of the result.
 *
 * Cancelling the Deferred cancels what the generator waits for at that moment, and the generator decides
 * what comes of it. After a wait it goes on in the context (`AsyncLocalStorage`) it was called in.
 *
 * Twisted: `inlineCallbacks` (`internet/defer.py`, 24.7).
 *
 * Differs from Twisted: the Deferred that is waited for keeps its result, so two may wait for one.
 *
 * @example
 * ```ts
 * import { Deferred, inlineCallbacks, succeed } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const add = inlineCallbacks(function* (left: Deferred<number>, right: Deferred<number>) {
 *   return (yield* left) + (yield* right);
 * });
 * const right = new Deferred<number>();
 * const sum = add(succeed(1), right);
 * right.callback(2);
 * assertEquals(sum.result, 3);
 * ```
 *
 * @param generatorFunction The generator function.
 * @returns The function; it throws a `TypeError` if what it wraps turns out to be no generator function.
 */
export function inlineCallbacks<A extends unknown[], R>(
  // deno-lint-ignore no-explicit-any -- what a yield gives depends on what was yielded
  generatorFunction: (...args: A) => Generator<unknown, R, any>,
): (...args: A) => Deferred<R> {
  return function (this: unknown, ...args: A): Deferred<R> {
    const generator: unknown = generatorFunction.apply(this, args);
    if (typeof (generator as { next?: unknown } | null | undefined)?.next !== "function") {
      throw new TypeError(
        `Cannot run ${generatorFunction.name || "a function"}: what it returns is no generator`,
      );
    }
    return runGenerator(generator as Generator<unknown, R, never>);
  };
}

/**
 * Runs a generator until it waits or ends.
 *
 * @param generator The generator.
 * @returns A Deferred for what it returns.
 */
export function runGenerator<R>(generator: Generator<unknown, R, never>): Deferred<R> {
  const deferred = new GeneratorDeferred(generator);
  deferred.step(undefined);
  return deferred;
}

/** The Deferred of a running generator, and what drives it. */
class GeneratorDeferred<R> extends Deferred<R> {
  /** `null` after its end, as a generator that has ended still holds what it had. */
  #generator: Generator<unknown, R, unknown> | null;
  /** What the generator waits for; `null` while it runs and after its end. */
  #awaited: Deferred<unknown> | null = null;
  /** The context of the call, remembered at the first wait. */
  #context: Context | null = null;

  constructor(generator: Generator<unknown, R, never>) {
    super();
    this.#generator = generator as Generator<unknown, R, unknown>;
  }

  /** Cancels what the generator waits for; if it waits for nothing, nothing is to be done. */
  override cancel(): void {
    if (this.called) super.cancel();
    else this.#awaited?.cancel();
  }

  /**
   * Resumes the generator with a result or a failure, until it has to wait. It loops, so that any
   * number of results that are there at once needs no stack.
   */
  step(first: unknown): void {
    let input = first;
    const generator = this.#generator as Generator<unknown, R, unknown>;
    for (;;) {
      let yielded: IteratorResult<unknown, R>;
      try {
        yielded = input instanceof Failure
          ? input.throwExceptionIntoGenerator(generator)
          : generator.next(input);
      } catch (error) {
        this.#letGo();
        return this.errback(error);
      }
      if (yielded.done) {
        this.#letGo();
        return this.#end(yielded.value);
      }
      input = yielded.value;
      if (!isThenable(input)) continue;
      const awaited = input instanceof Deferred ? input : Deferred.fromPromise(input);
      // The observer of a Deferred that has its result is called before `observe` returns.
      let state: "asking" | "answered" | "waiting" = "asking";
      awaited.observe((result) => {
        if (state === "waiting") return this.#resume(result);
        state = "answered";
        input = result;
      });
      if (state as string === "answered") continue;
      state = "waiting";
      this.#awaited = awaited;
      this.#context ??= captureContext();
      return;
    }
  }

  #end(value: R): void {
    if (!(value instanceof Deferred)) return this.callback(value);
    this.errback(new TypeError("Cannot end a generator: what it returned is a Deferred"));
  }

  #letGo(): void {
    this.#generator = null;
    this.#context = null;
  }

  #resume(result: unknown): void {
    this.#awaited = null;
    const context = this.#context as Context;
    context(() => this.step(result));
  }
}
