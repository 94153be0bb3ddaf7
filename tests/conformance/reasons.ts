/**
 * The ids that have no test, each with the reason why.
 *
 * @module
 */

/** Reasons by id. A reason for an id that has a test fails the conformance test. */
export const REASONS: Readonly<Record<string, string>> = {
  "AIO-01": "There is no asyncio: the foreign loop is Tornado's, and a bridge is given it.",
  "AIO-02": "There is no asyncio: the foreign loop is Tornado's, and a bridge is given it.",
  "AIO-03": "There is no asyncio, so no proactor loop to refuse.",
  "AIO-04": "There is no asyncio, so no proactor loop to refuse.",
  "AIO-05": "There is no asyncio, so no selector loop to accept.",
  "AIO-06": "There is no asyncio, so no policy.",
  "AIO-07": "There is no asyncio, so no policy.",
  "AIO-08":
    "The clock is monotonic and has no epoch, by decision; INET-33 and INET-34 assert what it gives.",
  "AIO-11": "Cycles do not keep anything alive here: the garbage collector takes them.",
  "BASE-01": "There is no thread pool to resolve names in.",
  "BASE-02": "There is no thread pool to resolve names in.",
  "BASE-03": "There is no thread pool to resolve names in.",
  "BASE-04": "There is no thread pool to resolve names in.",
  "BASE-06": "There is one text for an object, not two; BASE-05 asserts it.",
  "BASE-07":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-08":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-09":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-10":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-11":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-12":
    "JavaScript has no operators on objects: calls are ordered by the queue, whose tests assert it.",
  "BASE-13": "There is no debug mode that keeps the stack of who made a call.",
  "BASE-14": "There is no debug mode that keeps the stack of who made a call.",
  "BASE-15": "There is no debug mode that keeps the stack of who made a call.",
  "BASE-16": "There is no debug mode that keeps the stack of who made a call.",
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
  "FACT-03": "There is no pickle: a function or a connection cannot be serialised.",
  "FACT-04": "There is no pickle: a function or a connection cannot be serialised.",
  "FACT-05": "There is no pickle; resetDelay() begins anew.",
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
  "IO-48": "There is no thread pool: work off the loop is an async function or a worker.",
  "IO-49": "There is no thread pool: work off the loop is an async function or a worker.",
  "IO-50": "There is no thread pool, so none to choose.",
  "IO-57": "Deno has one poller; there is no select() to choose.",
  "IO-58": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
  "IO-59": "There is no asyncio; IO-56 asserts the default and IO-60 the choice.",
  "LINE-51": "The compatibility attribute recvd does not exist here.",
  "LINE-52":
    "The compatibility attribute recvd does not exist here: LINE-53 asserts clearBuffer().",
  "LINE-54": "The compatibility attribute recvd does not exist here.",
  "MAIN-03": "There is no AssertionError to derive from; MAIN-02 asserts the class and its code.",
  "NCLI-11":
    "There are no lookup functions at module level: they need a loop, which is an argument.",
  "NCLI-72": "There is no ThreadedResolver to deprecate.",
  "POSIXB-14": "There are no deprecation warnings about a waker.",
  "PRO-22": "There are no adapters between interfaces: a protocol is no consumer here.",
  "PRO-23": "There are no adapters between interfaces: a protocol is no consumer here.",
  "PRO-24":
    "FileWrapper makes a transport of a Python file; StringTransport stands for it in tests.",
  "PRO-25":
    "FileWrapper makes a transport of a Python file; StringTransport stands for it in tests.",
  "PROT-02": "Deno does not tell who is logged in: there is no utmp to read.",
  "RES-01": "There is no thread pool whose errors could be logged.",
  "TASK-33": "The deprecated attribute LoopingCall.deferred does not exist here.",
  "TW-05": "There is no thread pool: work off the loop is an async function or a worker.",
  "TW-17": "A harness: tests/reactor/reactors.ts makes a loop for each test and closes it.",
  "TW-18":
    "A harness: tests/ioloop/loops.ts and tests/reactor/reactors.ts list the towers that every suite runs over.",
};
