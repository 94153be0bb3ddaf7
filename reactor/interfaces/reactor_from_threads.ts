/**
 * How something outside a reactor's passes reaches into them.
 *
 * @module
 */

/**
 * Calls that come from elsewhere.
 *
 * Twisted: `IReactorFromThreads` (`internet/interfaces.py`, 24.7). Differs from Twisted: Deno's
 * workers share no functions, so "another thread" means a promise, a signal or the handler of a
 * foreign API. A thread of a pool has a function of its own for this, `callFromThread`.
 */
export interface IReactorFromThreads {
  /**
   * Calls a function in the next pass and ends the wait of the pass under way. Calls are made in
   * order, at the head of the pass, before timed calls; one added by such a call waits for the pass
   * after it. It is legal before the reactor runs.
   *
   * @typeParam A The arguments of the function.
   * @param callable What to call. What it returns is ignored, a Deferred keeps its result.
   * @param args What to call it with.
   * @throws {TypeError} If `callable` is not a function.
   */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void;
}
