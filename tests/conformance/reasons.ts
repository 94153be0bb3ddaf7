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
  "DEFER-06": "JavaScript has no keyword arguments.",
  "DEFER-75": "JavaScript has no current exception that errback() could take without an argument.",
  "DEFER-76": "JavaScript has no current exception that errback() could take without an argument.",
  "DEFER-77": "JavaScript has no frames whose variables a Failure could capture.",
  "DEFER-78": "JavaScript has no frames whose variables a Failure could capture.",
  "DEFER-81": "Python's reference cycles: the collector of JavaScript frees them.",
  "DEFER-82": "Python's reference cycles: the collector of JavaScript frees them.",
  "DEFER-83": "Python's reference cycles: the collector of JavaScript frees them.",
  "DEFER-84": "There is no registry of subclasses.",
  "DEFER-97": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-98": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-99": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-100": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-101": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-102": "Twisted's debug mode: the stack of an Error always says who called second.",
  "DEFER-118": "Python's frames and cycles; DEFER-117 asserts the report itself.",
  "DEFER-119": "Python's frames and cycles; DEFER-117 asserts the report itself.",
  "DEFER-121": "Twisted's debug mode.",
  "DEFER-165": "The deprecated function defer.timeout does not exist here.",
  "DEFER-174": "AsyncLocalStorage has no tokens to reset.",
  "DEFER-180": "Python's reference cycles: the collector of JavaScript frees them.",
  "INL-12": "The deprecated function returnValue does not exist here: a generator returns.",
  "INL-14": "The deprecated function returnValue does not exist here.",
  "INL-15": "Python's StopIteration in tracebacks: JavaScript returns without an exception.",
  "INL-16": "Python's StopIteration in tracebacks: JavaScript returns without an exception.",
  "INL-17": "Python's reference cycles: the collector of JavaScript frees them.",
  "INL-28": "The non-local exit is one of returnValue, which does not exist here.",
  "INL-29": "The non-local exit is one of returnValue, which does not exist here.",
  "INL-30": "Python's tracebacks: the very error comes through, with the stack of its throw.",
  "INL-31": "Python's tracebacks: the very error comes through, with the stack of its throw.",
  "INL-32": "Python's tracebacks: the very error comes through, with the stack of its throw.",
  "INL-33": "Python's tracebacks: the very error comes through, with the stack of its throw.",
  "INL-34": "Python's tracebacks: the very error comes through, with the stack of its throw.",
  "TASK-33": "The deprecated attribute LoopingCall.deferred does not exist here.",
};
