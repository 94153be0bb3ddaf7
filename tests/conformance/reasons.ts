/**
 * The ids that have no test, each with the reason why.
 *
 * @module
 */

/** Reasons by id. A reason for an id that has a test fails the conformance test. */
export const REASONS: Readonly<Record<string, string>> = {
  "IO-48": "There is no thread pool: work off the loop is an async function or a worker.",
  "IO-49": "There is no thread pool: work off the loop is an async function or a worker.",
  "IO-50": "There is no thread pool, so none to choose.",
  "IO-57": "Deno has one poller; there is no select() to choose.",
  "IO-58": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
  "IO-59": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
};
